internal import CGRPC
public import GRPCCore
internal import Synchronization

/// A client transport on the gRPC C core.
///
/// It connects when it is first needed and again after a lost connection. Calls made before `connect()` wait for it;
/// `GRPCClient` calls it, `beginGracefulShutdown()` and the rest.
public final class CoreClientTransport: ClientTransport {
  /// Messages stay in the C core's memory; see `CoreBytes`.
  public typealias Bytes = CoreBytes

  /// `idle` → `connected` by `connect()`. From either → `draining` by `beginGracefulShutdown()`: streams
  /// under way go on, new ones are refused. → `closed` when `connect()` returns.
  private enum Phase {
    case idle
    case connected
    case draining
    case closed
  }

  private struct State {
    var phase = Phase.idle
    var streams = 0
  }

  /// Where the server is, as given.
  public let target: String
  private let options: Options
  private let configuration: ServiceConfiguration
  private let endpoint: Endpoint
  private let channel: CorePointer
  private let state = Mutex(State())
  /// Fires when `connect()` begins, or the transport drains before it. A call that began earlier could be over before
  /// `connect()`, and `withGRPCClient` would then shut down a client that had not started, which is an error.
  private let begun = Signal()
  /// Fires when the transport drains and the last stream is over.
  private let streamsEnded = Signal()

  /// - Parameters:
  ///   - target: `HOST:PORT`, `[IPV6]:PORT`, `unix:PATH` or `unix-abstract:NAME`.
  ///   - security: must be what the server uses.
  ///   - options: limits and timing.
  /// - Throws: `CoreTransportError`: `invalidAddress`, `invalidOption`, `badCredentials`, `outOfResources`.
  public convenience init(target: String, security: Security = .plaintext, options: Options = Options())
    throws(CoreTransportError)
  {
    try TransportAddress(target).checkIsTarget()
    try self.init(name: target, uri: target, security, options)
  }

  /// A client of several servers that serve the same; `Options.serviceConfig` says how calls are spread over them.
  ///
  /// - Parameters:
  ///   - targets: each `HOST:PORT` or `[IPV6]:PORT`; names are looked up now.
  ///   - security: plaintext or TLS, the same for all of them.
  ///   - options: limits, deadlines and the service config.
  /// - Throws: as with one target.
  public convenience init(
    targets: [String], security: Security = .plaintext, options: Options = Options()
  ) throws(CoreTransportError) {
    let uri = try TransportAddress.uri(of: targets)
    try self.init(name: targets.joined(separator: ", "), uri: uri, security, options)
  }

  private init(name: String, uri: String, _ security: Security, _ options: Options) throws(CoreTransportError) {
    try options.check()
    try security.check()
    let ledger = Ledger()
    let queue = try CompletionQueue(threads: options.pollingThreads)
    let created = options.arguments.withCoreArguments { arguments in
      security.withCredentials { credentials in grpc_channel_create(uri, credentials, arguments) }
    }
    guard let created else {
      queue.shutDown()
      throw CoreTransportError(.invalidAddress, "the C core cannot make a channel to '\(name)'")
    }
    target = name
    configuration = ServiceConfiguration(options.serviceConfig)
    self.options = options
    channel = CorePointer(raw: created)
    endpoint = Endpoint(queue: queue, source: .channel(channel), ledger: ledger)
  }

  deinit { endpoint.close() }

  package var ledger: Ledger { endpoint.ledger }

  /// The throttle of retries and hedging from the service configuration; nil where it names none.
  public var retryThrottle: RetryThrottle? { configuration.throttle }

  /// What the service configuration says of a method: timeout, retry or hedging policy. Nil where it says nothing.
  public func config(forMethod descriptor: MethodDescriptor) -> MethodConfig? { configuration.config(for: descriptor) }

