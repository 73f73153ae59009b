internal import Dispatch
internal import LevelDB
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Opens the database anew after a write has failed, as soon as writing can work again: when the disk has room, and the
/// directory is where it was. Reads go on meanwhile.
///
/// LevelDB keeps an error of its background work for good, and the end of its log may hold half a record; so the only
/// way back is to open it anew.
final class StoreRecovery: Sendable {
  private struct State {
    var afterwards: (@Sendable () -> Void)?
    var isClosed = false
  }

  private let gate: ReaderGate
  private let directory: String
  private let options: StoreOptions
  private let open: @Sendable () throws(StoreError) -> Database
  private let state = Mutex(State())
  private let thread = DispatchQueue(label: "faced.store.recovery")
  /// Signalled to end the waiting between two tries.
  private let wake = DispatchSemaphore(value: 0)

  init(
    gate: ReaderGate, directory: String, options: StoreOptions,
    open: @escaping @Sendable () throws(StoreError) -> Database
  ) {
    self.gate = gate
    self.directory = directory
    self.options = options
    self.open = open
  }

  /// What to do whenever the database was opened anew.
  func afterwards(_ action: @escaping @Sendable () -> Void) { state.withLock { $0.afterwards = action } }

  /// Begins to try.
  ///
  /// - Parameter error: why writes are refused.
  func begin(_ error: StoreError) {
    options.onWriteState(error)
    thread.async { [self] in
      while !isClosed {
        _ = wake.wait(timeout: .now() + .milliseconds(options.recoveryMilliseconds))
        if isClosed { return }
        do throws(StoreError) {
          try reopen()
          state.withLock { $0.afterwards }?()
          options.onWriteState(nil)
          return
        } catch {
          if error.code == .closed { return }
          options.onWriteState(error)
        }
      }
    }
  }

  private var isClosed: Bool { state.withLock { $0.isClosed } }

  private func reopen() throws(StoreError) {
    if let database = try? gate.database() { try GroupWriter.requireInPlace(database) }
    try Files.probe(directory, bytes: try Files.size(ofDirectory: directory, suffix: ".log") + Self.spare)
    try gate.replace { () throws(StoreError) in
      // A purge that is failing lets go of the old database a moment later than the readers.
      for _ in 0..<200 {
        do throws(StoreError) {
          return try open()
        } catch {
          guard error.code == .locked else { throw error }
          usleep(10_000)
        }
      }
      return try open()
    }
  }

  /// Room for the manifest and a new log, besides the old log's content, which becomes a table.
  private static let spare: UInt64 = 512 << 10

  /// Ends the tries, without waiting for one that runs.
  func stop() {
    state.withLock { $0.isClosed = true }
    wake.signal()
  }

  /// Ends the tries, and waits for one that runs.
  func close() {
    stop()
    thread.sync {}
  }
}
