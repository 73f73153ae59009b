internal import CGRPC
internal import GRPCCore
internal import Synchronization

/// A `grpc_server` that listens: it takes calls from the C core and hands each to a function.
final class ServerCore: Sendable {
  /// `serving` → `stopping` by `stop()`: calls under way go on, none is taken any more.
  private enum Phase {
    case serving
    case stopping
  }

  /// What a client asked for.
  struct Request: Sendable {
    var call: Call
    /// `/package.Service/Method`
    var path: String
    var metadata: Metadata
    /// Time left for the call when it arrived; `nil` without a deadline.
    var timeLeft: Duration?
  }

  let endpoint: Endpoint
  /// The port that was bound; 1 for a Unix socket.
  let port: Int
  /// Fires when the server has shut down and the last call is over.
  let stopped = Signal()
  private let server: CorePointer
  private let accept: @Sendable (Request) -> Void
  private let phase = Mutex(Phase.serving)

  /// Calls taken from the core ahead of each other; more than one hides the time it takes to ask for the next.
  private static let openRequests = 4

  init(
    address: TransportAddress, security: CoreServerTransport.Security, options: CoreServerTransport.Options,
    ledger: Ledger,
    accept: @escaping @Sendable (Request) -> Void
  ) throws(CoreTransportError) {
    let targets = try address.listeningTargets()
    let queue = try CompletionQueue(threads: options.pollingThreads)
    let created = options.arguments.withCoreArguments { grpc_server_create($0, nil) }
    guard let created else {
      queue.shutDown()
      throw CoreTransportError(.outOfResources, "the C core made no server")
    }
    server = CorePointer(raw: created)
    endpoint = Endpoint(queue: queue, source: .server(server), ledger: ledger)
    self.accept = accept
    grpc_server_register_completion_queue(created, queue.pointer.raw, nil)
    port = ServerCore.listen(created, targets, security)
    guard port != 0 else {
      let credentialsAreBad = ServerCore.listen(created, targets, .plaintext) != 0
      stop()
      throw credentialsAreBad
        ? CoreTransportError(
          .badCredentials, "the certificate chain and the private key cannot be read, or do not belong together")
        : CoreTransportError(.addressUnavailable, "cannot listen on \(address): \(address.reasonNotToListen())")
    }
    grpc_server_start(created)
    for _ in 0..<ServerCore.openRequests { requestCall() }
  }

  /// Listens on every address of a host, all with the same port: a name often has one of IPv4 and one of IPv6, and a
  /// machine may lack either.
  ///
  /// - Returns: the port; 0 where none of them could be listened on.
  private static func listen(
    _ server: OpaquePointer, _ targets: [String], _ security: CoreServerTransport.Security
  ) -> Int {
    var port = 0
    for target in targets {
      let wanted = port == 0 ? target : (try? TransportAddress(target).withPort(port)) ?? target
      let bound = Int(security.withCredentials { grpc_server_add_http2_port(server, wanted, $0) })
      if port == 0 { port = bound }
    }
    return port
  }

  /// Takes no new calls and connections; everything is freed when the last call is over.
  func stop() {
    phase.withLock { phase in
      guard phase == .serving else { return }
      phase = .stopping
      let tag = ClosureTag(ledger: endpoint.ledger) { [self] _ in
        endpoint.close()
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
    guard let call else {
      grpc_call_unref(pointer)
      return
    }
    accept(
      Request(
        call: call, path: tag.details.pointee.method.string, metadata: Metadata(tag.metadata.pointee),
        timeLeft: tag.details.pointee.deadline.remaining))
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
