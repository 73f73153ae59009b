internal import Dispatch
internal import Synchronization

/// Connections to one server, lent to one thread each.
///
/// Where the server could not be reached, nobody tries again for a second: all are told at once.
public final class ConnectionPool: Sendable {
  private struct State {
    var idle: [Connection] = []
    var count = 0
    var waiting: [DispatchSemaphore] = []
    var refusal: PostgreSQLError?
    var refusesUntil = ContinuousClock.now
  }

  private let address: String
  private let limit: Int
  private let timeout: Duration
  private let state = Mutex(State())

  /// How long nobody tries after a failure.
  private static let pause = Duration.seconds(1)

  /// - Parameters:
  ///   - limit: connections at most.
  ///   - timeout: for one statement, and to wait for a connection.
  public init(_ address: String, limit: Int = 16, timeout: Duration = .seconds(10)) {
    self.address = address
    self.limit = limit
    self.timeout = timeout
  }

  /// A connection, for `giveBack`.
  public func take() throws(PostgreSQLError) -> Connection {
    enum Found { case idle(Connection), make, wait(DispatchSemaphore), refused(PostgreSQLError) }
    let deadline = ContinuousClock.now + timeout
    while true {
      let found = state.withLock { state -> Found in
        if let connection = state.idle.popLast() { return .idle(connection) }
        if let refusal = state.refusal, state.refusesUntil > .now { return .refused(refusal) }
        if state.count < limit {
          state.count += 1
          return .make
        }
        let signal = DispatchSemaphore(value: 0)
        state.waiting.append(signal)
        return .wait(signal)
      }
      switch found {
      case .idle(let connection):
        if connection.checkIdle() { return connection }
        leave(nil)
      case .make: return try open()
      case .refused(let error): throw error
      case .wait(let signal):
        guard signal.wait(timeout: .now() + .milliseconds(200)) == .success || deadline > .now else {
          throw PostgreSQLError(.unavailable, "all \(limit) connections to the database are in use")
        }
      }
    }
  }

  private func open() throws(PostgreSQLError) -> Connection {
    do throws(PostgreSQLError) {
      let connection = try Connection(address, timeout: timeout)
      state.withLock { $0.refusal = nil }
      return connection
    } catch {
      state.withLock { state in
        state.refusal = error
        state.refusesUntil = .now + Self.pause
      }
      leave(nil)
      throw error
    }
  }

  /// Takes a connection back; one that cannot be used any more is closed.
  public func giveBack(_ connection: Connection) { leave(connection.isUsable ? connection : nil) }

  private func leave(_ connection: Connection?) {
    let (signal, closed) = state.withLock { state -> (DispatchSemaphore?, [Connection]) in
      var closed: [Connection] = []
      if let connection {
        state.idle.append(connection)
      } else {
        state.count -= 1
        // What ended one has mostly ended all.
        let idle = state.idle
        state.idle = idle.filter { $0.isUsable }
        closed = idle.filter { !$0.isUsable }
        state.count -= closed.count
      }
      return (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), closed)
    }
    withExtendedLifetime(closed) { _ = signal?.signal() }
  }

  /// Runs `body` with a connection.
  public func with<R>(_ body: (Connection) throws(PostgreSQLError) -> R) throws(PostgreSQLError) -> R {
    let connection = try take()
    defer { giveBack(connection) }
    return try body(connection)
  }
}
