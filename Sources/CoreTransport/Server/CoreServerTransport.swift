internal import CGRPC
public import GRPCCore
internal import Synchronization

/// A server transport on the gRPC C core.
///
/// Handlers run in child tasks of the one that listens, so task-local values and cancellation reach them. A call's task and
/// its `ServerContext.cancellation` are also cancelled when the client cancels or goes away, and when the call's deadline
/// passes.
public final class CoreServerTransport: ServerTransport {
  /// Messages stay in the C core's memory; see `CoreBytes`.
  public typealias Bytes = CoreBytes

  /// `idle` → `listening` by `listen`. From either → `stopped` by `beginGracefulShutdown()`, by cancelling
  /// the task that listens, or by a failure to bind. Calls under way outlive `listening`.
  private enum Phase {
    case idle
    case listening(ServerCore?)
    case stopped
  }

  private struct State {
    var phase = Phase.idle
    var methods: [String: MethodDescriptor] = [:]
  }

  /// The addresses that were asked for.
  public let addresses: [TransportAddress]
  /// The core does not say at which of the addresses a connection came in.
  private let localPeer: String
  private let certificates: ServerCertificates?
  private let options: Options
  private let state = Mutex(State())
  private let bound = Mailbox<Result<[Int], CoreTransportError>>()
  private let boundSignal = Signal()
  package let ledger = Ledger()

  /// - Parameters:
  ///   - address: `HOST:PORT`, `[IPV6]:PORT`, `unix:PATH` or `unix-abstract:NAME`; port 0 takes a free port (see
  ///     `boundPort`).
  ///   - security: clients must use the same.
  ///   - options: limits and timing.
  /// - Throws: `CoreTransportError`: `invalidAddress`, `invalidOption`, `badCredentials`.
  public convenience init(
    address: String = "127.0.0.1:0", security: Security = .plaintext, options: Options = Options()
  ) throws(CoreTransportError) {
    try self.init(addresses: [TransportAddress(address)], security: security, options: options)
  }

  /// Listens on several addresses at once, all with the same security.
  ///
  /// - Parameters:
  ///   - addresses: at least one.
  ///   - security: plaintext or certificates.
  ///   - options: limits, keepalive and ages.
  public init(
    addresses: [TransportAddress], security: Security = .plaintext, options: Options = Options()
  ) throws(CoreTransportError) {
    try options.check()
    guard !addresses.isEmpty else {
      throw CoreTransportError(.invalidAddress, "a server needs at least one address to listen on")
    }
    self.addresses = addresses
    localPeer = addresses.map(\.description).joined(separator: ",")
    certificates = try security.certificates()
    self.options = options
  }

  /// The port of the first address, once the server listens; 1 for a Unix socket.
  ///
  /// - Throws: `CoreTransportError`: what kept the server from listening.
  public var boundPort: Int {
    get async throws(CoreTransportError) { try await boundPorts[0] }
  }

  /// The first address with the port that it got, once the server listens.
  ///
  /// - Throws: `CoreTransportError`: what kept the server from listening.
  public var boundAddress: String {
    get async throws(CoreTransportError) { try await boundAddresses[0] }
  }

  /// All addresses with the ports that they got, once the server listens.
  ///
  /// - Throws: `CoreTransportError`: what kept the server from listening.
  public var boundAddresses: [String] {
    get async throws(CoreTransportError) {
      let ports = try await boundPorts
      return zip(addresses, ports).map { $0.withPort($1) }
    }
  }

  private var boundPorts: [Int] {
    get async throws(CoreTransportError) {
      await boundSignal.wait()
      guard let result = bound.peek else { throw CoreTransportError(.stopped, "the server did not listen") }
      return try result.get()
    }
  }

  /// Notes the kinds of the methods, by which calls with a single message take fewer steps.
  public func configure(context: GRPCServerContext) {
    let methods = Dictionary(
      context.methods.map { ("/" + $0.fullyQualifiedMethod, $0) }, uniquingKeysWith: { first, _ in first })
    state.withLock { $0.methods = methods }
  }

