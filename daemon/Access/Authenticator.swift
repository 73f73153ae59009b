import CoreTransport
import FaceAPI
import FaceTypes
import GRPCCore

/// Who a call is from. What is presented counts before where it comes from: a bad token is refused on loopback too.
struct Authenticator: Sendable {
  let tokens: TokenRegistry
  /// Loopback and Unix sockets need a token like everybody else: for daemons behind a proxy on the same machine.
  let requiresToken: Bool

  func caller(_ metadata: Metadata, _ peer: Peer, _ context: ServerContext) throws(Failure) -> Caller {
    if let token = try Self.bearer(metadata) { return try tokens.caller(presenting: token) }
    let certificate = (context.transportSpecific as? CoreServerContext)?.peerCertificate
    if let certificate, let caller = try tokens.caller(showing: certificate.names) { return caller }
    if peer.isLocal, !requiresToken { return .local }
    if let name = certificate?.names.first {
      throw Failure(
        code: .unauthenticated, reason: .certificateUnknown,
        message: "no rights were given to the certificate of '\(name)'; the operator gives them with "
          + "`facectl token create --certificate NAME --scopes …`")
    }
    throw Failure(
      code: .unauthenticated, reason: .tokenRequired,
      message: "this daemon asks for a token: use --token, or the environment variable FACED_TOKEN")
  }

  /// The token of `authorization: Bearer …`; nil where there is no such header.
  private static func bearer(_ metadata: Metadata) throws(Failure) -> String? {
    let values = Array(metadata[stringValues: "authorization"])
    guard let value = values.first else { return nil }
    let parts = value.split(separator: " ", omittingEmptySubsequences: true)
    guard values.count == 1, parts.count == 2, parts[0].lowercased() == "bearer" else {
      throw Failure(
        code: .unauthenticated, reason: .tokenMalformed,
        message: "the authorization header must be 'Bearer' and one token")
    }
    return String(parts[1])
  }
}
