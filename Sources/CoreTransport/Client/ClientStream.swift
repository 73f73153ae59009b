internal import GRPCCore

/// The response parts of one call: metadata, messages, status; or a status alone.
struct ClientInbound: AsyncSequence, Sendable {
  typealias Element = RPCResponsePart<CoreBytes>
  typealias Failure = any Error

  let call: ClientCall

  func makeAsyncIterator() -> Iterator { Iterator(call: call) }

  struct Iterator: AsyncIteratorProtocol {
    private enum Next {
      case metadata
      case message
      case nothing
    }

    private let call: ClientCall
    private var following = Next.metadata

    init(call: ClientCall) { self.call = call }

    mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> Element? {
      switch following {
      case .metadata:
        if let metadata = await call.receiveMetadata() {
          following = .message
          return .metadata(metadata)
        }
      case .message:
        if let message = await call.nextMessage() { return .message(message) }
      case .nothing:
        return nil
      }
      following = .nothing
      let (status, metadata) = await call.receiveStatus()
      return .status(status, metadata)
    }

    mutating func next() async throws -> Element? { try await next(isolation: nil) }
  }
}

/// Writes the request parts of one call.
struct ClientOutbound: ClosableRPCWriterProtocol {
  typealias Element = RPCRequestPart<CoreBytes>

  let call: ClientCall

  func write(_ element: Element) async throws {
    switch element {
    case .metadata(let metadata): try await call.send(metadata: metadata)
    case .message(let message): try await call.send(message: message)
    }
  }

  func write(contentsOf elements: some Sequence<Element>) async throws {
    for element in elements { try await write(element) }
  }

  func finish() async { await call.finishSending() }

  func finish(throwing error: any Error) async {
    if let error = error as? RPCError {
      call.cancel(code: Status.Code(error.code), message: error.message)
    } else {
      call.cancel(message: "the request failed: \(error)")
    }
  }
}
