package import FaceNet

/// What a gallery's own people say of searches in it under one model.
public struct GalleryCalibration: Sendable, Hashable, Codable {
  package let search: SearchCalibration
  /// Identities and faces that it was measured on, and comparisons of a face with somebody else's template.
  public let identities: Int
  /// Faces that were searched among the templates of all others.
  public let faces: Int
  /// Comparisons of a face with somebody else's template.
  public let comparisons: Int
  /// Milliseconds since 1970 UTC.
  public let createdAt: Int64
}

/// What a decision's calibration was measured on.
public enum CalibrationSource: Sendable, Hashable {
  /// The people that the model's training kept for it; in words.
  case model(String)
  /// The gallery's own people.
  case gallery(GalleryCalibration)
}
