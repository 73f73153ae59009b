internal import Dispatch
internal import LevelDB
internal import Synchronization

/// Holds the database and knows who reads it, so that purging and closing can wait for readers.
///
/// Each read belongs to the epoch it began in. Waiting opens a new epoch and waits for the earlier ones to run dry;
/// reads that begin meanwhile are not waited for, so a steady stream of them holds nobody up.
final class ReaderGate: Sendable {
  private struct State {
    var database: Database?
    var epoch: UInt64 = 0
    var readers: [UInt64: Int] = [:]
    var waiting: [(epoch: UInt64, signal: DispatchSemaphore)] = []

    /// The earliest epoch with a reader.
    var oldest: UInt64 { readers.keys.min() ?? .max }
  }

  private let state: Mutex<State>

  init(_ database: Database) { state = Mutex(State(database: database)) }

  static let closedError = StoreError(.closed, "the store is closed; open it again")

  /// Runs `body` as a reader.
  func read<R>(_ body: (Database) throws(StoreError) -> R) throws(StoreError) -> R {
    let entered = state.withLock { state -> (database: Database, epoch: UInt64)? in
      guard let database = state.database else { return nil }
      state.readers[state.epoch, default: 0] += 1
      return (database, state.epoch)
    }
    guard let entered else { throw Self.closedError }
    defer { leave(entered.epoch) }
    return try body(entered.database)
  }

  private func leave(_ epoch: UInt64) {
    let done = state.withLock { state -> [DispatchSemaphore] in
      state.readers[epoch]! -= 1
      guard state.readers[epoch] == 0 else { return [] }
      state.readers[epoch] = nil
      let oldest = state.oldest
      let done = state.waiting.filter { $0.epoch < oldest }
      state.waiting.removeAll { $0.epoch < oldest }
      return done.map(\.signal)
    }
    for signal in done { signal.signal() }
  }

  /// The database, for work that must not count as a reader because it waits for readers itself.
  func database() throws(StoreError) -> Database {
    guard let database = state.withLock({ $0.database }) else { throw Self.closedError }
    return database
  }

  /// Whether somebody waits for readers now.
  var isAwaitingReaders: Bool { state.withLock { !$0.waiting.isEmpty } }

  /// Blocks until every read that has begun is over.
  func waitForReaders() {
    let signal = DispatchSemaphore(value: 0)
    let isDry = state.withLock { state in
      let epoch = state.epoch
      state.epoch += 1
      if epoch < state.oldest { return true }
      state.waiting.append((epoch, signal))
      return false
    }
    if !isDry { signal.wait() }
  }

  /// Lets go of the database; reads from now on throw `closed`.
  func close() {
    let database = state.withLock { state in
      defer { state.database = nil }
      return state.database
    }
    waitForReaders()
    withExtendedLifetime(database) {}
  }
}