  /// Listens and serves until the server is shut down and its last call is over. Cancelling the task that
  /// runs this cancels the calls.
  ///
  /// - Throws: `CoreTransportError`: `addressUnavailable`, `badCredentials`, `alreadyStarted`, `outOfResources`.
  public func listen(
    streamHandler: @escaping @Sendable (_ stream: RPCStream<Inbound, Outbound>, _ context: ServerContext) async -> Void
  ) async throws {
    let methods: [String: MethodDescriptor]? = try state.withLock { state throws(CoreTransportError) in
      switch state.phase {
      case .idle:
        state.phase = .listening(nil)
        return state.methods
      case .stopped: return nil
      case .listening: throw CoreTransportError(.alreadyStarted, "listen can be called once; make a new transport")
      }
    }
    guard let methods else { return }
    let core: ServerCore
    do {
      core = try ServerCore(
        addresses: addresses, certificates: certificates, options: options, methods: methods, ledger: ledger)
    } catch {
      state.withLock { $0.phase = .stopped }
      announce(.failure(error))
      throw error
    }
    let isShutDown = state.withLock { state in
      guard case .listening = state.phase else { return true }
      state.phase = .listening(core)
      return false
    }
    if isShutDown { core.stop() }
    announce(.success(core.ports))
    await withTaskCancellationHandler {
      await serve(core, streamHandler)
      await core.stopped.wait()
      await core.endpoint.queue.drained.wait()
    } onCancel: {
      core.stopAtOnce()
    }
    state.withLock { $0.phase = .stopped }
  }

  /// Calls that were refused because too many were under way (`Options.callLimit`).
  public var refusedCalls: Int {
    state.withLock { state in
      if case .listening(let core?) = state.phase { core.counter.refused } else { 0 }
    }
  }

  /// Stops listening and lets the calls under way end; `listen` returns after the last. Calling it again does nothing.
  public func beginGracefulShutdown() {
    let core: ServerCore? = state.withLock { state in
      defer { state.phase = .stopped }
      guard case .listening(let core) = state.phase else { return nil }
      return core
    }
    core?.stop()
    // Whoever waits for the port of a server that never listened learns that there is none.
    announce(.failure(CoreTransportError(.stopped, "the server was shut down before it listened")), unless: core != nil)
  }

  private func announce(_ result: Result<[Int], CoreTransportError>, unless known: Bool = false) {
    if known { return }
    if bound.peek == nil { bound.close(with: result) }
    boundSignal.fire()
  }

  /// Runs calls in child tasks, until the last of them is over.
  private func serve(
    _ core: ServerCore,
    _ handler: @escaping @Sendable (RPCStream<Inbound, Outbound>, ServerContext) async -> Void
  ) async {
    let round = options.requestTimeout / Call.roundsOfPatience
    let watch = Task {
      while (try? await Task.sleep(for: round, tolerance: round / 4)) != nil { core.endSilentCalls() }
    }
    defer { watch.cancel() }
    await withDiscardingTaskGroup { group in
      core.start()
      while await core.requests.needsServer() {
        group.addTask { [self] in
          guard await run(core.requests.firstCall(), core, handler) else { return }
          while await run(await core.requests.nextCall(), core, handler) {}
        }
      }
    }
  }

  /// False where the task may not go on: there was no call, or it was cancelled, which a task is for good.
  private func run(
    _ request: ServerCore.Request?, _ core: ServerCore,
    _ handler: @Sendable (RPCStream<Inbound, Outbound>, ServerContext) async -> Void
  ) async -> Bool {
    guard let request else { return false }
    let call = request.call
    await call.run { handle in
      var context = ServerContext(
        descriptor: request.method, remotePeer: call.peer, localPeer: localPeer, cancellation: handle)
      context.transportSpecific = CoreServerContext(
        deadline: request.timeLeft.map { ContinuousClock.now + $0 }, peerCertificate: request.certificate)
      let stream = RPCStream(
        descriptor: request.method,
        inbound: Inbound(wrapping: ServerInbound(call: call)),
        outbound: Outbound(wrapping: ServerOutbound(call: call)))
      await handler(stream, context)
    }
    core.counter.leave(request.place)
    return !Task.isCancelled
  }
}

/// What this transport knows of a call beyond the common: `context.transportSpecific as? CoreServerContext`.
public struct CoreServerContext: ServerContext.TransportSpecific {
  /// When the client stops waiting; `nil` when it set no deadline.
  public var deadline: ContinuousClock.Instant?
  /// What the client proved itself with, where the server asks for it (`ServerCertificates`).
  public var peerCertificate: PeerCertificate?
}

extension MethodDescriptor {
  /// From `/package.Service/Method`.
  init(path: String) {
    let path = path.hasPrefix("/") ? path.dropFirst() : path[...]
    guard let slash = path.lastIndex(of: "/") else {
      self.init(fullyQualifiedService: "", method: String(path))
      return
    }
    self.init(fullyQualifiedService: String(path[..<slash]), method: String(path[path.index(after: slash)...]))
  }
}
