import Crypto
import Foundation
import HTTPTypes
import Hummingbird

/// Whose token a request's calls carry.
struct Credentials: Sendable {
  let sessions: Sessions
  let daemon: Daemon
  /// Nobody is answered by the rights of the server itself.
  let requiresToken: Bool

  /// A program's own token, or the session's of a browser. Changes from a browser must carry the session's CSRF token.
  ///
  /// - Throws: `HTTPFailure`.
  func token(of request: Request) async throws -> String? {
    guard let token = try await given(request) else {
      if requiresToken {
        throw HTTPFailure(
          .unauthorized, "TOKEN_MISSING",
          "this server wants a token of the daemon from whoever asks: Authorization: Bearer …")
      }
      return nil
    }
    return token
  }

  /// Whether a browser has to sign in with a token.
  func wantsToken() async throws -> Bool { requiresToken ? true : try await daemon.wantsToken() }

  private func given(_ request: Request) async throws -> String? {
    if let own = Self.ownToken(request) {
      // Whether the daemon would take the caller without one cannot be told behind the server's own rights.
      if daemon.lendsRights { return own }
      // A daemon without tokens takes everybody; what a program sends by habit is not held against it.
      return try await daemon.wantsToken() ? own : nil
    }
    guard let session = sessions.session(request) else { return nil }
    guard request.method == .get || request.method == .head || Self.areEqual(request.headers[.csrf], session.csrf)
    else {
      throw HTTPFailure(
        .forbidden, "CSRF", "a change must carry the session's token in X-CSRF-Token: reload the page")
    }
    return session.token
  }

  static func ownToken(_ request: Request) -> String? {
    if let value = request.headers[.authorization] {
      let words = value.split(separator: " ", maxSplits: 1)
      if words.count == 2, words[0].lowercased() == "bearer" { return String(words[1]) }
    }
    return request.headers[.apiKey]
  }

  /// In constant time.
  private static func areEqual(_ given: String?, _ wanted: String) -> Bool {
    let given = SHA256.hash(data: Data((given ?? "").utf8))
    return given == SHA256.hash(data: Data(wanted.utf8))
  }
}
