internal import CGRPC

extension CoreServerTransport {
  /// How connections to the server are protected.
  public enum Security: Sendable {
    /// No protection: for the loopback interface and Unix sockets.
    case plaintext
    /// TLS with the server's certificate (leaf first, then intermediates) and its private key, in PEM.
    case tls(certificateChainPEM: String, privateKeyPEM: String)
  }
}

extension CoreClientTransport {
  /// How the connection to the server is protected.
  public enum Security: Sendable {
    /// No protection: for the loopback interface and Unix sockets.
    case plaintext
    /// TLS, trusting the given certificates (PEM); with `nil`, those that the C core trusts by default.
    case tls(trustRootsPEM: String?)
  }
}

extension CoreServerTransport.Security {
  func check() throws(CoreTransportError) {
    guard case .tls(let certificates, let key) = self else { return }
    try requirePEM(certificates, "CERTIFICATE", "certificateChainPEM")
    try requirePEM(key, "PRIVATE KEY", "privateKeyPEM")
  }

  /// Runs `body` with credentials that it must not release.
  func withCredentials<R>(_ body: (OpaquePointer?) -> R) -> R {
    let credentials: OpaquePointer?
    switch self {
    case .plaintext:
      credentials = grpc_insecure_server_credentials_create()
    case .tls(let certificates, let key):
      credentials = certificates.withCString { certificates in
        key.withCString { key in
          var pair = grpc_ssl_pem_key_cert_pair(private_key: key, cert_chain: certificates)
          return grpc_ssl_server_credentials_create(nil, &pair, 1, 0, nil)
        }
      }
    }
    defer { if let credentials { grpc_server_credentials_release(credentials) } }
    return body(credentials)
  }
}

extension CoreClientTransport.Security {
  func check() throws(CoreTransportError) {
    guard case .tls(let roots?) = self else { return }
    try requirePEM(roots, "CERTIFICATE", "trustRootsPEM")
  }

  /// Runs `body` with credentials that it must not release.
  func withCredentials<R>(_ body: (OpaquePointer?) -> R) -> R {
    let credentials: OpaquePointer?
    switch self {
    case .plaintext: credentials = grpc_insecure_credentials_create()
    case .tls(nil): credentials = grpc_ssl_credentials_create(nil, nil, nil, nil)
    case .tls(let roots?): credentials = grpc_ssl_credentials_create(roots, nil, nil, nil)
    }
    defer { if let credentials { grpc_channel_credentials_release(credentials) } }
    return body(credentials)
  }
}

/// The core only says that something is wrong, and late; a file of the wrong kind is found here.
private func requirePEM(_ text: String, _ kind: String, _ name: String) throws(CoreTransportError) {
  let isPEM = text.split(separator: "\n").contains { $0.hasPrefix("-----BEGIN ") && $0.contains(kind) }
  guard isPEM else {
    throw CoreTransportError(.badCredentials, "\(name) holds no PEM block '-----BEGIN … \(kind)-----'")
  }
}
