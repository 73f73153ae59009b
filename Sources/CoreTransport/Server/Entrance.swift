internal import CGRPC
internal import CGRPCAccept

/// The place where a `grpc_server` takes connections that somebody else accepted.
///
/// Sendable because `handler` is written once, in `open`, before anything else uses it.
final class Entrance: @unchecked Sendable {
  /// What the C core takes for a port of which it opens no socket.
  private static let name = "external:accepted"
  /// Where the core puts its end of the entrance; on the heap, because the core keeps a pointer to it.
  private let handler = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(capacity: 1)

  init() { handler.initialize(to: nil) }

  deinit { handler.deallocate() }

  /// A server that has this entrance and uses the queue.
  func makeServer(_ arguments: ChannelArguments, _ queue: OpaquePointer) -> OpaquePointer? {
    var arguments = arguments
    arguments.set(Self.name, pointer: handler)
    let server = arguments.withCoreArguments { grpc_server_create($0, nil) }
    if let server { grpc_server_register_completion_queue(server, queue, nil) }
    return server
  }

  /// False where the credentials cannot be used.
  func open(_ server: OpaquePointer?, _ credentials: OpaquePointer?) -> Bool {
    // The port's number says nothing: an entrance has none.
    _ = grpc_server_add_http2_port(server, Self.name, credentials)
    return handler.pointee != nil
  }

  /// With TLS where there are certificates.
  func open(_ server: OpaquePointer?, _ certificates: ServerCertificates?) -> Bool {
    if let certificates { return certificates.withCredentials { open(server, $0) } }
    let credentials = grpc_insecure_server_credentials_create()
    defer { grpc_server_credentials_release(credentials) }
    return open(server, credentials)
  }

  /// Gives a connection to the server, which closes it. Not after the server's shutdown has begun.
  func take(_ listener: Int32, _ connection: Int32) {
    cgrpc_take_connection(handler.pointee, listener, connection)
  }
}
