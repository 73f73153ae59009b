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
    address: String, security: CoreServerTransport.Security, options: CoreServerTransport.Options, ledger: Ledger,
    accept: @escaping @Sendable (Request) -> Void
  ) throws(CoreTransportError) {
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
    port = Int(security.withCredentials { grpc_server_add_http2_port(created, address, $0) })
    guard port != 0 else {
      let credentialsAreBad = ServerCore.canBind(created, address)
      stop()
      throw credentialsAreBad
        ? CoreTransportError(
          .badCredentials, "the certificate chain and the private key cannot be read, or do not belong together")
        : CoreTransportError(
          .addressUnavailable,
          "cannot listen on \(address): another process uses it, or it is not an address of this machine. "
            + "Stop that process, or choose another address (port 0 takes a free port)")
    }
    grpc_server_start(created)
    for _ in 0..<ServerCore.openRequests { requestCall() }
  }

  /// The core does not say why it could not listen; without TLS the address alone is tried.
  private static func canBind(_ server: OpaquePointer, _ address: String) -> Bool {
    CoreServerTransport.Security.plaintext.withCredentials { grpc_server_add_http2_port(server, address, $0) } != 0
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
