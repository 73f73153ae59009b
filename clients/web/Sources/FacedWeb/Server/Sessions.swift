import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Synchronization

/// Browsers that have signed in. Only in memory: a restart signs everybody out.
final class Sessions: Sendable {
  struct Session: Sendable {
    /// The daemon's token; nil where it wants none.
    let token: String?
    /// What a change must carry in X-CSRF-Token besides the cookie.
    let csrf: String
    var lastUsed: ContinuousClock.Instant
  }

  static let cookie = "faced_session"
  static let idleLimit = Duration.seconds(12 * 3600)
  static let maximumCount = 10_000
  private let sessions = Mutex<[String: Session]>([:])

  /// - Returns: the cookie's value and the session.
  func open(token: String?) throws -> (id: String, session: Session) {
    let session = Session(token: token, csrf: Self.secret(), lastUsed: .now)
    let id = Self.secret()
    let isOpen = sessions.withLock { sessions in
      sessions = sessions.filter { .now - $0.value.lastUsed < Self.idleLimit }
      guard sessions.count < Self.maximumCount else { return false }
      sessions[id] = session
      return true
    }
    guard isOpen else {
      throw HTTPFailure(.tooManyRequests, "TOO_MANY_SESSIONS", "too many browsers are signed in; try again later")
    }
    return (id, session)
  }

  func session(_ request: Request) -> Session? {
    guard let id = request.cookies[Self.cookie]?.value else { return nil }
    return sessions.withLock { sessions in
      guard let known = sessions[id], .now - known.lastUsed < Self.idleLimit else {
        sessions[id] = nil
        return nil
      }
      sessions[id]?.lastUsed = .now
      return known
    }
  }

  func close(_ request: Request) {
    guard let id = request.cookies[Self.cookie]?.value else { return }
    sessions.withLock { $0[id] = nil }
  }

  /// 256 random bits, as hexadecimal digits.
  private static func secret() -> String {
    SymmetricKey(size: .bits256).withUnsafeBytes { $0.map { String(format: "%02x", $0) }.joined() }
  }
}
