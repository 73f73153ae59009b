internal import Dispatch
internal import FaceStore
internal import FaceTypes
public import Foundation
internal import Logging
internal import Synchronization

/// How a search server is doing.
public struct SearchStatus: Sendable {
  /// Where it is.
  public let place: String
  /// Changes that it does not have yet. Searches know of them all the same.
  public let pending: Int
  /// Faces that it was found to lack and that are being put there.
  public let missing: Int
  /// Why it cannot be reached; nil where it can.
  public let failure: String?
  /// Since when that is so.
  public let since: Date
  /// When all of it was last compared with the store; nil for never.
  public let compared: Date?
}

/// What became of a deletion at a search server.
public struct SearchErasure: Hashable, Sendable {
  /// When the server had deleted the faces; nil where it could not be reached. It will, once it can be.
  public var deleted: Date?
  /// When it said that they had left its disk; nil where it did not say so in time, or cannot.
  public var compacted: Date?
}

/// What the engine knows of its search server, and the way of threads to it.
final class SearchKeeper: Sendable {
  private struct State {
    var failure: String?
    var since = Date()
    /// When it was last logged that the server is away, and whether that still stands.
    var lastLine: ContinuousClock.Instant?
    var saysAway = false
    var compared: Date?
    /// What the server has of galleries that are gone.
    var forgotten: [Forgotten] = []
    var turn: UInt64 = 0
    /// The last deletion of each model's that has not left the server's disk yet.
    var deletions: [ModelID: UInt64] = [:]
    /// Whether the server can say when the deleted has left its disk.
    var compacts = true
  }

  struct Forgotten: Sendable {
    let gallery: GalleryID
    let model: ModelID
    let upTo: FaceID
    let turn: UInt64
  }

  let server: any SearchServer
  let store: FaceStore
  private let logger: Logger
  private let state = Mutex(State())
  private let wishes = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

  init(_ server: any SearchServer, _ store: FaceStore, _ logger: Logger) {
    (self.server, self.store, self.logger) = (server, store, logger)
  }

  // MARK: What there is to do

  /// Yields when there is something to do, and every half a second.
  var turns: AsyncStream<Void> { wishes.stream }

  /// There is something to do.
  func hurry() { wishes.continuation.yield() }

  func nextTurn() -> UInt64 {
    state.withLock { state in
      state.turn += 1
      return state.turn
    }
  }

  /// A gallery is gone: what the server has of it goes too.
  func forget(_ index: ServedIndex) {
    let last = index.withState { $0.owners.last }
    let turn = nextTurn()
    state.withLock {
      $0.forgotten.append(Forgotten(gallery: index.gallery, model: index.model, upTo: last, turn: turn))
    }
    hurry()
  }

  var forgotten: [Forgotten] { state.withLock { $0.forgotten } }

  func done(_ gone: Forgotten) { state.withLock { $0.forgotten.removeAll { $0.turn == gone.turn } } }

  /// The index has to be compared with the store once more.
  func doubt(_ index: ServedIndex) {
    index.withState { $0.isDoubtful = true }
    hurry()
  }

  // MARK: How the server is

  func status(_ indexes: [ServedIndex]) -> SearchStatus {
    let counts = indexes.map { index in index.withState { ($0.pending.count, $0.missing) } }
    return state.withLock { state in
      SearchStatus(
        place: server.place, pending: counts.reduce(state.forgotten.count) { $0 + $1.0 },
        missing: counts.reduce(0) { $0 + $1.1 }, failure: state.failure, since: state.since, compared: state.compared)
    }
  }

  var failure: String? { state.withLock { $0.failure } }

  /// A server that comes and goes says so this often.
  private static let interval = Duration.seconds(60)

  /// Notes that the server could not be reached, or that it can be again.
  func note(failure: String?) {
    let now = ContinuousClock.now
    let speaks = state.withLock { state in
      defer { state.failure = failure }
      guard (state.failure == nil) != (failure == nil) else { return false }
      state.since = Date()
      guard failure != nil else {
        // Only what was said is taken back.
        defer { state.saysAway = false }
        return state.saysAway
      }
      guard state.lastLine.map({ now - $0 >= Self.interval }) ?? true else { return false }
      (state.lastLine, state.saysAway) = (now, true)
      return true
    }
    guard speaks else { return }
    if let failure {
      logger.error("the search server is away", metadata: ["reason": "\(failure)"])
    } else {
      logger.notice("the search server is back")
    }
  }

