internal import CGRPC
internal import GRPCCore
internal import Synchronization

/// One call as the server sees it: what came in, what goes out, and whether the client is still there.
final class ServerCall: Sendable {
  /// What the sender has said so far. `open` → `started` (initial metadata is out) → `finished`.
  private enum Outgoing {
    /// Nothing sent. `metadata` waits for the first message or the status when the method has one response,
    /// and then `message` too: all of it goes out in one batch.
    case open(metadata: OutgoingMetadata?, message: CoreBytes?)
    case started
    case finished
  }

  private struct Watch {
    var isCancelled = false
    var handle: ServerContext.RPCCancellationHandle?
  }

  let metadata: Metadata
  private let call: Call
  /// One request message.
  private let receivesOnce: Bool
  /// One response message: nothing needs to be on the wire before the status.
  private let sendsOnce: Bool
  private let inbox = Mailbox<ReceiveBatch?>()
  /// What comes behind the one message of a method that has one: its end, or a message too many.
  private let rest = Mailbox<ReceiveBatch?>()
  private let maximumMessageBytes: Int
  private let gate = SendGate()
  private let outgoing = Mutex(Outgoing.open(metadata: nil, message: nil))
  private let watch = Mutex(Watch())
  private let task = RunningTask()

  /// - Parameter method: the kind of method where it is known; without it every message is treated as one
  ///   of a stream, which is right but costs a few more events per call.
  init(call: Call, metadata: Metadata, method: MethodDescriptor.RPCType?, maximumMessageBytes: Int) {
    self.maximumMessageBytes = maximumMessageBytes
    self.call = call
    self.metadata = metadata
    receivesOnce = method.map { !$0.isRequestStreaming } ?? false
    sendsOnce = method.map { !$0.isResponseStreaming } ?? false
  }

  /// Begins to watch for the client's going away and fetches the first message ahead of the handler.
  ///
  /// - Parameter ready: called once, on a polling thread or here, when the handler may run: at once, but where the method has
  ///   one request message when that and its end are in, so that the handler need not wait for them on its own thread.
  func begin(ready: @escaping @Sendable () -> Void) {
    let watching = call.receive(.close) { [self] batch, _ in closed(cancelled: batch.wasCancelled) }
    if !watching { closed(cancelled: true) }
    if receivesOnce {
      call.awaitsRequest()
      receiveOnly { [call] in
        call.hasRequest()
        ready()
      }
    } else {
      receiveNext()
      ready()
    }
  }

  /// The other end's address.
  var peer: String { call.peer }

  // MARK: Cancellation

  /// Runs the handler in the caller's task, which is cancelled with the call.
  func run(_ handler: (ServerContext.RPCCancellationHandle) async -> Void) async {
    await task.run {
      await withServerContextRPCCancellationHandle { handle in
        let isCancelled = watch.withLock { watch in
          watch.handle = handle
          return watch.isCancelled
        }
        if isCancelled { handle.cancel() }
        await handler(handle)
      }
      watch.withLock { $0.handle = nil }
    }
    await end()
  }

  private func closed(cancelled: Bool) {
    guard cancelled else { return }
    let handle = watch.withLock { watch in
      watch.isCancelled = true
      return watch.handle
    }
    // The handle first: its watchers learn why before their tasks are told to stop.
    handle?.cancel()
    task.cancel()
  }

  /// The handler has returned; a handler that sent no status must not leave the client waiting.
  private func end() async {
    let status = Status(code: .unknown, message: "the handler returned without a status")
    try? await send(status: status, metadata: [:])
    call.end()
  }

  // MARK: Receiving

