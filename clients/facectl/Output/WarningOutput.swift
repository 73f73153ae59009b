import FaceAPI

/// What the daemon says of a photograph that it used all the same.
struct WarningOutput: Encodable, Sendable {
  let reason: String
  let message: String

  init(_ warning: Faced_V1_PhotoWarning) { (reason, message) = (warning.reason, warning.message) }
}

extension [WarningOutput] {
  /// For people, beside the answer about `file`.
  func note(_ file: String) {
    for warning in self { Terminal.note("\(file): warning: \(warning.message)") }
  }
}
