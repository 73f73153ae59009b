internal import CGRPC
internal import GRPCCore
internal import Synchronization

/// One call as the client sees it.
final class ClientCall: Sendable {
  /// What the sender has said so far. `unsent` → `open` (metadata is out) → `closed`.
  private enum Outgoing {
    /// `metadata` and `message` are kept back when the method has one request: all goes out in one batch.
    case unsent(metadata: OutgoingMetadata?, message: CoreBytes?)
    case open
    case closed
  }

  struct Limits: Sendable {
    var requestBytes: Int?
    var responseBytes: Int?
    /// Of a response once it is decompressed.
    var decompressedBytes: Int
  }

  private let call: Call
  private let method: MethodDescriptor.RPCType?
  private let target: String
  private let waitsForReady: Bool
  private let limits: Limits
  private let compression: CompressionAlgorithm
  private let gate = SendGate()
  private let outgoing = Mutex(Outgoing.unsent(metadata: nil, message: nil))
  private let initialMetadata = Mailbox<Metadata?>()
  private let messages = Mailbox<ReceiveBatch?>()
  private let status = Mailbox<(Status, Metadata)>()

  init(
    call: Call, method: MethodDescriptor.RPCType?, target: String, waitsForReady: Bool, limits: Limits,
    compression: CompressionAlgorithm
  ) {
    self.compression = compression
    self.call = call
    self.method = method
    self.target = target
    self.waitsForReady = waitsForReady
    self.limits = limits
  }

  private var sendsOnce: Bool { method.map { !$0.isRequestStreaming } ?? false }
  private var receivesOnce: Bool { method.map { !$0.isResponseStreaming } ?? false }

  // MARK: The end

  /// Asks for the call to end; its status will be `cancelled` unless it has one already.
  func cancel(code: Status.Code = .cancelled, message: String = "The RPC was cancelled.") {
    call.cancel(code.coreCode, message)
    outgoing.withLock { outgoing in
      // Nothing was started, so no event would ever tell the reader.
      if case .unsent = outgoing {
        outgoing = .closed
        fail(Status(code: code, message: message))
      }
    }
  }

  /// The caller is done with the call, finished or not.
  func end() {
    if status.peek == nil { cancel() }
    call.end()
  }

  private func fail(_ status: Status) {
    self.status.close(with: (status, [:]))
    messages.close(with: nil)
    initialMetadata.close(with: nil)
  }

  // MARK: Sending

  func send(metadata: Metadata) async throws {
    let metadata = try OutgoingMetadata.make(metadata.compressing(with: compression))
    try outgoing.withLock { outgoing in
      switch outgoing {
      case .unsent where sendsOnce: outgoing = .unsent(metadata: metadata, message: nil)
      case .unsent:
        outgoing = .open
        start(.init(initialMetadata: .some(metadata)))
      case .open: throw RPCError(code: .internalError, message: "request metadata was sent already")
      case .closed: throw RPCError(code: .cancelled, message: "The RPC has ended.")
      }
    }
  }

  func send(message: CoreBytes) async throws {
    if let limit = limits.requestBytes, message.count > limit {
      let text = "the request message has \(message.count) bytes; the call allows \(limit)"
      cancel(code: .resourceExhausted, message: text)
      throw RPCError(code: .resourceExhausted, message: text)
    }
    await gate.enter()
    defer { gate.leave() }
    let isKept = try outgoing.withLock { outgoing in
      switch outgoing {
      case .unsent(let metadata, nil) where sendsOnce:
        outgoing = .unsent(metadata: metadata, message: message)
        return true
      case .unsent(let metadata, let earlier):
        outgoing = .open
        start(.init(initialMetadata: .some(metadata), message: earlier))
        return false
      case .open: return false
      case .closed: throw RPCError(code: .cancelled, message: "The RPC has ended.")
      }
    }
    if isKept { return }
    guard await call.send(.init(message: message)) else {
      throw RPCError(code: .cancelled, message: "The RPC ended before the message was sent.")
    }
  }

