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
}

/// From a photograph's bytes to the faces in it: decode, detect, select.
struct PhotoPipeline: Sendable {
  let detector: any FaceDetector
  let limits: ImageLimits

  struct Photo: Sendable {
    let image: Image
    let faces: [Detection]
  }

  /// All faces, largest first; none is no error.
  func everyFace(in bytes: [UInt8]) throws(EngineError) -> Photo {
    try CancellationFlag.check()
    let image = try Stage.decode.measure { () throws(EngineError) in
      do throws(ImageError) { return try ImageDecoder.decode(bytes, limits: limits) } catch { throw EngineError(error) }
    }
    try CancellationFlag.check()
    return try Stage.detect.measure { () throws(EngineError) in
      do throws(DetectionError) {
        return Photo(image: image, faces: try detector.detect(image))
      } catch {
        throw EngineError(.internal, "DETECTION_FAILED", "the face detector failed: \(error)")
      }
    }
  }

  /// The selected faces; at least one.
  func faces(in bytes: [UInt8], _ selection: FaceSelection) throws(EngineError) -> Photo {
    let photo = try everyFace(in: bytes)
    let (image, found) = (photo.image, photo.faces)
    guard !found.isEmpty else {
      throw EngineError(
        .invalidArgument, "NO_FACE",
        "no face was found in this photograph of \(image.width)×\(image.height) pixels; use one where the face is "
          + "turned to the camera and at least \(detector.smallestFace) pixels wide")
    }
    switch selection {
    case .single where found.count > 1:
      throw EngineError(
        .invalidArgument, "SEVERAL_FACES",
        "\(found.count) faces were found; cut the photograph to the person that it is about, or ask for the largest face"
      )
    case .single, .largest:
      return Photo(image: image, faces: [found[0]])
    case .all:
      return Photo(image: image, faces: found)
    }
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
