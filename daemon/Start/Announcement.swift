import Foundation

/// What the daemon says on standard output: that it serves, and where. Everything else is a log line on standard error.
enum Announcement {
  static func print(_ text: String) {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
  }
}
