/// Turns frames into the bytes of a backup, in order.
public struct BackupWriter: Sendable {
  private var previous = [UInt8](repeating: 0, count: FrameSeal.checksumBytes)
  private var isFirst = true

  /// A writer before the first frame.
  public init() {}

  /// The bytes to append for the next frame.
  public mutating func bytes(of frame: BackupFrame) -> [UInt8] {
    let payload = frame.payload
    precondition(payload.count <= BackupFrame.maximumBytes, "a frame of \(payload.count) bytes")
    let head = FrameSeal.head(kind: frame.kind, count: payload.count)
    previous = FrameSeal.checksum(previous: previous, head: head, payload: payload)
    defer { isFirst = false }
    return (isFirst ? BackupFrame.magic : []) + head + payload + previous
  }
}
