internal import PostgreSQL
internal import Synchronization

/// A connection that is told of changes.
final class FeedListener: Sendable {
  private enum State {
    case none
    case listening(Connection)
    /// The server has no LISTEN.
    case unsupported
  }

  private let address: String
  private let state = Mutex(State.none)

  init(_ address: String) { self.address = address }

  /// Waits for a change. One thread at a time waits.
  ///
  /// - Returns: false where it cannot wait at present, at once.
  func wait(_ milliseconds: Int) -> Bool {
    guard let connection = connection() else { return false }
    do throws(PostgreSQLError) {
      _ = try connection.awaitNotification(.milliseconds(milliseconds))
      return true
    } catch {
      state.withLock { $0 = .none }
      return false
    }
  }

  private func connection() -> Connection? {
    state.withLock { state in
      switch state {
      case .listening(let connection): return connection
      case .unsupported: return nil
      case .none: break
      }
      guard let connection = try? Connection(address) else { return nil }
      do throws(PostgreSQLError) {
        try connection.simple("LISTEN \(PostgreSQLTransaction.channel)")
        state = .listening(connection)
        return connection
      } catch {
        if error.code == .unsupported { state = .unsupported }
        return nil
      }
    }
  }
}
