/// Limits of requests that the daemon and its clients share: a client stays within them, the daemon refuses what is beyond.
///
/// Limits of one noun stand with it (`DisplayName`, `GalleryID`, `IdentityLabels`), and those of the daemon alone in its options.
public enum RequestLimits {
  /// Bytes of UTF-8 of an enrolment's request id.
  public static let requestIDBytes = 56
  /// Bytes of UTF-8 of what a client calls a photograph, such as a file's name.
  public static let sourceBytes = 300
  /// Bytes of UTF-8 of a model's label.
  public static let labelBytes = 200
  /// Candidates in the answer for one face.
  public static let candidates = 100
  /// Faces in one message of an import.
  public static let importedFaces = 1_000
  /// Records on one page of a list.
  public static let pageSize = 1_000
  /// Lines of the audit log in one answer.
  public static let auditLines = 10_000
}
