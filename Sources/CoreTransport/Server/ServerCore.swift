internal import CGRPC
internal import GRPCCore
internal import Synchronization

/// A `grpc_server` that listens: it takes connections from a listener and calls from the C core.
final class ServerCore: Sendable {
  /// `serving` → `stopping` by `stop()`: calls under way go on, none is taken any more.
  private enum Phase {
    case serving
    case stopping
  }

  /// What a client asked for.
  struct Request: Sendable {
    var call: ServerCall
    var place: CallCounter.Place
    var method: MethodDescriptor
    /// Time left for the call when it arrived; `nil` without a deadline.
    var timeLeft: Duration?
    /// Of a client that showed one.
    var certificate: PeerCertificate?
  }

  let endpoint: Endpoint
  /// The ports that were bound, in the addresses' order; 1 for a Unix socket.
  let ports: [Int]
  /// Fires when the server has shut down and the last call is over.
  let stopped = Signal()
  /// The calls that came in; it ends when the server has shut down.
  let requests = RequestQueue()
  private let server: CorePointer
  private let listener: Listener
  private let entrance = Entrance()
  private let phase = Mutex(Phase.serving)
  private let asksClients: Bool
  /// By their paths, `/package.Service/Method`.
  private let methods: [String: MethodDescriptor]
  private let maximumMessageBytes: Int
  let counter: CallCounter

  /// Calls taken from the core ahead of each other; more than one hides the time it takes to ask for the next.
  static let openRequests = 4

  init(
    addresses: [TransportAddress], certificates: ServerCertificates?, options: CoreServerTransport.Options,
    methods: [String: MethodDescriptor], ledger: Ledger
  ) throws(CoreTransportError) {
    self.methods = methods
    maximumMessageBytes = options.maximumReceiveMessageBytes
    listener = try Listener(addresses, options)
    ports = listener.ports
    asksClients = certificates?.asksClients ?? false
    counter = CallCounter(options.callLimit)
    let queue: CompletionQueue
    do {
      queue = try CompletionQueue(threads: options.pollingThreads)
    } catch {
      listener.stop()
      throw error
    }
    var arguments = options.arguments
    let quota = options.maximumBufferedBytes.map { ResourceQuota(name: "server", bytes: $0) }
    if let quota { arguments.set(quota) }
    defer { withExtendedLifetime(quota) {} }
    guard let created = entrance.makeServer(arguments, queue.pointer.raw) else {
      listener.stop()
      queue.shutDown()
      throw CoreTransportError(.outOfResources, "the C core made no server")
    }
    server = CorePointer(raw: created)
    endpoint = Endpoint(queue: queue, source: .server(server), ledger: ledger)
    guard entrance.open(created, certificates) else {
      stop()
      throw CoreTransportError(
        .badCredentials, "the certificate chain and the private key cannot be read, or do not belong together")
    }
    grpc_server_start(created)
    do {
      try listener.start { [entrance] in entrance.take($0, $1) }
    } catch {
      stop()
      throw error
    }
  }

  /// Takes no new calls and connections; everything is freed when the last call is over.
  func stop() {
    listener.stop()
    phase.withLock { phase in
      guard phase == .serving else { return }
      phase = .stopping
      let tag = ClosureTag(ledger: endpoint.ledger) { [self] _ in
        endpoint.close()
        requests.finish()
        stopped.fire()
      }
      grpc_server_shutdown_and_notify(server.raw, endpoint.queue.pointer.raw, tag.lend())
    }
  }

  /// Stops, and cancels the calls under way.
  func stopAtOnce() {
    stop()
    endpoint.cancelAllCalls()
  }

  /// Ends the calls whose request has not come for too long, when it was called often enough.
  func endSilentCalls() { endpoint.endSilentCalls() }

  /// Begins to take calls, which then come to `requests`.
  func start() {
    for _ in 0..<Self.openRequests { requestCall() }
  }

  private func requestCall() {
    phase.withLock { phase in
      guard phase == .serving else { return }
      let tag = RequestTag(ledger: endpoint.ledger) { [self] tag, success in
        if success { take(tag) }
        requestCall()
      }
      let queue = endpoint.queue.pointer.raw
      let pointer = tag.lend()
      let result = grpc_server_request_call(
        server.raw, tag.call, tag.details, tag.metadata, queue, queue, pointer)
      if result != GRPC_CALL_OK { _ = Tag.takeBack(pointer) }
    }
  }

  private func take(_ tag: RequestTag) {
    guard let pointer = tag.call.pointee else { return }
    let call = endpoint.adopt { Call(CorePointer(raw: pointer), endpoint: $0) }
    guard let call else { return grpc_call_unref(pointer) }
    let path = tag.details.pointee.method.string
    guard let place = counter.enters(path, call) else { return }
    let method = methods[path] ?? MethodDescriptor(path: path)
    let serverCall = ServerCall(
      call: call, metadata: Metadata(tag.metadata.pointee), method: method.type,
      maximumMessageBytes: maximumMessageBytes)
    let request = Request(
      call: serverCall, place: place, method: method, timeLeft: tag.details.pointee.deadline.remaining,
      certificate: asksClients ? call.peerCertificate : nil)
    requests.announce()
    serverCall.begin { [requests] in requests.put(request) }
  }
}

/// A request for the next call, with the places where the core puts it.
private final class RequestTag: Tag {
  let call = UnsafeMutablePointer<OpaquePointer?>.allocate(capacity: 1)
  let details = UnsafeMutablePointer<grpc_call_details>.allocate(capacity: 1)
  let metadata = UnsafeMutablePointer<grpc_metadata_array>.allocate(capacity: 1)
  private let answered: (RequestTag, _ success: Bool) -> Void

  init(ledger: Ledger, answered: @escaping (RequestTag, _ success: Bool) -> Void) {
    self.answered = answered
    call.initialize(to: nil)
    details.initialize(to: grpc_call_details())
    grpc_call_details_init(details)
    metadata.initialize(to: grpc_metadata_array())
    grpc_metadata_array_init(metadata)
    super.init(ledger: ledger)
  }

  deinit {
    grpc_call_details_destroy(details)
    grpc_metadata_array_destroy(metadata)
    call.deallocate()
    details.deallocate()
    metadata.deallocate()
  }

  override func complete(success: Bool) { answered(self, success) }
}
