import Foundation

/// What the daemon says on standard output: that it serves, and where. Everything else is a log line on standard error.
enum Announcement {
  /// Nobody has to listen: a daemon whose output is closed or full serves all the same.
  static func print(_ text: String) {
    var line = text + "\n"
    line.withUTF8 { bytes in _ = unsafe write(STDOUT_FILENO, bytes.baseAddress, bytes.count) }
  }

  /// The first start: where everything is kept, and what a new person does next.
  static func greet(directory: String, address: String) {
    let at = address == Settings.defaultAddress ? "" : " --address \(address)"
    print(
      """
      Everything is kept in \(directory). Nobody is enrolled yet. Next, in another terminal:
        facectl enroll PEOPLE\(at)      a folder with one sub-folder of photographs for each person
        facectl identify PHOTO\(at)     who is this?
      """)
  }
}