  /// Half-closes the call.
  func finishSending() async {
    await gate.enter()
    defer { gate.leave() }
    outgoing.withLock { outgoing in
      switch outgoing {
      case .unsent(let metadata, let message):
        start(.init(initialMetadata: .some(metadata), message: message, closes: true))
      case .open: call.post(.init(closes: true))
      case .closed: break
      }
      outgoing = .closed
    }
  }

  /// Sends the first batch and begins to receive.
  private func start(_ parts: SendBatch.Parts) {
    var parts = parts
    parts.waitsForReady = waitsForReady
    let started =
      call.post(parts)
      && (receivesOnce
        ? call.receive([.initialMetadata, .message, .status]) { [self] batch, _ in
          let metadata = batch.initialMetadata
          status.close(with: explain(batch.status, after: metadata, batch.hasMessage))
          batch.hasMessage ? messages.put(batch) : messages.close(with: nil)
          initialMetadata.close(with: metadata)
        }
        : receiveStream())
    if !started { fail(Status(code: .cancelled, message: "The RPC has ended.")) }
  }

  // MARK: Receiving

  private func receiveStream() -> Bool {
    let isReceiving =
      call.receive(.initialMetadata) { [self] batch, success in
        initialMetadata.close(with: success ? batch.initialMetadata : nil)
      }
      && call.receive(.status) { [self] batch, _ in
        status.close(with: explain(batch.status, after: initialMetadata.peek ?? nil, false))
      }
    if isReceiving { receiveNext() }
    return isReceiving
  }

  private func receiveNext() {
    let started = call.receive(.message) { [self] batch, _ in
      batch.hasMessage ? messages.put(batch) : messages.close(with: nil)
    }
    if !started { messages.close(with: nil) }
  }

  /// Says where nobody answered; the core's own text names neither the target nor a remedy.
  private func explain(
    _ received: (Status, Metadata), after initial: Metadata?, _ hasMessage: Bool
  ) -> (Status, Metadata) {
    var (status, trailing) = received
    let isUnreached = status.message.hasPrefix("failed to connect") || status.message.hasPrefix("DNS resolution failed")
    if status.code == .unavailable, isUnreached, initial?.isEmpty ?? true, !hasMessage {
      status.message =
        "Cannot connect to \(target). Check that the server is running there and that both sides use TLS or neither. "
        + "(\(status.message))"
    }
    return (status, trailing)
  }

  /// The response's initial metadata; `nil` when the call ended without any and only a status will come.
  func receiveMetadata() async -> Metadata? {
    guard let metadata = await uncancelled(initialMetadata) ?? nil else { return nil }
    // A response that is a status alone looks like empty metadata here. When its status is in already,
    // report it as what it is, so that retries and interceptors see a refused call.
    if metadata.isEmpty, let status = status.peek, status.0.code != .ok, messages.peek ?? nil == nil { return nil }
    return metadata
  }

  /// The next response message; `nil` after the last, when the status is to be read.
  func nextMessage() async -> CoreBytes? {
    guard let received = await uncancelled(messages) ?? nil else { return nil }
    let message: CoreBytes
    do {
      guard let taken = try received.takeMessage(limit: limits.decompressedBytes) else { return nil }
      message = taken
    } catch {
      status.replace(with: (Status(code: Status.Code(error.code), message: error.message), [:]))
      cancel(code: Status.Code(error.code), message: error.message)
      return nil
    }
    if receivesOnce {
      messages.close(with: nil)
    } else {
      receiveNext()
    }
    if let limit = limits.responseBytes, message.count > limit {
      let text = "the response message has \(message.count) bytes; the call allows \(limit)"
      status.replace(with: (Status(code: .resourceExhausted, message: text), [:]))
      cancel(code: .resourceExhausted, message: text)
      return nil
    }
    return message
  }

  func receiveStatus() async -> (Status, Metadata) {
    await uncancelled(status) ?? (Status(code: .internalError, message: "the call has two readers"), [:])
  }

  /// Waits for the value; a cancelled reader cancels the call, whose end then brings the value.
  private func uncancelled<Value>(_ mailbox: Mailbox<Value>) async -> Value? {
    if let value = mailbox.takeNow() { return value }
    return await withTaskCancellationHandler {
      await mailbox.wait()
    } onCancel: {
      cancel()
    }
  }
}
