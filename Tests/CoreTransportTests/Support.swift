import CoreTransport
import GRPCCore
import Synchronization

/// Messages are plain bytes: the transport is tested, not a serialization.
struct BytesSerializer: MessageSerializer {
  func serialize<Bytes: GRPCContiguousBytes>(_ message: [UInt8]) throws -> Bytes { Bytes(message) }
}

struct BytesDeserializer: MessageDeserializer {
  func deserialize<Bytes: GRPCContiguousBytes>(_ serializedMessageBytes: Bytes) throws -> [UInt8] {
    serializedMessageBytes.withUnsafeBytes { Array($0) }
  }
}

typealias Handler =
  @Sendable (StreamingServerRequest<[UInt8]>, ServerContext) async throws -> StreamingServerResponse<[UInt8]>

/// A service of handlers written in the test.
struct TestService: RegistrableRPCService {
  var handlers: [MethodDescriptor: Handler] = [:]

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    for (descriptor, handler) in handlers {
      router.registerHandler(
        forMethod: descriptor, deserializer: BytesDeserializer(), serializer: BytesSerializer(), handler: handler)
    }
  }
}

extension MethodDescriptor {
  static func test(_ name: String, _ type: RPCType?) -> MethodDescriptor {
    MethodDescriptor(fullyQualifiedService: "test.Service", method: name, type: type)
  }

  static let echo = test("Echo", .unary)
  static let untypedEcho = test("UntypedEcho", nil)
  static let sum = test("Sum", .clientStreaming)
  static let count = test("Count", .serverStreaming)
  static let chat = test("Chat", .bidirectionalStreaming)
}

/// Returns what came in.
let echo: Handler = { request, _ in
  StreamingServerResponse { writer in
    try await writer.write(contentsOf: request.messages)
    return [:]
  }
}

/// Adds up the first bytes of the messages.
let sum: Handler = { request, _ in
  var total: UInt8 = 0
  for try await message in request.messages { total &+= message[0] }
  return StreamingServerResponse(single: ServerResponse(message: [total]))
}

/// Sends as many messages as the request's first byte says.
let count: Handler = { request, _ in
  let first = try await request.messages.first { _ in true }
  return StreamingServerResponse { writer in
    for number in 0..<(first?[0] ?? 0) { try await writer.write([number]) }
    return ["count": "\(first?[0] ?? 0)"]
  }
}

let standardHandlers: [MethodDescriptor: Handler] = [
  .echo: echo, .untypedEcho: echo, .sum: sum, .count: count, .chat: echo,
]

typealias Client = GRPCClient<CoreClientTransport>
typealias Server = GRPCServer<CoreServerTransport>

/// Runs a server with these handlers and a client of it for the length of `body`.
func withPair<T: Sendable>(
  _ handlers: [MethodDescriptor: Handler] = standardHandlers,
  server serverTransport: CoreServerTransport? = nil,
  clientSecurity: CoreClientTransport.Security = .plaintext,
  clientOptions: CoreClientTransport.Options = .init(),
  _ body: @Sendable (Client, CoreServerTransport, CoreClientTransport) async throws -> T
) async throws -> T {
  let serverTransport = try serverTransport ?? CoreServerTransport()
  return try await withGRPCServer(transport: serverTransport, services: [TestService(handlers: handlers)]) { _ in
    let clientTransport = try CoreClientTransport(
      target: try await serverTransport.boundAddress, security: clientSecurity, options: clientOptions)
    return try await withGRPCClient(transport: clientTransport) { client in
      try await body(client, serverTransport, clientTransport)
    }
  }
}

extension GRPCClient {
  func unary(
    _ message: [UInt8], _ method: MethodDescriptor = .echo, metadata: Metadata = [:], options: CallOptions = .defaults
  ) async throws -> ClientResponse<[UInt8]> {
    try await unary(
      request: ClientRequest(message: message, metadata: metadata), descriptor: method,
      serializer: BytesSerializer(), deserializer: BytesDeserializer(), options: options
    ) { $0 }
  }

  func stream<T: Sendable>(
    _ method: MethodDescriptor, metadata: Metadata = [:], options: CallOptions = .defaults,
    send: @escaping @Sendable (RPCWriter<[UInt8]>) async throws -> Void,
    receive: @escaping @Sendable (StreamingClientResponse<[UInt8]>) async throws -> T
  ) async throws -> T {
    try await bidirectionalStreaming(
      request: StreamingClientRequest(metadata: metadata, producer: send), descriptor: method,
      serializer: BytesSerializer(), deserializer: BytesDeserializer(), options: options, onResponse: receive)
  }
}

/// A one-shot signal between a test and its handlers.
final class Latch: Sendable {
  private struct State {
    var isOpen = false
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    var lastWaiter = 0
  }

  private let state = Mutex(State())

  var isOpen: Bool { state.withLock { $0.isOpen } }

  func open() {
    let waiters = state.withLock { state in
      state.isOpen = true
      defer { state.waiters = [:] }
      return state.waiters
    }
    for waiter in waiters.values { waiter.resume() }
  }

  /// Returns when the latch opens, or when the task is cancelled: a test that exceeds its time limit ends.
  func wait() async {
    let number = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = state.withLock { state in
          if state.isOpen || Task.isCancelled { return true }
          state.waiters[number] = continuation
          return false
        }
        if goesOn { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
    }
  }
}

extension Ledger {
  /// The figures once they are zero, or after ten seconds: a handler's task lets go of its call a moment
  /// after the transport has ended.
  func settled() async -> Snapshot {
    let limit = ContinuousClock.now + .seconds(10)
    while snapshot != .nothing, ContinuousClock.now < limit { try? await Task.sleep(for: .milliseconds(1)) }
    return snapshot
  }
}

/// The error code that `body` fails with; `nil` when it does not fail.
func rpcCode(_ body: () async throws -> Void) async throws -> RPCError.Code? {
  do {
    try await body()
    return nil
  } catch let error as RPCError {
    return error.code
  }
}
