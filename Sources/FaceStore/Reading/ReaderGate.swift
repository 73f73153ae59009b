internal import Dispatch
internal import Synchronization

/// Holds the database and knows who reads it, so that purging and closing can wait for readers.
///
/// Each read belongs to the epoch it began in. Waiting opens a new epoch and waits for the earlier ones to run dry;
/// reads that begin meanwhile are not waited for, so a steady stream of them holds nobody up.
final class ReaderGate: Sendable {
  private struct State {
    var database: (any RecordEngine)?
    /// Why there is no database, while it is being opened anew; nil once the store is closed.
    var absence: StoreError?
    /// Readers that came while the database is being opened anew, which takes a moment.
    var arriving: [DispatchSemaphore] = []
    var isReopening = false
    var epoch: UInt64 = 0
    var readers: [UInt64: Int] = [:]
    var waiting: [(epoch: UInt64, signal: DispatchSemaphore)] = []

    /// The earliest epoch with a reader.
    var oldest: UInt64 { readers.keys.min() ?? .max }
  }

  private let state: Mutex<State>

  init(_ database: any RecordEngine) { state = Mutex(State(database: database)) }

  static let closedError = StoreError(.closed, "the store is closed; open it again")

  /// Runs `body` as a reader.
  func read<R>(_ body: (any RecordEngine) throws(StoreError) -> R) throws(StoreError) -> R {
    let entered = try enter()
    defer { leave(entered.epoch) }
    return try body(entered.database)
  }

  private func enter() throws(StoreError) -> (database: any RecordEngine, epoch: UInt64) {
    enum Outcome { case entered(any RecordEngine, UInt64), waits(DispatchSemaphore), refused(StoreError) }
    while true {
      let outcome = state.withLock { state -> Outcome in
        if state.isReopening {
          let signal = DispatchSemaphore(value: 0)
          state.arriving.append(signal)
          return .waits(signal)
        }
        guard let database = state.database else { return .refused(state.absence ?? Self.closedError) }
        state.readers[state.epoch, default: 0] += 1
        return .entered(database, state.epoch)
      }
      switch outcome {
      case .entered(let database, let epoch): return (database, epoch)
      case .waits(let signal): signal.wait()
      case .refused(let error): throw error
      }
    }
  }

  /// Lets go of the database and puts another in its place. Reads that come meanwhile wait, those that run are waited
  /// for.
  ///
  /// - Parameter open: makes the other; called when nobody reads any more.
  /// - Throws: what `open` throws; reads then throw it too, until a later call succeeds. `closed` after `close()`.
  func replace(_ open: () throws(StoreError) -> any RecordEngine) throws(StoreError) {
    let begins = state.withLock { state in
      guard state.database != nil || state.absence != nil else { return false }
      state.isReopening = true
      state.database = nil
      return true
    }
    guard begins else { throw Self.closedError }
    waitForReaders()
    var opened: (any RecordEngine)?
    var failure: StoreError?
    do throws(StoreError) { opened = try open() } catch { failure = error }
    let arriving = state.withLock { state in
      state.isReopening = false
      state.database = opened
      state.absence = failure
      defer { state.arriving = [] }
      return state.arriving
    }
    for signal in arriving { signal.signal() }
    if let failure { throw failure }
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
  func database() throws(StoreError) -> any RecordEngine {
    let (database, absence) = state.withLock { ($0.database, $0.absence) }
    guard let database else { throw absence ?? Self.closedError }
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
  ///
  /// - Returns: false when there was none to let go of.
  func close() -> Bool {
    let database = state.withLock { state in
      defer { (state.database, state.absence) = (nil, nil) }
      return state.database
    }
    waitForReaders()
    return withExtendedLifetime(database) { database != nil }
  }
}
