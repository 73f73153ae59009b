internal import Foundation

/// A backup that was read whole.
public struct BackupCheck: Sendable {
  /// The file's first frame; nil before it was taken.
  public private(set) var summary: BackupSummary?
  /// Records of the store so far.
  public private(set) var records: UInt64 = 0
  /// Model files so far.
  public private(set) var models: UInt64 = 0
  /// Bytes read so far, as `count(_:)` was told.
  public private(set) var bytes: UInt64 = 0

  /// Reads a file from its beginning to its end, a block at a time.
  ///
  /// - Parameters:
  ///   - path: the file; `-` is standard input.
  ///   - body: is given each frame.
  /// - Throws: `BackupError` at the first thing that is wrong, or what `body` throws.
  public static func read(_ path: String, _ body: (BackupFrame) throws -> Void = { _ in }) throws -> BackupCheck {
    let file = path == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: path)
    guard let file else { throw BackupError("the backup '\(path)' cannot be read") }
    defer { try? file.close() }
    var reader = BackupReader()
    var check = BackupCheck()
    while true {
      let block: Data?
      do { block = try file.read(upToCount: 1 << 20) } catch {
        throw BackupError(unsafe "the backup '\(path)' cannot be read: \(String(cString: strerror(errno)))")
      }
      guard let block, !block.isEmpty else { break }
      check.count(block.count)
      for frame in try reader.take(block) {
        try check.take(frame)
        try body(frame)
      }
    }
    try reader.finish()
    return check
  }

  /// Nothing read yet.
  public init() {}

  /// Notes bytes that were read.
  public mutating func count(_ bytes: Int) { self.bytes += UInt64(bytes) }

  /// Counts what a frame holds.
  public mutating func take(_ frame: BackupFrame) throws(BackupError) {
    switch frame {
    case .summary(let payload): summary = try BackupSummary(payload: payload)
    case .records(let payload): records += UInt64(try BackupRecords.decode(payload).count)
    case .modelName: models += 1
    case .modelBytes, .end: break
    }
  }
}
