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

  /// A photograph turned so that its faces stand upright.
  struct Photo: Sendable {
    let image: Image
    /// In pixels of `image`.
    let faces: [Detection]
    /// How `image` comes from the photograph. What is told and kept of a place is in pixels of the photograph.
    let turn: QuarterTurn
    let warnings: [PhotoWarning]

    var width: Int { turn == .left || turn == .right ? image.height : image.width }
    var height: Int { turn == .left || turn == .right ? image.width : image.height }

    func selecting(_ faces: [Detection]) -> Photo { Photo(image: image, faces: faces, turn: turn, warnings: warnings) }
  }

  /// Calls `body` with all faces, largest first; none is no error. The pixels are gone when it returns.
  func everyFace<Value>(
    in bytes: [UInt8], _ body: (Photo) throws(EngineError) -> Value
  ) throws(EngineError) -> Value {
    try CancellationFlag.check()
    let size: Int
    do throws(ImageError) {
      size = try ImageDecoder.memory(of: bytes, limits: limits)
    } catch {
      throw EngineError(error)
    }
    return try memory.holding(size) { () throws(EngineError) in try body(try look(at: bytes)) }
  }

  private func look(at bytes: [UInt8]) throws(EngineError) -> Photo {
    let picture = try Stage.decode.measure { () throws(EngineError) in
      do throws(ImageError) { return try ImageDecoder.read(bytes, limits: limits) } catch { throw EngineError(error) }
    }
    try CancellationFlag.check()
    return try Stage.detect.measure { () throws(EngineError) in
      do throws(DetectionError) {
        let found = try TurnedSearch(detector).search(picture.image)
        var warnings: [PhotoWarning] = []
        if picture.endsEarly { warnings.append(.endsEarly) }
        if found.turn != .none { warnings.append(.turned(found.turn.rawValue)) }
        return Photo(image: found.image, faces: found.faces, turn: found.turn, warnings: warnings)
      } catch {
        throw EngineError(.internal, .detectionFailed, "the face detector failed: \(error)")
      }
    }
  }

  /// Calls `body` with the selected faces; at least one. The pixels are gone when it returns.
  func faces<Value>(
    in bytes: [UInt8], _ selection: FaceSelection, _ body: (Photo) throws(EngineError) -> Value
  ) throws(EngineError) -> Value {
    try everyFace(in: bytes) { (photo) throws(EngineError) in try body(try select(selection, of: photo)) }
  }

  private func select(_ selection: FaceSelection, of photo: Photo) throws(EngineError) -> Photo {
    let (image, found) = (photo.image, photo.faces)
    guard !found.isEmpty else {
      throw EngineError(
        .invalidArgument, .noFace,
        "no face was found in this photograph of \(image.width)×\(image.height) pixels; use one where the face is "
          + "turned to the camera and at least \(detector.smallestFace(in: image)) pixels wide, and turn a photograph that "
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
      "\(count) faces were found\(selection == .dominant ? " and it is not clear whom the photograph is about" : ""); "
        + "cut the photograph to the person that it is about, or ask for the largest face. "
        + "Several people of one photograph are enrolled one by one, each under a name of their own")
  }

  func quality(of face: Detection, in image: Image) -> FaceQuality {
    FaceQuality(of: face, in: image, confidence: detector.confidence(face.score))
  }

  /// The square that is kept of an enrolled face, and the face's landmarks in it.
  static func canonicalCrop(of face: Detection, in image: Image) -> (crop: Image, landmarks: Landmarks?) {
    let frame = CanonicalCrop.frame(landmarks: face.landmarks, otherwise: face.frame)
    let crop = image.crop(
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
