internal import GRPCCore

/// The request parts of one call.
struct ServerInbound: AsyncSequence, Sendable {
  typealias Element = RPCRequestPart<CoreBytes>
  typealias Failure = any Error

  let call: ServerCall

  func makeAsyncIterator() -> Iterator { Iterator(call: call) }

  struct Iterator: AsyncIteratorProtocol {
    private enum Next {
      case metadata
      case message
      case nothing
    }

    private let call: ServerCall
    private var following = Next.metadata

    init(call: ServerCall) { self.call = call }

    mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> Element? {
      switch following {
      case .metadata:
        following = .message
        return .metadata(call.metadata)
      case .message:
        do {
          if let message = try await call.nextMessage() { return .message(message) }
        } catch {
          following = .nothing
          throw error
        }
        following = .nothing
        return nil
      case .nothing:
        return nil
      }
    }

    mutating func next() async throws -> Element? { try await next(isolation: nil) }
  }
}

/// Writes the response parts of one call.
struct ServerOutbound: ClosableRPCWriterProtocol {
  typealias Element = RPCResponsePart<CoreBytes>

  let call: ServerCall

  func write(_ element: Element) async throws {
    switch element {
    case .metadata(let metadata): try call.send(metadata: metadata)
    case .message(let message): try await call.send(message: message)
    case .status(let status, let metadata): try await call.send(status: status, metadata: metadata)
    }
  }

  func write(contentsOf elements: some Sequence<Element>) async throws {
    for element in elements { try await write(element) }
  }

  /// Without effect after a status, which every response ends with.
  func finish() async {
    await finish(throwing: RPCError(code: .unknown, message: "the response ended without a status"))
  }

  func finish(throwing error: any Error) async {
    let error = error as? RPCError ?? RPCError(code: .unknown, message: "the handler failed: \(error)")
    try? await call.send(
      status: Status(code: Status.Code(error.code), message: error.message), metadata: error.metadata)
  }
}
