internal import Dispatch
internal import FaceStore
internal import FaceTypes
internal import Synchronization

/// How far a daemon that shares its store is behind what the others have changed.
public final class ReplicaState: Sendable {
  private struct State {
    /// Everything up to this change is in the indexes.
    var position: UInt64 = 0
    /// When that was last all that there was.
    var caughtUp = ContinuousClock.now
    var isBehind = false
    var failure: String?
    /// The last job between compatible models whose end was seen.
    var followed: JobID?
  }

  /// Whether others change the store at all.
  public let isShared: Bool
  private let state = Mutex(State())
  /// What waits for the others' changes.
  let thread = DispatchQueue(label: "faced.replica")
  /// Looking at a face in the store and making the indexes say the same is one step, whoever does it.
  let settling = Mutex(())
  /// The right to run the reindex.
  let reindexing = Mutex<StoreLease?>(nil)

  init(isShared: Bool) { self.isShared = isShared }

  var position: UInt64 { state.withLock { $0.position } }

  func begin(at position: UInt64) {
    state.withLock {
      $0.position = position
      $0.caughtUp = .now
    }
  }

  /// Everything up to the position is in the indexes.
  ///
  /// - Parameter isAll: whether there was no more just now.
  func advance(to position: UInt64, isAll: Bool) {
    state.withLock { state in
      state.position = position
      state.isBehind = !isAll
      state.failure = nil
      if isAll { state.caughtUp = .now }
    }
  }

  /// Notes why the others' changes cannot be read.
  ///
  /// - Returns: whether that is new.
  func fail(_ reason: String) -> Bool {
    state.withLock { state in
      defer { (state.failure, state.isBehind) = (reason, true) }
      return state.failure == nil
    }
  }

  /// For how long changes of others may be missing, in seconds: 0 where the store is not shared.
  public var lagSeconds: Double {
    guard isShared else { return 0 }
    let since = state.withLock { $0.caughtUp }
    return max(0, (ContinuousClock.now - since) / .seconds(1))
  }

  /// Whether the end of a job between compatible models was not seen before.
  func isNew(followed job: JobID) -> Bool {
    state.withLock { state in
      defer { state.followed = job }
      return state.followed != job
    }
  }

  /// Why the others' changes cannot be read at present.
  public var failure: String? { state.withLock { $0.failure } }
}
