import Foundation

/// What the daemon says on standard output: that it serves, and where. Everything else is a log line on standard error.
enum Announcement {
  /// Nobody has to listen: a daemon whose output is closed or full serves all the same.
  static func print(_ text: String) {
    var line = text + "\n"
    line.withUTF8 { bytes in _ = write(STDOUT_FILENO, bytes.baseAddress, bytes.count) }
  }
}
