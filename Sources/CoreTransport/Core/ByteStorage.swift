internal import CGRPC

/// A block of memory that several `CoreBytes` and the C core may share.
///
/// Sendable because nobody writes to it but the `CoreBytes` that is its only holder; the core only reads.
final class ByteStorage: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let count: Int

  /// Memory of `count` bytes, not initialised.
  init(count: Int) {
    self.count = count
    base = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 16)
  }

  convenience init(copying bytes: UnsafeRawBufferPointer) {
    self.init(count: bytes.count)
    if let source = bytes.baseAddress { base.copyMemory(from: source, byteCount: bytes.count) }
  }

  /// The one copy of a received message: the core's slices, put together. The buffer stays the caller's.
  convenience init(gathering buffer: UnsafeMutablePointer<grpc_byte_buffer>) {
    self.init(count: grpc_byte_buffer_length(buffer))
    var reader = grpc_byte_buffer_reader()
    var filled = 0
    guard grpc_byte_buffer_reader_init(&reader, buffer) != 0 else { return }
    var slice = grpc_slice()
    while grpc_byte_buffer_reader_next(&reader, &slice) != 0 {
      slice.withBytes { bytes in
        guard let source = bytes.baseAddress else { return }
        let room = min(bytes.count, count - filled)
        (base + filled).copyMemory(from: source, byteCount: room)
        filled += room
      }
      grpc_slice_unref(slice)
    }
    grpc_byte_buffer_reader_destroy(&reader)
  }

  deinit { base.deallocate() }
}

/// The claim that the core has on a lent block, given back by the slice's destructor.
private final class Loan {
  let storage: ByteStorage
  let ledger: Ledger

  init(_ storage: ByteStorage, _ ledger: Ledger) {
    self.storage = storage
    self.ledger = ledger
    ledger.messageLent()
  }

  deinit { ledger.messageReturned() }
}

extension ByteStorage {
  /// A byte buffer over this memory, for one send. The caller destroys the buffer; the memory lives until
  /// the core has let go of it too.
  func lend(ledger: Ledger) -> UnsafeMutablePointer<grpc_byte_buffer>? {
    // Below the size that a slice keeps inline a loan would cost more than the copy.
    var slice: grpc_slice
    if count <= 16 {
      slice = grpc_slice_from_copied_buffer(base.assumingMemoryBound(to: CChar.self), count)
    } else {
      let loan = Unmanaged.passRetained(Loan(self, ledger)).toOpaque()
      slice = grpc_slice_new_with_user_data(
        base, count, { Unmanaged<Loan>.fromOpaque($0!).release() }, loan)
    }
    let buffer = grpc_raw_byte_buffer_create(&slice, 1)
    grpc_slice_unref(slice)
    return buffer
  }
}