  /// The next request message; `nil` after the client's last.
  ///
  /// - Throws: `RPCError` (`cancelled`) when the call has failed, `CancellationError` when the reading task
  ///   was cancelled (the call itself goes on).
  func nextMessage() async throws -> CoreBytes? {
    guard let received = await inbox.take() else { throw CancellationError() }
    guard let received else {
      throw RPCError(code: .cancelled, message: "The RPC was cancelled or its deadline passed.")
    }
    if let message = try received.takeMessage(limit: maximumMessageBytes) {
      if receivesOnce { inbox.close(with: received) } else { receiveNext() }
      return message
    }
    guard receivesOnce, received.hadMessage else { return nil }
    guard let last = await rest.take() else { throw CancellationError() }
    guard let last else {
      throw RPCError(code: .cancelled, message: "The RPC was cancelled or its deadline passed.")
    }
    return try last.takeMessage(limit: maximumMessageBytes)
  }

  private func receiveNext() {
    let started = call.receive(.message) { [self] batch, _ in
      batch.hasMessage ? inbox.put(batch) : inbox.close(with: call.failedBeforeMessage ? nil : batch)
    }
    if !started { inbox.close(with: nil) }
  }

  /// The one message, and what comes behind it.
  private func receiveOnly(_ ready: @escaping @Sendable () -> Void) {
    let started = call.receive(.message) { [self] batch, _ in
      guard batch.hasMessage else {
        inbox.close(with: call.failedBeforeMessage ? nil : batch)
        return ready()
      }
      inbox.put(batch)
      let started = call.receive(.message) { [self] batch, _ in
        rest.close(with: batch.hasMessage || !call.failedBeforeMessage ? batch : nil)
        ready()
      }
      guard !started else { return }
      rest.close(with: nil)
      ready()
    }
    guard !started else { return }
    inbox.close(with: nil)
    ready()
  }

  // MARK: Sending

  func send(metadata: Metadata) throws {
    let metadata = try OutgoingMetadata.make(metadata)
    try outgoing.withLock { outgoing in
      guard case .open = outgoing else {
        throw RPCError(code: .internalError, message: "initial metadata was sent already")
      }
      if sendsOnce {
        outgoing = .open(metadata: metadata, message: nil)
      } else {
        outgoing = .started
        call.post(.init(initialMetadata: .some(metadata)))
      }
    }
  }

  func send(message: CoreBytes) async throws {
    await gate.enter()
    defer { gate.leave() }
    let parts: SendBatch.Parts? = try outgoing.withLock { outgoing in
      switch outgoing {
      case .open(let metadata, nil) where sendsOnce:
        outgoing = .open(metadata: metadata, message: message)
        return nil
      case .open(let metadata, let earlier):
        // A second message on a method that has one: send what was kept; the router will complain of it.
        outgoing = .started
        if let earlier { call.post(.init(initialMetadata: .some(metadata), message: earlier)) }
        return earlier == nil ? .init(initialMetadata: .some(metadata), message: message) : .init(message: message)
      case .started: return .init(message: message)
      case .finished:
        throw RPCError(code: .failedPrecondition, message: "the status was sent; no message may follow it")
      }
    }
    guard let parts else { return }
    guard await call.send(parts) else {
      throw RPCError(code: .cancelled, message: "The RPC ended before the message was sent.")
    }
  }

  /// Sends the status, once; a second one is ignored.
  func send(status: Status, metadata: Metadata) async throws {
    await gate.enter()
    defer { gate.leave() }
    var status = status
    var trailing: OutgoingMetadata?
    do {
      trailing = try OutgoingMetadata.make(metadata)
    } catch {
      status = Status(code: .internalError, message: "trailing metadata: \(error.message)")
    }
    let last = (status, trailing)
    outgoing.withLock { outgoing in
      var parts = SendBatch.Parts(status: last)
      switch outgoing {
      case .open(let initial, let message):
        parts.initialMetadata = .some(initial)
        // A failed call sends no message: its status is the answer.
        parts.message = last.0.code == .ok ? message : nil
      case .started: break
      case .finished: return
      }
      outgoing = .finished
      call.post(parts)
    }
  }
}
