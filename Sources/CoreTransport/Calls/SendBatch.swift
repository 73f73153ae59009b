internal import CGRPC
internal import GRPCCore

/// The sending operations of one batch.
final class SendBatch: Tag {
  /// What to send, in the order of the stream.
  struct Parts: Sendable {
    /// Set to send the initial metadata; with `nil` inside, empty metadata.
    var initialMetadata: OutgoingMetadata??
    /// On a client: hold the call back until there is a connection instead of failing it.
    var waitsForReady = false
    var message: CoreBytes?
    /// The client's last word.
    var closes = false
    /// The server's last word.
    var status: (status: Status, metadata: OutgoingMetadata?)?
  }

  private let call: Call
  private let parts: Parts
  private let buffer: UnsafeMutablePointer<grpc_byte_buffer>?
  private let waiter: CheckedContinuation<Bool, Never>?

  init(_ parts: Parts, on call: Call, waiter: CheckedContinuation<Bool, Never>?) {
    self.call = call
    self.parts = parts
    self.waiter = waiter
    buffer = parts.message?.storage.lend(ledger: call.endpoint.ledger)
    super.init(ledger: call.endpoint.ledger)
  }

  deinit {
    if let buffer { grpc_byte_buffer_destroy(buffer) }
  }

  /// False when the call is over; then the waiter is the caller's to resume.
  func start() -> Bool {
    withUnsafeTemporaryAllocation(of: grpc_op.self, capacity: 4) { operations in
      var count = 0
      func add(_ kind: grpc_op_type, _ fill: (inout grpc_op) -> Void) {
        var operation = grpc_op()
        operation.op = kind
        fill(&operation)
        operations.initializeElement(at: count, to: operation)
        count += 1
      }
      if let metadata = parts.initialMetadata {
        add(GRPC_OP_SEND_INITIAL_METADATA) { operation in
          operation.flags = parts.waitsForReady ? SendBatch.waitForReady : 0
          operation.data.send_initial_metadata.count = metadata?.count ?? 0
          operation.data.send_initial_metadata.metadata = metadata?.elements.baseAddress
        }
      }
      if let buffer {
        add(GRPC_OP_SEND_MESSAGE) { $0.data.send_message.send_message = buffer }
      }
      if parts.closes {
        add(GRPC_OP_SEND_CLOSE_FROM_CLIENT) { _ in }
      }
      guard let (status, metadata) = parts.status else {
        return call.start(self, UnsafeMutableBufferPointer(rebasing: operations[..<count]))
      }
      var details = grpc_slice(copying: status.message)
      defer { grpc_slice_unref(details) }
      return withUnsafeMutablePointer(to: &details) { details in
        add(GRPC_OP_SEND_STATUS_FROM_SERVER) { operation in
          operation.data.send_status_from_server.status = status.code.coreCode
          operation.data.send_status_from_server.status_details = details
          operation.data.send_status_from_server.trailing_metadata_count = metadata?.count ?? 0
          operation.data.send_status_from_server.trailing_metadata = metadata?.elements.baseAddress
        }
        return call.start(self, UnsafeMutableBufferPointer(rebasing: operations[..<count]))
      }
    }
  }

  override func complete(success: Bool) {
    call.batchEnded()
    waiter?.resume(returning: success)
  }

  private static let waitForReady =
    UInt32(GRPC_INITIAL_METADATA_WAIT_FOR_READY) | UInt32(GRPC_INITIAL_METADATA_WAIT_FOR_READY_EXPLICITLY_SET)
}
