internal import FaceTypes
internal import FoundationEssentials
internal import Glibc

/// What the commands print.
enum Output {
  static func line(_ text: String) { print(text) }

  /// For people, beside the result.
  static func note(_ text: String) {
    let bytes = Array("\(text)\n".utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  /// One line of JSON on standard output.
  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  static func makeFolder(_ path: String) throws {
    var status = stat()
    if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
    guard unsafe mkdir(path, 0o755) == 0 else {
      throw CommandError("cannot make the folder '\(path)': \(systemMessage(errno))")
    }
  }
}

/// A message for the person at the terminal.
struct CommandError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
