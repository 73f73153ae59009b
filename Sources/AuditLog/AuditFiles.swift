internal import Foundation

/// The files of a log: `audit.log` is written to; `audit-{number of its first line}.log` are those before it.
enum AuditFiles {
  static let current = "audit.log"

  /// Paths, oldest first, the current one last.
  static func all(in directory: String) throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: directory)
    let earlier = names.filter { $0.hasPrefix("audit-") && $0.hasSuffix(".log") }.sorted()
    return (earlier + names.filter { $0 == current }).map { directory + "/" + $0 }
  }

  /// The name that the current file gets when it is full. Twenty digits, so that names sort as numbers do.
  static func rotated(firstNumber: UInt64) -> String {
    let digits = String(firstNumber)
    return "audit-" + String(repeating: "0", count: 20 - digits.count) + digits + ".log"
  }

  /// Calls `body` with each line of a file, a block at a time, until it returns false.
  static func forEachLine(_ path: String, _ body: (_ line: String, _ isWhole: Bool) throws -> Bool) throws {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw AuditError("the audit file '\(path)' cannot be read")
    }
    defer { try? file.close() }
    var rest = Data()
    while let block = try file.read(upToCount: 1 << 16), !block.isEmpty {
      rest += block
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: rest[rest.startIndex..<end], as: UTF8.self)
        rest = Data(rest[rest.index(after: end)...])
        guard try body(line, true) else { return }
      }
      guard rest.count <= 1 << 20 else {
        throw AuditError("the file '\(path)' is not an audit log: one of its lines is too long")
      }
    }
    if !rest.isEmpty { _ = try body(String(decoding: rest, as: UTF8.self), false) }
  }
}

/// Why an audit log could not be read or written.
package struct AuditError: Error, Sendable {
  package let message: String
  init(_ message: String) { self.message = message }
}
