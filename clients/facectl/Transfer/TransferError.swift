/// Why an export, a folder of one or a file of vectors is of no use; the message says what to do.
struct TransferError: Error {
  /// UPPER_SNAKE_CASE.
  let reason: String
  let message: String

  /// A folder that is not as it was written.
  static func damaged(_ message: String) -> TransferError {
    TransferError(reason: "EXPORT_DAMAGED", message: message)
  }

  /// A file that is not what it should be.
  static func file(_ message: String) -> TransferError { TransferError(reason: "FILE_REFUSED", message: message) }

  var failure: CommandFailure {
    CommandFailure(code: reason == "EXPORT_DAMAGED" ? "dataLoss" : "invalidArgument", reason: reason, message: message)
  }
}
