internal import CGRPC
internal import GRPCCore

/// The receiving operations of one batch, and what they received.
///
/// Sendable because the core writes the outputs before the event, and after it only the one reader that
/// picks the batch up looks at them.
final class ReceiveBatch: Tag, @unchecked Sendable {
  struct Parts: OptionSet {
    let rawValue: Int
    static let initialMetadata = Parts(rawValue: 1)
    static let message = Parts(rawValue: 2)
    /// A client's final status and trailing metadata.
    static let status = Parts(rawValue: 4)
    /// The end of the call, as a server sees it.
    static let close = Parts(rawValue: 8)
  }

  private struct Outputs {
    var initialMetadata = grpc_metadata_array()
    var message: UnsafeMutablePointer<grpc_byte_buffer>?
    var trailingMetadata = grpc_metadata_array()
    var status = GRPC_STATUS_UNKNOWN
    var statusDetails = grpc_slice()
    var cancelled: Int32 = 0
  }

  private let wanted: Parts
  private let call: Call
  /// Dropped when it has run: it holds the call, and the call may go on holding this batch.
  private var deliver: (@Sendable (ReceiveBatch, _ success: Bool) -> Void)?
  /// On the heap and not in a property, so that the core's pointers into it stay good until the event.
  private let outputs: UnsafeMutablePointer<Outputs>

  private var isTaken = false

  init(_ wanted: Parts, on call: Call, deliver: @escaping @Sendable (ReceiveBatch, _ success: Bool) -> Void) {
    self.wanted = wanted
    self.call = call
    self.deliver = deliver
    outputs = .allocate(capacity: 1)
    outputs.initialize(to: Outputs())
    super.init(ledger: call.endpoint.ledger)
  }

  deinit {
    grpc_metadata_array_destroy(&outputs.pointee.initialMetadata)
    grpc_metadata_array_destroy(&outputs.pointee.trailingMetadata)
    grpc_slice_unref(outputs.pointee.statusDetails)
    if let message = outputs.pointee.message { grpc_byte_buffer_destroy(message) }
    outputs.deinitialize(count: 1)
    outputs.deallocate()
  }

  /// False when the call is over; then nothing will be delivered.
  func start() -> Bool {
    withUnsafeTemporaryAllocation(of: grpc_op.self, capacity: 4) { operations in
      var count = 0
      func add(_ part: Parts, _ kind: grpc_op_type, _ fill: (inout grpc_op) -> Void) {
        guard wanted.contains(part) else { return }
        var operation = grpc_op()
        operation.op = kind
        fill(&operation)
        operations.initializeElement(at: count, to: operation)
        count += 1
      }
      add(.initialMetadata, GRPC_OP_RECV_INITIAL_METADATA) { operation in
        operation.data.recv_initial_metadata.recv_initial_metadata = outputs.pointer(to: \.initialMetadata)
      }
      add(.message, GRPC_OP_RECV_MESSAGE) { operation in
        operation.data.recv_message.recv_message = outputs.pointer(to: \.message)
      }
      add(.status, GRPC_OP_RECV_STATUS_ON_CLIENT) { operation in
        operation.data.recv_status_on_client.trailing_metadata = outputs.pointer(to: \.trailingMetadata)
        operation.data.recv_status_on_client.status = outputs.pointer(to: \.status)
        operation.data.recv_status_on_client.status_details = outputs.pointer(to: \.statusDetails)
      }
      add(.close, GRPC_OP_RECV_CLOSE_ON_SERVER) { operation in
        operation.data.recv_close_on_server.cancelled = outputs.pointer(to: \.cancelled)
      }
      return call.start(self, UnsafeMutableBufferPointer(rebasing: operations[..<count]))
    }
  }

  override func complete(success: Bool) {
    let deliver = deliver.take()
    deliver?(self, success)
    call.batchEnded()
  }
}

extension ReceiveBatch {
  // Metadata stays the call's property, so these are read in `deliver`, before the call can be released.

  var initialMetadata: Metadata { Metadata(outputs.pointee.initialMetadata) }

  var status: (Status, Metadata) {
    let status = Status(
      code: Status.Code(outputs.pointee.status), message: outputs.pointee.statusDetails.string)
    return (status, Metadata(outputs.pointee.trailingMetadata))
  }

  var wasCancelled: Bool { outputs.pointee.cancelled != 0 }

  var hasMessage: Bool { outputs.pointee.message != nil }

  /// Whether there was a message, taken or not.
  var hadMessage: Bool { hasMessage || isTaken }

  /// The message, copied out of the core's memory, which is freed at once. `nil` when there was none.
  ///
  /// - Parameter limit: the most bytes of it once it is decompressed.
  /// - Throws: `RPCError`: `resourceExhausted` beyond the limit, `internalError` for what cannot be decompressed.
  func takeMessage(limit: Int) throws(RPCError) -> CoreBytes? {
    guard let message = outputs.pointee.message.take() else { return nil }
    isTaken = true
    defer { grpc_byte_buffer_destroy(message) }
    let bytes = ByteStorage(gathering: message)
    let algorithm = message.pointee.data.raw.compression
    if algorithm == GRPC_COMPRESS_NONE { return CoreBytes(storage: bytes) }
    return CoreBytes(
      storage: try Decompression.decompress(bytes, isGzip: algorithm == GRPC_COMPRESS_GZIP, limit: limit))
  }
}
