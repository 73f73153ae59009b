internal import FaceDetection
internal import FaceTypes
internal import Images

/// What to do with the faces that the detector finds in one photograph.
public enum FaceSelection: Hashable, Sendable {
  /// Exactly one; several are an error.
  case single
  /// The one with the largest box; what lies beyond the photograph does not count.
  case largest
  /// Every one, largest first.
  case all
  /// The one that stands out by area and by nearness to the middle; in an enrolment, where none does, the one that is like
  /// the identity's enrolled faces.
  case dominant
}

/// From a photograph's bytes to the faces in it: decode, detect, select.
struct PhotoPipeline: Sendable {
  let detector: any FaceDetector
  let limits: ImageLimits
  let memory: DecodedMemory
  /// As many pixels of a photograph are enough to look for faces in; of a JPEG that has several times as many no more are made.
  var searchedPixels = 2 << 20

  /// Calls `body` with all faces, largest first; none is no error. The pixels are gone when it returns.
  func everyFace<Value>(
    in bytes: [UInt8], from minimum: MinimumFace?, _ body: (Photo) throws(EngineError) -> Value
  ) throws(EngineError) -> Value {
    try CancellationFlag.check()
    let size: Int
    do throws(ImageError) {
      size = try ImageDecoder.memory(of: bytes, limits: limits)
    } catch {
      throw EngineError(error)
    }
    return try memory.holding(size) { () throws(EngineError) in try body(try look(at: bytes, from: minimum)) }
  }

  private func look(at bytes: [UInt8], from minimum: MinimumFace?) throws(EngineError) -> Photo {
    let picture = try Stage.decode.measure { () throws(EngineError) in try decode(bytes) }
    try CancellationFlag.check()
    return try Stage.detect.measure { () throws(EngineError) in try search(picture, bytes, from: minimum) }
  }

  func decode(_ bytes: [UInt8]) throws(EngineError) -> ImageDecoder.Picture {
    do throws(ImageError) {
      return try ImageDecoder.read(bytes, enough: searchedPixels, limits: limits)
    } catch {
      throw EngineError(error)
    }
  }

  /// - Parameter bytes: the file that `picture` was decoded from.
  func search(
    _ picture: ImageDecoder.Picture, _ bytes: [UInt8], from minimum: MinimumFace?
  ) throws(EngineError) -> Photo {
    let found: TurnedSearch.Finding
    do throws(DetectionError) {
      found = try TurnedSearch(detector).search(
        picture.image, SoughtFaces(minimum, in: picture.reduced),
        roughBelow: picture.reduced.divisor > 1 ? Self.enoughDistance : 0)
    } catch {
      throw EngineError(error)
    }
    var warnings: [PhotoWarning] = []
    if picture.endsEarly { warnings.append(.endsEarly) }
    if found.turn != .none { warnings.append(.turned(found.turn.rawValue)) }
    let size = found.turn.turned(picture.reduced)
    return Photo(
      image: found.image, size: size, faces: found.faces.map { $0.place(inWhole: size) }, turn: found.turn,
      warnings: warnings, bytes: bytes)
  }

  /// Calls `body` with the selected faces; at least one. The pixels are gone when it returns.
  func faces<Value>(
    in bytes: [UInt8], from minimum: MinimumFace?, _ selection: FaceSelection,
    _ body: (Photo) throws(EngineError) -> Value
  ) throws(EngineError) -> Value {
    try everyFace(in: bytes, from: minimum) { (photo) throws(EngineError) in
      try body(try select(selection, of: photo, from: minimum))
    }
  }

  private func select(
    _ selection: FaceSelection, of photo: Photo, from minimum: MinimumFace?
  ) throws(EngineError) -> Photo {
    let found = photo.faces
    guard !found.isEmpty else {
      let smallest = max(
        detector.smallestFace(in: photo.image) * photo.size.divisor, Int(minimum?.width(in: photo.size) ?? 0))
      throw EngineError(
        .invalidArgument, .noFace,
        "no face was found in this photograph of \(photo.width)×\(photo.height) pixels; use one where the face is "
          + "turned to the camera and at least \(smallest) pixels wide, and turn a photograph that "
          + "lies on its side")
    }
    switch selection {
    case .single where found.count > 1:
      throw Self.severalFaces(found.count, selection)
    case .dominant:
      guard let face = Dominance.face(in: photo) else { throw Self.severalFaces(found.count, selection) }
      return photo.selecting([face])
    case .single, .largest:
      return photo.selecting([found[0]])
    case .all:
      return photo
    }
  }

  static func severalFaces(_ count: Int, _ selection: FaceSelection) -> EngineError {
    EngineError(
      .invalidArgument, .severalFaces,
      "\(count) faces were found\(selection == .dominant ? " and it is not clear who the photograph is about" : ""); "
        + "crop the photograph to the person it is about, or ask for the largest face. "
        + "To enroll several people from one photograph, enroll them one at a time, each under their own name")
  }

  func quality(of portrait: Portrait) -> FaceQuality {
    FaceQuality(of: portrait.place, in: portrait.image, confidence: detector.confidence(portrait.face.score))
  }

  /// The square that is kept of an enrolled face, and the face's landmarks in it.
  static func canonicalCrop(of portrait: Portrait) -> (crop: Image, landmarks: Landmarks?) {
    let face = portrait.place
    let frame = CanonicalCrop.frame(landmarks: face.landmarks, otherwise: face.frame)
    let crop = portrait.image.crop(
      centreX: frame.centre.x, centreY: frame.centre.y, side: CanonicalCrop.side * frame.eyeMouthDistance, rotation: 0,
      pixels: CanonicalCrop.pixels)
    return (crop, face.landmarks?.map { CanonicalCrop.place($0, frame: frame) })
  }

  /// The form in which it is kept: JPEG without chroma subsampling, about 25 KB.
  static func encode(_ crop: Image) throws(EngineError) -> [UInt8] {
    do throws(ImageError) {
      return try crop.encodeJPEG(quality: 95)
    } catch {
      throw EngineError(error)
    }
  }
}
