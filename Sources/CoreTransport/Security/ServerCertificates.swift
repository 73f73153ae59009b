internal import CGRPC
internal import Synchronization

/// What a server proves itself with and whom it lets in, replaceable while it runs.
///
/// A replacement holds for the connections that come after it; those that are open stay.
public final class ServerCertificates: Sendable {
  struct Contents: Sendable, Hashable {
    var identity: TLSIdentity
    var clientRootsPEM: String?
  }

  private struct State {
    var contents: Contents
    var generation = 1
  }

  private let state: Mutex<State>

  /// - Parameters:
  ///   - identity: what the server shows.
  ///   - clientRootsPEM: the authorities whose certificates a client must show one of; `nil` asks clients for none.
  /// - Throws: `badCredentials` for what is not PEM, and for a key that is not the certificate's.
  public init(identity: TLSIdentity, clientRootsPEM: String? = nil) throws(CoreTransportError) {
    let contents = Contents(identity: identity, clientRootsPEM: clientRootsPEM)
    try contents.check()
    state = Mutex(State(contents: contents))
  }

  /// Takes others. What cannot be used is not taken, and the server goes on with what it has.
  ///
  /// - Returns: whether they differ from those that there were.
  /// - Throws: `badCredentials`; also where clients' certificates were asked for and no more are, or the other way round.
  @discardableResult
  public func replace(identity: TLSIdentity, clientRootsPEM: String? = nil) throws(CoreTransportError) -> Bool {
    let contents = Contents(identity: identity, clientRootsPEM: clientRootsPEM)
    let current = state.withLock { $0.contents }
    if contents == current { return false }
    guard (contents.clientRootsPEM == nil) == (current.clientRootsPEM == nil) else {
      throw CoreTransportError(
        .badCredentials, "whether clients show a certificate cannot change while the server runs; start it again")
    }
    try contents.check()
    state.withLock { state in
      state.contents = contents
      state.generation += 1
    }
    return true
  }

  var asksClients: Bool { state.withLock { $0.contents.clientRootsPEM != nil } }

  /// Runs `body` with credentials that it must not release. They ask for the certificates at every handshake.
  func withCredentials<R>(_ body: (OpaquePointer?) -> R) -> R {
    // The core says nowhere that it asked for the last time, so this object is never freed: one for each server.
    let source = Unmanaged.passRetained(CertificateSource(self))
    let request =
      asksClients
      ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
    let options = grpc_ssl_server_credentials_create_options_using_config_fetcher(
      request, giveCertificates, source.toOpaque())
    let credentials = grpc_ssl_server_credentials_create_with_options(options)
    defer { if let credentials { grpc_server_credentials_release(credentials) } }
    return body(credentials)
  }

  fileprivate func newer(than generation: Int) -> (Contents, Int)? {
    state.withLock { $0.generation == generation ? nil : ($0.contents, $0.generation) }
  }
}

extension ServerCertificates.Contents {
  func check() throws(CoreTransportError) {
    try identity.check()
    if let clientRootsPEM { try requirePEM(clientRootsPEM, "CERTIFICATE", "clientRootsPEM") }
    guard isUsable else {
      throw CoreTransportError(
        .badCredentials, "the certificate chain and the private key cannot be read, or do not belong together")
    }
  }

  /// Whether the core makes a listener of them, which is the only way to ask it. The listener opens no port.
  private var isUsable: Bool {
    let lease = RuntimeLease()
    defer { withExtendedLifetime(lease) {} }
    guard let queue = grpc_completion_queue_create_for_pluck(nil) else { return false }
    let entrance = Entrance()
    let server = entrance.makeServer(ChannelArguments(), queue)
    let isUsable = identity.withPair { pair in
      let credentials = grpc_ssl_server_credentials_create_ex(
        clientRootsPEM, &pair, 1, GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY, nil)
      defer { grpc_server_credentials_release(credentials) }
      return entrance.open(server, credentials)
    }
    grpc_server_shutdown_and_notify(server, queue, nil)
    _ = grpc_completion_queue_pluck(queue, nil, gpr_inf_future(GPR_CLOCK_MONOTONIC), nil)
    grpc_server_destroy(server)
    grpc_completion_queue_shutdown(queue)
    grpc_completion_queue_destroy(queue)
    return isUsable
  }

  /// The caller's to give away.
  fileprivate func makeConfiguration() -> OpaquePointer? {
    // The core insists on authorities, also where it is not to ask clients for anything; then nobody looks at them.
    let roots = clientRootsPEM ?? identity.certificateChainPEM
    return identity.withPair { pair in
      withUnsafePointer(to: pair) { grpc_ssl_server_certificate_config_create(roots, $0, 1) }
    }
  }
}

/// One server's view of the certificates: it is told of each change once.
private final class CertificateSource: Sendable {
  let certificates: ServerCertificates
  let generation = Mutex(0)

  init(_ certificates: ServerCertificates) { self.certificates = certificates }

  func next() -> ServerCertificates.Contents? {
    generation.withLock { generation in
      guard let (contents, newer) = certificates.newer(than: generation) else { return nil }
      generation = newer
      return contents
    }
  }
}

private func giveCertificates(
  _ source: UnsafeMutableRawPointer?, _ configuration: UnsafeMutablePointer<OpaquePointer?>?
) -> grpc_ssl_certificate_config_reload_status {
  guard let source, let configuration else { return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_FAIL }
  guard let contents = Unmanaged<CertificateSource>.fromOpaque(source).takeUnretainedValue().next() else {
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED
  }
  configuration.pointee = contents.makeConfiguration()
  return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW
}
