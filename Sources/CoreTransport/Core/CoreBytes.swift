public import GRPCCore

/// The bytes of one message.
///
/// Copies share storage until one is written to. Sending lends the storage to the C core without copying it;
/// receiving copies once, out of the core's read buffers.
public struct CoreBytes: GRPCContiguousBytes, Sendable {
  var storage: ByteStorage

  init(storage: ByteStorage) {
    self.storage = storage
  }

  public init(repeating byte: UInt8, count: Int) {
    storage = ByteStorage(count: count)
    storage.base.initializeMemory(as: UInt8.self, repeating: byte, count: count)
  }

  public init<Bytes: Sequence>(_ sequence: Bytes) where Bytes.Element == UInt8 {
    let copied = sequence.withContiguousStorageIfAvailable { ByteStorage(copying: UnsafeRawBufferPointer($0)) }
    storage = copied ?? Array(sequence).withUnsafeBytes { ByteStorage(copying: $0) }
  }

  public var count: Int { storage.count }

  public func withUnsafeBytes<R>(_ body: (_ buffer: UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeRawBufferPointer(start: storage.base, count: storage.count))
  }

  public mutating func withUnsafeMutableBytes<R>(
    _ body: (_ buffer: UnsafeMutableRawBufferPointer) throws -> R
  ) rethrows -> R {
    if !isKnownUniquelyReferenced(&storage) {
      storage = withUnsafeBytes { ByteStorage(copying: $0) }
    }
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeMutableRawBufferPointer(start: storage.base, count: storage.count))
  }
}

extension CoreBytes: Equatable {
  public static func == (a: CoreBytes, b: CoreBytes) -> Bool {
    a.withUnsafeBytes { left in b.withUnsafeBytes { right in left.elementsEqual(right) } }
  }
}
