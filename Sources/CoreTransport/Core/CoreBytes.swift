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

  /// `count` bytes of the same value.
  public init(repeating byte: UInt8, count: Int) {
    storage = ByteStorage(count: count)
    storage.base.initializeMemory(as: UInt8.self, repeating: byte, count: count)
  }

  /// A copy of the sequence's bytes: one `memcpy` where they lie together in memory.
  public init<Bytes: Sequence>(_ sequence: Bytes) where Bytes.Element == UInt8 {
    let copied = sequence.withContiguousStorageIfAvailable { ByteStorage(copying: UnsafeRawBufferPointer($0)) }
    storage = copied ?? Array(sequence).withUnsafeBytes { ByteStorage(copying: $0) }
  }

  /// The number of bytes.
  public var count: Int { storage.count }

  /// Lends the bytes for the length of the call; the pointer must not leave `body`. Nothing is copied.
  public func withUnsafeBytes<R>(_ body: (_ buffer: UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeRawBufferPointer(start: storage.base, count: storage.count))
  }

  /// Lends the bytes for writing; the pointer must not leave `body`. Copies them first where another value shares the
  /// memory.
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
  /// Whether both hold the same bytes; O(n).
  public static func == (a: CoreBytes, b: CoreBytes) -> Bool {
    a.withUnsafeBytes { left in b.withUnsafeBytes { right in left.elementsEqual(right) } }
  }
}
