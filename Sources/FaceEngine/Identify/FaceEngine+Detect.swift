internal import FaceDetection
public import FaceTypes
internal import Images

/// A face that was found in a photograph, and how good it is. Places are in pixels of the upright photograph.
public struct DetectedFace: Sendable {
  /// It may reach beyond the picture's edge.
  public let box: Box
  /// On the detector's own scale.
  public let score: Double
  /// Nil where the detector gives none.
  public let landmarks: Landmarks?
  /// Size, sharpness, light, pose and the detector's confidence.
  public let quality: FaceQuality
}

/// Every face of a photograph.
public struct DetectResult: Sendable {
  /// Of the upright photograph, in pixels.
  public let width: Int
  /// Of the upright photograph, in pixels.
  public let height: Int
  /// Largest first.
  public let faces: [DetectedFace]
  /// What was odd about the photograph but did not keep it from being read.
  public let warnings: [PhotoWarning]
}

extension FaceEngine {
  /// decode → detect → judge. Nothing is embedded, searched or kept.
  ///
  /// - Parameters:
  ///   - photo: the photograph's bytes.
  ///   - smallest: the smallest face that is looked for; nil means the daemon's own.
  /// - Throws: `NOT_AN_IMAGE`, `IMAGE_TOO_LARGE`, `IMAGE_DAMAGED`, `BUSY`. No face is no error.
  public func detect(
    _ photo: [UInt8], from smallest: MinimumFace? = nil
  ) async throws(EngineError) -> DetectResult {
    let minimum = try minimumFace(smallest)
    return try await pool.run(bytes: photo.count) { [self] () throws(EngineError) in
      try photos.everyFace(in: photo, from: minimum) { (photo) throws(EngineError) in
        DetectResult(
          width: photo.width, height: photo.height, faces: try photos.portraits(photo).map { seen(of: $0, photo) },
          warnings: photo.warnings)
      }
    }
  }
}
