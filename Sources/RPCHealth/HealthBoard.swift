internal import Synchronization

/// How the services of a server are, and who wants to know of it.
public final class HealthBoard: Sendable {
  /// How a service is. A service that the board does not know has no status.
  public enum Status: Sendable, Hashable {
    case serving
    case notServing
  }

  private struct State {
    var statuses: [String: Status]
    var watchers: [Int: (service: String, stream: AsyncStream<Status?>.Continuation)] = [:]
    var lastWatcher = 0
    var isDraining = false
  }

  private let state: Mutex<State>

  /// - Parameter services: full names; the empty name, for the server as a whole, is added.
  public init(services: [String], status: Status = .serving) {
    let names = Set(services + [""])
    state = Mutex(State(statuses: Dictionary(uniqueKeysWithValues: names.map { ($0, status) })))
  }

  /// Tells whoever watches it. Without effect for a service that is not on the board, and once the server drains.
  public func set(_ status: Status, for service: String) {
    state.withLock { state in
      guard !state.isDraining, let before = state.statuses[service], before != status else { return }
      state.statuses[service] = status
      for watcher in state.watchers.values where watcher.service == service { watcher.stream.yield(status) }
    }
  }

  /// The server ends: nothing serves any more, and whoever watches is told so, once and for all.
  public func drain() {
    let watchers = state.withLock { state in
      state.isDraining = true
      state.statuses = state.statuses.mapValues { _ in .notServing }
      defer { state.watchers = [:] }
      return state.watchers.values.map { (stream: $0.stream, status: state.statuses[$0.service]) }
    }
    // Outside of the lock: a stream that ends calls `forget`.
    for watcher in watchers {
      watcher.stream.yield(watcher.status)
      watcher.stream.finish()
    }
  }

  /// `nil` for a service that is not on the board.
  public func status(of service: String) -> Status? { state.withLock { $0.statuses[service] } }

  /// By full service name.
  public var all: [String: Status] { state.withLock { $0.statuses } }

  /// The state now and whenever it changes; it ends when the server does. `nil` stands for a service that is not there.
  public func changes(of service: String) -> AsyncStream<Status?> {
    let (changes, stream) = AsyncStream.makeStream(of: Status?.self, bufferingPolicy: .bufferingNewest(2))
    state.withLock { state in
      stream.yield(state.statuses[service])
      guard !state.isDraining else { return stream.finish() }
      state.lastWatcher += 1
      let number = state.lastWatcher
      state.watchers[number] = (service, stream)
      stream.onTermination = { [weak self] _ in self?.forget(number) }
    }
    return changes
  }

  private func forget(_ watcher: Int) {
    // Outside of the lock: the last reference to a stream may call back.
    let gone = state.withLock { $0.watchers.removeValue(forKey: watcher) }
    withExtendedLifetime(gone) {}
  }
}