  /// Keeps the transport going until it is shut down and its last stream is over. Cancelling the task that
  /// runs this cancels the streams.
  ///
  /// - Throws: `CoreTransportError` (`alreadyStarted`) when called a second time.
  public func connect() async throws {
    try state.withLock { state throws(CoreTransportError) in
      switch state.phase {
      case .idle: state.phase = .connected
      case .draining: break
      case .connected, .closed:
        throw CoreTransportError(.alreadyStarted, "connect() can be called once; make a new transport")
      }
    }
    begun.fire()
    // Connecting now saves the first call the wait.
    _ = endpoint.withSource { _ in grpc_channel_check_connectivity_state(channel.raw, 1) }
    await withTaskCancellationHandler {
      await streamsEnded.wait()
    } onCancel: {
      beginGracefulShutdown()
      endpoint.cancelAllCalls()
    }
    state.withLock { $0.phase = .closed }
    endpoint.close()
    await endpoint.queue.drained.wait()
  }

  /// Lets running streams end and refuses new ones with `FAILED_PRECONDITION`; `connect()` returns after the last.
  /// Calling it again does nothing.
  public func beginGracefulShutdown() {
    let isOver = state.withLock { state in
      guard state.phase == .idle || state.phase == .connected else { return false }
      state.phase = .draining
      return state.streams == 0
    }
    begun.fire()
    if isOver { streamsEnded.fire() }
  }

  /// Opens a stream, runs `closure` with it and ends the stream when the closure returns or throws.
  ///
  /// - Throws: what the closure throws; `RPCError` (`FAILED_PRECONDITION`) after `beginGracefulShutdown()`. How the
  /// call itself ended is in the stream's status.
  public func withStream<T: Sendable>(
    descriptor: MethodDescriptor,
    options: CallOptions,
    _ closure: (_ stream: RPCStream<Inbound, Outbound>, _ context: ClientContext) async throws -> T
  ) async throws -> T {
    if !isConnected { await begun.waitUnlessCancelled() }
    let isOpen = state.withLock { state in
      guard state.phase == .idle || state.phase == .connected else { return false }
      state.streams += 1
      return true
    }
    guard isOpen else { throw RPCError(code: .failedPrecondition, message: "The client transport is shut down.") }
    defer { streamEnded() }

    let method = "/" + descriptor.fullyQualifiedMethod
    let deadline = options.timeout.map { gpr_timespec(after: $0) } ?? gpr_inf_future(GPR_CLOCK_MONOTONIC)
    let opened = endpoint.adopt { endpoint in open(method, deadline: deadline, on: endpoint) }
    guard let opened else { throw RPCError(code: .failedPrecondition, message: "The client transport is shut down.") }
    let call = ClientCall(
      call: opened, method: descriptor.type, target: target,
      waitsForReady: options.waitForReady ?? self.options.waitForReady,
      limits: .init(
        requestBytes: options.maxRequestMessageBytes, responseBytes: options.maxResponseMessageBytes,
        decompressedBytes: self.options.maximumReceiveMessageBytes),
      compression: options.compression ?? self.options.compression)
    defer { call.end() }

    let stream = RPCStream(
      descriptor: descriptor,
      inbound: Inbound(wrapping: ClientInbound(call: call)),
      outbound: Outbound(wrapping: ClientOutbound(call: call)))
    // The connection, and so the local address, may not exist yet; the core does not report it later either.
    let context = ClientContext(descriptor: descriptor, remotePeer: target, localPeer: "unknown")
    return try await withTaskCancellationHandler {
      try await closure(stream, context)
    } onCancel: {
      call.cancel()
    }
  }

  private var isConnected: Bool { state.withLock { $0.phase == .connected } }

  private func open(_ method: String, deadline: gpr_timespec, on endpoint: Endpoint) -> Call? {
    let path = grpc_slice(copying: method)
    defer { grpc_slice_unref(path) }
    let created = grpc_channel_create_call(
      channel.raw, nil, 0, endpoint.queue.pointer.raw, path, nil, deadline, nil)
    return created.map { Call(CorePointer(raw: $0), endpoint: endpoint) }
  }

  private func streamEnded() {
    let isOver = state.withLock { state in
      state.streams -= 1
      return state.phase == .draining && state.streams == 0
    }
    if isOver { streamsEnded.fire() }
  }
}
