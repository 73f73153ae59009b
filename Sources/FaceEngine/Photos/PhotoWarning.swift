/// Something about a photograph that did not keep it from being used and that its owner wants to know.
public struct PhotoWarning: Hashable, Sendable {
  /// UPPER_SNAKE_CASE, stable, for programs.
  public let reason: String
  /// For people.
  public let message: String

  static let endsEarly = PhotoWarning(
    reason: "FILE_ENDS_EARLY", message: "the file ends early; all its pixels were there")

  /// - Parameter degrees: clockwise.
  static func turned(_ degrees: Int) -> PhotoWarning {
    PhotoWarning(
      reason: "PHOTO_TURNED",
      message: "no upright face was found; the photograph was turned by \(degrees)° clockwise to find one")
  }
}
