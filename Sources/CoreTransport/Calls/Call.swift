internal import CGRPC
internal import GRPCCore
internal import Synchronization

/// One `grpc_call` and the batches under way on it.
///
/// The `grpc_call` is released as soon as the call is over for this side (`end()`) and the last batch has
/// come back, however long someone keeps a reader or writer of it; from then on every operation fails softly.
final class Call: Sendable {
  private struct State {
    /// `nil` once released.
    var call: CorePointer?
    var batchesUnderWay = 0
    var hasEnded = false
  }

  let endpoint: Endpoint
  private let state: Mutex<State>
  /// Rounds of `Endpoint.endSilentCalls` that it may still wait for its request; 0 where it does not wait.
  private let patience = Atomic<Int>(0)

  /// Takes over the caller's reference to `pointer`.
  init(_ pointer: CorePointer, endpoint: Endpoint) {
    self.endpoint = endpoint
    state = Mutex(State(call: pointer))
    endpoint.ledger.callOpened()
  }

  deinit { endpoint.ledger.callObjectGone() }

  /// Starts a batch. False when the call is over, or when the core refuses it; then no event will come.
  func start(_ tag: Tag, _ operations: UnsafeMutableBufferPointer<grpc_op>) -> Bool {
    state.withLock { state in
      guard !state.hasEnded, let call = state.call else { return false }
      let pointer = tag.lend()
      guard grpc_call_start_batch(call.raw, operations.baseAddress, operations.count, pointer, nil) == GRPC_CALL_OK
      else {
        _ = Tag.takeBack(pointer)
        return false
      }
      state.batchesUnderWay += 1
      return true
    }
  }

  /// To be called when a batch's event has been dealt with.
  func batchEnded() {
    finish { $0.batchesUnderWay -= 1 }
  }

  /// No more batches will be started; what is under way comes to its end.
  func end() {
    finish { $0.hasEnded = true }
  }

  private func finish(_ change: (inout State) -> Void) {
    let released: CorePointer? = state.withLock { state in
      change(&state)
      guard state.hasEnded, state.batchesUnderWay == 0 else { return nil }
      return state.call.take()
    }
    guard let released else { return }
    grpc_call_unref(released.raw)
    endpoint.ledger.callReleased()
    endpoint.release(self)
  }

  /// Cancels the call; batches under way end soon. Without effect when it is over.
  func cancel(_ code: grpc_status_code, _ message: String) {
    state.withLock { state in
      guard let call = state.call else { return }
      _ = grpc_call_cancel_with_status(call.raw, code, message, nil)
    }
  }

  /// Rounds that make up a time limit: more are nearer to it.
  static let roundsOfPatience = 4

  /// Its one request is waited for, from now on.
  func awaitsRequest() { patience.store(Self.roundsOfPatience + 1, ordering: .relaxed) }

  /// The request is in, or will not come.
  func hasRequest() { patience.store(0, ordering: .relaxed) }

  /// Whether its time was up by this round. It may have its request a moment later: then it ends all the same.
  func losesPatience() -> Bool {
    let left = patience.load(ordering: .relaxed)
    guard left > 0 else { return false }
    return patience.compareExchange(expected: left, desired: left - 1, ordering: .relaxed).exchanged && left == 1
  }

  /// Whether a missing message means that the call failed, not that the peer has sent its last.
  var failedBeforeMessage: Bool {
    state.withLock { state in
      guard let call = state.call else { return true }
      return grpc_call_failed_before_recv_message(call.raw) != 0
    }
  }

  /// The other end's address, as a gRPC URI such as `ipv4:127.0.0.1:50051`.
  var peer: String {
    state.withLock { state in
      guard let call = state.call, let text = grpc_call_get_peer(call.raw) else { return "unknown" }
      defer { gpr_free(text) }
      return String(cString: text)
    }
  }

  /// What the other end proved itself with.
  var peerCertificate: PeerCertificate? {
    state.withLock { state in
      guard let call = state.call, let context = grpc_call_auth_context(call.raw) else { return nil }
      defer { grpc_auth_context_release(context) }
      return PeerCertificate(context)
    }
  }
}

extension Call {
  /// Sends, and waits until the core has taken it past flow control. False when the call is over.
  func send(_ parts: SendBatch.Parts) async -> Bool {
    await withCheckedContinuation { continuation in
      let batch = SendBatch(parts, on: self, waiter: continuation)
      if !batch.start() { continuation.resume(returning: false) }
    }
  }

  /// Sends without waiting.
  @discardableResult
  func post(_ parts: SendBatch.Parts) -> Bool {
    SendBatch(parts, on: self, waiter: nil).start()
  }

  /// Begins to receive; `deliver` runs on the polling thread. False when the call is over.
  func receive(
    _ wanted: ReceiveBatch.Parts, deliver: @escaping @Sendable (ReceiveBatch, _ success: Bool) -> Void
  ) -> Bool {
    ReceiveBatch(wanted, on: self, deliver: deliver).start()
  }
}
