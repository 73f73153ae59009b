import Foundation

/// The lines of a text file, one at a time, without their ends.
struct LineReader {
  private let file: FileHandle
  private let path: String
  private var bytes: [UInt8] = []
  private var place = 0
  private var isAtEnd = false
  /// Lines that were given.
  private(set) var count = 0

  /// A line that is longer is none.
  static let maximumBytes = 1 << 16

  init(_ path: String) throws(TransferError) {
    guard FileStatus(RawPath(path))?.kind == .file, let file = FileHandle(forReadingAtPath: path) else {
      throw .file("\(path): there is no such file, or it cannot be read")
    }
    self.file = file
    self.path = path
  }

  mutating func next() throws(TransferError) -> String? {
    while true {
      if let end = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) { return try line(upTo: end, then: end + 1) }
      guard !isAtEnd else { return place < bytes.count ? try line(upTo: bytes.count, then: bytes.count) : nil }
      guard bytes.count - place <= Self.maximumBytes else {
        throw .file("\(path): line \(count + 1) has more than \(Self.maximumBytes) bytes")
      }
      bytes.removeSubrange(..<place)
      place = 0
      let more: Data?
      do { more = try file.read(upToCount: 1 << 16) } catch { throw .file("\(path): it cannot be read: \(error)") }
      if let more, !more.isEmpty { bytes += more } else { isAtEnd = true }
    }
  }

  private mutating func line(upTo end: Int, then next: Int) throws(TransferError) -> String {
    count += 1
    defer { place = next }
    guard let text = String(validating: bytes[place..<end], as: UTF8.self) else {
      throw .file("\(path): line \(count) is not UTF-8")
    }
    return text.hasSuffix("\r") ? String(text.dropLast()) : text
  }
}
