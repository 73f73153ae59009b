/// Takes the bytes of a backup as they come and gives its frames, each checked.
public struct BackupReader: Sendable {
  private var waiting: [UInt8] = []
  private var start = 0
  private var previous = [UInt8](repeating: 0, count: FrameSeal.checksumBytes)
  private var hasMagic = false
  private var frames = 0
  private var hasEnded = false
  /// Bytes of whole frames so far.
  private var taken = 0

  /// A reader before the file's first byte.
  public init() {}

  /// Adds bytes and returns the frames that they complete.
  /// - Throws: `BackupError` at the first thing that is not as it was written.
  public mutating func take(_ bytes: some Sequence<UInt8>) throws(BackupError) -> [BackupFrame] {
    waiting.append(contentsOf: bytes)
    var found: [BackupFrame] = []
    while let frame = try next() { found.append(frame) }
    // What was read is let go of once it is worth the copying.
    if start > 1 << 20 || start == waiting.count {
      waiting.removeFirst(start)
      start = 0
    }
    return found
  }

  /// To be called behind the last byte.
  /// - Throws: `BackupError` where the backup is not whole.
  public func finish() throws(BackupError) {
    guard hasMagic else { throw BackupError("this is not a backup of faced") }
    guard hasEnded else { throw BackupError("the backup ends early, after \(frames) parts; make it again") }
  }

  private mutating func next() throws(BackupError) -> BackupFrame? {
    if !hasMagic {
      let have = waiting.count - start
      guard waiting[start...].prefix(BackupFrame.magic.count).elementsEqual(BackupFrame.magic.prefix(have)) else {
        throw BackupError("this is not a backup of faced, or it is from a newer faced")
      }
      guard have >= BackupFrame.magic.count else { return nil }
      start += BackupFrame.magic.count
      taken += BackupFrame.magic.count
      hasMagic = true
    }
    guard waiting.count - start > 0 else { return nil }
    guard !hasEnded else { throw BackupError("the backup has bytes after its end; it was changed") }
    guard waiting.count - start >= FrameSeal.headBytes else { return nil }
    let head = Array(waiting[start..<start + FrameSeal.headBytes])
    let count = head[1...].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard count <= BackupFrame.maximumBytes else { throw damaged() }
    let whole = FrameSeal.headBytes + count + FrameSeal.checksumBytes
    guard waiting.count - start >= whole else { return nil }
    let payload = Array(waiting[start + FrameSeal.headBytes..<start + FrameSeal.headBytes + count])
    let checksum = FrameSeal.checksum(previous: previous, head: head, payload: payload)
    let kept = waiting[start + FrameSeal.headBytes + count..<start + whole]
    guard kept.elementsEqual(checksum), let frame = BackupFrame(kind: head[0], payload: payload) else {
      throw damaged()
    }
    guard (frames == 0) == (frame.kind == 1) else { throw BackupError("the backup does not begin with its summary") }
    previous = checksum
    start += whole
    taken += whole
    frames += 1
    hasEnded = frame == .end
    return frame
  }

  private func damaged() -> BackupError {
    BackupError("the backup is damaged at or after byte \(taken); use another one")
  }
}
