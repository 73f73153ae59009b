import BackupFile

/// Backup files as they are, and the parts of one behind their checksums.
enum FuzzBackups {
  static func test(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    read(bytes)
    var writer = BackupWriter()
    for frame in [BackupFrame.summary(bytes), .records(bytes), .end] { read(writer.bytes(of: frame)) }
  }

  private static func read(_ bytes: [UInt8]) {
    var (reader, check) = (BackupReader(), BackupCheck())
    // In two pieces, as files and networks give them.
    for piece in [bytes.prefix(bytes.count / 2), bytes.dropFirst(bytes.count / 2)] {
      guard let frames = try? reader.take(piece) else { return }
      for frame in frames { try? check.take(frame) }
    }
    try? reader.finish()
    if let records = try? BackupRecords.decode(bytes) { _ = records.count }
    _ = try? BackupSummary(payload: bytes)
  }
}

/// What libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput") public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  FuzzBackups.test(start, count)
  return 0
}
