internal import CGRPC

/// A certificate (leaf first, then intermediates) and its private key, both in PEM.
public struct TLSIdentity: Sendable, Hashable {
  /// PEM, the leaf first and then the intermediates; the root may be left out.
  public var certificateChainPEM: String
  /// PEM, unencrypted; it must belong to the leaf.
  public var privateKeyPEM: String

  /// Takes both as they are: whether they fit is found out when a server or a client starts with them.
  public init(certificateChainPEM: String, privateKeyPEM: String) {
    self.certificateChainPEM = certificateChainPEM
    self.privateKeyPEM = privateKeyPEM
  }

  func check() throws(CoreTransportError) {
    try requirePEM(certificateChainPEM, "CERTIFICATE", "certificateChainPEM")
    try requirePEM(privateKeyPEM, "PRIVATE KEY", "privateKeyPEM")
  }

  /// The pair is good for the length of `body`.
  func withPair<R>(_ body: (inout grpc_ssl_pem_key_cert_pair) -> R) -> R {
    certificateChainPEM.withCString { certificates in
      privateKeyPEM.withCString { key in
        var pair = grpc_ssl_pem_key_cert_pair(private_key: key, cert_chain: certificates)
        return body(&pair)
      }
    }
  }
}

extension CoreServerTransport {
  /// How connections to the server are protected.
  public enum Security: Sendable {
    /// No protection: for the loopback interface and Unix sockets.
    case plaintext
    /// TLS with the server's certificate (leaf first, then intermediates) and its private key, in PEM.
    case tls(certificateChainPEM: String, privateKeyPEM: String)
    /// TLS with certificates that may change while the server runs, and with clients' certificates if they are asked for.
    case certificates(ServerCertificates)
  }
}

extension CoreClientTransport {
  /// How the connection to the server is protected.
  public enum Security: Sendable {
    /// No protection: for the loopback interface and Unix sockets.
    case plaintext
    /// TLS, trusting the given certificates (PEM); with `nil`, those that the C core trusts by default. `identity` is
    /// shown to servers that ask who the client is.
    case tls(trustRootsPEM: String?, identity: TLSIdentity? = nil)
  }
}

extension CoreServerTransport.Security {
  /// - Throws: `badCredentials`.
  func certificates() throws(CoreTransportError) -> ServerCertificates? {
    switch self {
    case .plaintext: nil
    case .tls(let certificates, let key):
      try ServerCertificates(identity: TLSIdentity(certificateChainPEM: certificates, privateKeyPEM: key))
    case .certificates(let certificates): certificates
    }
  }
}

extension CoreClientTransport.Security {
  func check() throws(CoreTransportError) {
    guard case .tls(let roots, let identity) = self else { return }
    if let roots { try requirePEM(roots, "CERTIFICATE", "trustRootsPEM") }
    try identity?.check()
  }

  /// Runs `body` with credentials that it must not release.
  func withCredentials<R>(_ body: (OpaquePointer?) -> R) -> R {
    let credentials: OpaquePointer?
    switch self {
    case .plaintext: credentials = grpc_insecure_credentials_create()
    case .tls(let roots, let identity):
      let create = { (pair: UnsafeMutablePointer<grpc_ssl_pem_key_cert_pair>?) in
        if let roots {
          grpc_ssl_credentials_create(roots, pair, nil, nil)
        } else {
          grpc_ssl_credentials_create(nil, pair, nil, nil)
        }
      }
      credentials = identity.map { $0.withPair { create(&$0) } } ?? create(nil)
    }
    defer { if let credentials { grpc_channel_credentials_release(credentials) } }
    return body(credentials)
  }
}

/// The core only says that something is wrong, and late; a file of the wrong kind is found here.
func requirePEM(_ text: String, _ kind: String, _ name: String) throws(CoreTransportError) {
  let isPEM = text.split(separator: "\n").contains { $0.hasPrefix("-----BEGIN ") && $0.contains(kind) }
  guard isPEM else {
    throw CoreTransportError(.badCredentials, "\(name) holds no PEM block '-----BEGIN … \(kind)-----'")
  }
}