  func noteCompared() { state.withLock { $0.compared = Date() } }

  func noteDeleted(from model: ModelID) {
    let turn = nextTurn()
    state.withLock { $0.deletions[model] = turn }
  }

  var deletions: [ModelID: UInt64] { state.withLock { $0.deletions } }

  /// What was deleted until then has left the server's disk; or the server cannot say.
  func noteCompacted(_ model: ModelID, upTo turn: UInt64, says: Bool) {
    state.withLock { state in
      if state.deletions[model] == turn { state.deletions[model] = nil }
      state.compacts = says
    }
  }

  /// Whether the server has everything up to a turn.
  func isSettled(_ indexes: [ServedIndex], upTo turn: UInt64) -> Bool {
    !forgotten.contains { $0.turn <= turn }
      && indexes.allSatisfy { index in
        index.withState { state in !state.pending.values.contains { $0.turn <= turn } }
      }
  }

  /// Whether what was deleted has left the server's disk; nil where it cannot say.
  var isCompacted: Bool? { state.withLock { $0.compacts ? $0.deletions.isEmpty : nil } }

  // MARK: Questions

  /// - Throws: `SEARCH_UNAVAILABLE`, `SEARCH_BEHIND`.
  func check(pending: Int, missing: Int) throws(EngineError) {
    if let failure { throw away(failure) }
    let lacking = max(pending, missing)
    if lacking > ServedIndex.mostPending { throw behind(lacking) }
  }

  /// Asks the server and waits for the answer: to be called on a worker's thread.
  func ask(_ question: SearchQuestion) throws(EngineError) -> [SearchHit] {
    do throws(SearchServerError) {
      return try waiting { [server] () async throws(SearchServerError) in try await server.search(question) }
    } catch {
      switch error.code {
      case .away:
        note(failure: error.message)
        hurry()
        throw away(error.message)
      case .missing:
        note(failure: error.message)
        hurry()
        throw behind(nil)
      case .unsupported, .failed, .storeFailed:
        throw EngineError(.internal, .indexFailed, "the search server at \(server.place) failed: \(error.message)")
      }
    }
  }

  /// The faces as the store has them.
  func now(_ faces: [FaceID], _ index: ServedIndex) throws(EngineError) -> [FaceID: FaceNow] {
    try translating { () throws(StoreError) in
      try store.now(index.gallery, faces, under: [(index.model, orElse: index.stand)])
    }
  }

  private func away(_ reason: String) -> EngineError {
    var error = EngineError(
      .unavailable, .searchUnavailable,
      "the search server at \(server.place) does not answer (\(reason)); faces are enrolled meanwhile and found once it is "
        + "back: start it, or look at the network between")
    error.retryAfter = .seconds(1)
    return error
  }

  func behind(_ faces: Int?) -> EngineError {
    var error = EngineError(
      .unavailable, .searchBehind,
      "the search server at \(server.place) lacks \(faces.map(String.init) ?? "the gallery's") faces, which are being put there; "
        + "ask again (`facectl status` says how many are left)")
    error.retryAfter = .seconds(2)
    return error
  }

  /// Runs what is asynchronous for a thread that may wait.
  private func waiting<Value: Sendable>(
    _ body: @escaping @Sendable () async throws(SearchServerError) -> Value
  ) throws(SearchServerError) -> Value {
    let answer = Answer<Value>()
    let isDone = DispatchSemaphore(value: 0)
    Task {
      do throws(SearchServerError) {
        let value = try await body()
        answer.value.withLock { $0 = .success(value) }
      } catch {
        answer.value.withLock { $0 = .failure(error) }
      }
      isDone.signal()
    }
    isDone.wait()
    guard let result = answer.value.withLock({ $0 }) else { throw SearchServerError(.failed, "no answer") }
    return try result.get()
  }

  private final class Answer<Value: Sendable>: Sendable {
    let value = Mutex<Result<Value, SearchServerError>?>(nil)
  }
}
