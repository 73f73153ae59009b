internal import CGRPC
internal import Synchronization

/// What the calls of one transport share: the completion queue, the channel or server they come from, and
/// the register of calls that are not over.
///
/// The order in which the C core wants to be taken down is kept here and nowhere else: calls first, then the
/// channel or server, then the queue, then (on the queue's own threads) the runtime.
final class Endpoint: Sendable {
  /// What the calls come from, destroyed after the last of them.
  enum Source: Sendable {
    case channel(CorePointer)
    case server(CorePointer)
  }

  /// `open`: calls may be added. → `closing` by `close()`: no new calls, waiting for the last one. → `closed`.
  private enum Phase {
    case open
    case closing
    case closed
  }

  private struct State {
    var phase = Phase.open
    var calls: [ObjectIdentifier: Call] = [:]

    mutating func closeIfEmpty() -> Bool {
      guard phase == .closing, calls.isEmpty else { return false }
      phase = .closed
      return true
    }
  }

  let queue: CompletionQueue
  let ledger: Ledger
  let source: Source
  private let state = Mutex(State())

  init(queue: CompletionQueue, source: Source, ledger: Ledger) {
    self.queue = queue
    self.source = source
    self.ledger = ledger
  }

  /// Enters a call that `open` makes, unless the endpoint is closing.
  func adopt(_ open: (Endpoint) -> Call?) -> Call? {
    state.withLock { state in
      guard state.phase == .open, let call = open(self) else { return nil }
      state.calls[ObjectIdentifier(call)] = call
      return call
    }
  }

  /// Strikes a call off; it has released its `grpc_call`.
  func release(_ call: Call) {
    let isLast = state.withLock { state in
      state.calls[ObjectIdentifier(call)] = nil
      return state.closeIfEmpty()
    }
    if isLast { destroy() }
  }

  /// Cancels every call that is not over.
  func cancelAllCalls() {
    let calls = state.withLock { Array($0.calls.values) }
    for call in calls { call.cancel(GRPC_STATUS_CANCELLED, "the transport was stopped") }
  }

  /// A round of looking after calls whose request does not come; who calls it keeps the time between rounds.
  func endSilentCalls() {
    let calls = state.withLock { Array($0.calls.values) }
    for call in calls where call.losesPatience() {
      call.cancel(GRPC_STATUS_DEADLINE_EXCEEDED, "the request did not arrive in time")
    }
  }

  /// Runs `body` unless the channel or server is gone or going.
  func withSource<R>(_ body: (Source) -> R) -> R? {
    state.withLock { state in state.phase == .open ? body(source) : nil }
  }

  /// Takes no new calls and, once the last one is over, frees everything. Further calls do nothing.
  func close() {
    let isEmpty = state.withLock { state in
      guard state.phase == .open else { return false }
      state.phase = .closing
      return state.closeIfEmpty()
    }
    if isEmpty { destroy() }
  }

  private func destroy() {
    switch source {
    case .channel(let channel): grpc_channel_destroy(channel.raw)
    case .server(let server): grpc_server_destroy(server.raw)
    }
    queue.shutDown()
  }
}
