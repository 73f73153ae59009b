internal import Dispatch
internal import Synchronization

/// The one writer. Requests that arrive while it waits for the disk are gathered, checked one after the other, merged
/// into a single batch with a single sync, and answered together; so the cost of a sync is shared by all who wait.
final class GroupWriter: Sendable {
  /// Answers a request: with the error that kept its group from the disk, or with its own result.
  typealias Answer = @Sendable (StoreError?) -> Void

  struct Request: Sendable {
    /// Bytes it brings along, about.
    let cost: Int
    /// It walks records, which see no pending changes; so it needs a group of its own.
    let isAlone: Bool
    let prepare: @Sendable (inout Transaction) -> Answer
    /// Answers without a try.
    let refuse: @Sendable (StoreError) -> Void
  }

  private struct State {
    var queue: [Request] = []
    var pendingBytes = 0
    var isDraining = false
    var isClosed = false
    /// Why nothing can be written at present.
    var failure: StoreError?
    var whenIdle: [CheckedContinuation<Void, Never>] = []
  }

  /// Bounds on one group, so that no request waits long for others.
  static let groupBytes = 8 << 20
  static let groupRequests = 512

  private let gate: ReaderGate
  private let hash: SipHash
  private let sealing: Sealing?
  /// Of a shared store: who it is among those that write.
  private let identity: UInt64?
  private let acknowledged: Acknowledged
  private let maximumPendingBytes: Int
  private let state = Mutex(State())
  private let thread = DispatchQueue(label: "faced.store.writer")
  private let onFailure: @Sendable (StoreError) -> Void
  private let syncs = Atomic<UInt64>(0)
  private let changes = Atomic<UInt64>(0)

  /// - Parameter onFailure: called when a write has failed, once until `resume()`.
  init(
    gate: ReaderGate, hash: SipHash, sealing: Sealing?, identity: UInt64?, acknowledged: Acknowledged,
    maximumPendingBytes: Int,
    onFailure: @escaping @Sendable (StoreError) -> Void
  ) {
    self.onFailure = onFailure
    self.gate = gate
    self.hash = hash
    self.sealing = sealing
    self.identity = identity
    self.acknowledged = acknowledged
    self.maximumPendingBytes = maximumPendingBytes
  }

  /// Synced writes so far.
  var syncedWrites: UInt64 { syncs.load(ordering: .relaxed) }
  /// Requests that were committed by them.
  var committedRequests: UInt64 { changes.load(ordering: .relaxed) }

  /// Commits `body`'s changes, or throws without any of them.
  func submit<R: Sendable>(
    cost: Int = 256, alone: Bool = false, _ body: @escaping @Sendable (inout Transaction) throws(StoreError) -> R
  ) async throws(StoreError) -> R {
    let result = await withCheckedContinuation { continuation in
      enqueue([Self.request(cost: cost, alone: alone, body) { continuation.resume(returning: $0) }])
    }
    return try result.get()
  }

  /// `submit` for the store's own threads.
  func submitAndWait<R: Sendable>(
    cost: Int = 256, alone: Bool = false, _ body: @escaping @Sendable (inout Transaction) throws(StoreError) -> R
  ) throws(StoreError) -> R {
    let box = Mutex<Result<R, StoreError>>(.failure(ReaderGate.closedError))
    let signal = DispatchSemaphore(value: 0)
    withExtendedLifetime(box) {
      enqueue([
        Self.request(cost: cost, alone: alone, body) { result in
          box.withLock { $0 = result }
          signal.signal()
        }
      ])
      signal.wait()
    }
    return try box.withLock { $0 }.get()
  }

  static func request<R: Sendable>(
    cost: Int, alone: Bool, _ body: @escaping @Sendable (inout Transaction) throws(StoreError) -> R,
    answer: @escaping @Sendable (Result<R, StoreError>) -> Void
  ) -> Request {
    Request(
      cost: cost, isAlone: alone,
      prepare: { transaction in
        let result: Result<R, StoreError>
        do throws(StoreError) {
          result = .success(try transaction.request(body))
        } catch {
          result = .failure(error)
        }
        // A refusal may rest on another's change that then failed to reach the disk: the disk's error goes first.
        return { failure in answer(failure.map { .failure($0) } ?? result) }
      },
      refuse: { answer(.failure($0)) })
  }

  /// Takes requests in this order; each is answered exactly once.
  func enqueue(_ requests: [Request]) {
    let cost = requests.reduce(0) { $0 + $1.cost }
    enum Outcome { case start, waits, refused(StoreError) }
    let outcome = state.withLock { state -> Outcome in
      if state.isClosed { return .refused(ReaderGate.closedError) }
      if let failure = state.failure { return .refused(failure) }
      // A single request that finds nothing waiting is taken whatever its size, so that none is refused for ever.
      let isLone = requests.count == 1 && state.pendingBytes == 0
      guard isLone || state.pendingBytes + cost <= maximumPendingBytes else {
        return .refused(
          StoreError(
            .overloaded,
            "\(state.pendingBytes) bytes are waiting to be written, and \(cost) more are too many; retry later, or send fewer "
              + "at once"))
      }
      state.queue.append(contentsOf: requests)
      state.pendingBytes += cost
      guard !state.isDraining, !requests.isEmpty else { return .waits }
      state.isDraining = true
      return .start
    }
    switch outcome {
    case .start: thread.async { self.drain() }
    case .waits: break
    case .refused(let error): for request in requests { request.refuse(error) }
    }
  }

  private func drain() {
    while let group = nextGroup() { commit(group) }
  }

  /// The next requests to commit together, or nil, which ends the draining.
  private func nextGroup() -> [Request]? {
    let (group, idle) = state.withLock { state -> ([Request]?, [CheckedContinuation<Void, Never>]) in
      guard let first = state.queue.first else {
        state.isDraining = false
        defer { state.whenIdle = [] }
        return (nil, state.whenIdle)
      }
      var (count, bytes) = (1, first.cost)
      if !first.isAlone {
        while count < min(state.queue.count, Self.groupRequests), !state.queue[count].isAlone,
          bytes + state.queue[count].cost <= Self.groupBytes
        {
          bytes += state.queue[count].cost
          count += 1
        }
      }
      let group = Array(state.queue.prefix(count))
      state.queue.removeFirst(count)
      state.pendingBytes -= bytes
      return (group, [])
    }
    for continuation in idle { continuation.resume() }
    return group
  }

  /// Ends all writing after a failed write, until the database has been opened anew.
  ///
  /// The failed one may have left part of a record in LevelDB's log. At the log's end that is harmless: it is left out
  /// when the store is next opened. But were another write to succeed after it, say because the disk has room again,
  /// what follows the damage could not be read back.
  func fail(_ error: StoreError) {
    let isFirst = state.withLock { state in
      defer { state.failure = state.failure ?? error }
      return state.failure == nil
    }
    if isFirst { onFailure(error) }
  }

  /// Takes requests again: the database was opened anew.
  func resume() { state.withLock { $0.failure = nil } }

  /// Why requests are refused at present.
  var failure: StoreError? { state.withLock { $0.failure } }

  private func commit(_ group: [Request]) {
    do throws(StoreError) {
      if let failure = state.withLock({ $0.failure }) { throw failure }
      let (answers, failure) = try gate.read { engine throws(StoreError) in
        let target = try begin(engine)
        var transaction = Transaction(target, hash: hash, sealing: sealing, writer: identity)
        let answers = group.map { $0.prepare(&transaction) }
        guard !transaction.isEmpty else {
          target.abandon()
          return (answers, StoreError?.none)
        }
        do throws(StoreError) {
          try transaction.commit()
          if let number = transaction.feedNumber { acknowledged.add(number) }
          syncs.add(1, ordering: .relaxed)
          changes.add(UInt64(group.count), ordering: .relaxed)
          return (answers, nil)
        } catch {
          fail(error)
          return (answers, error)
        }
      }
      for answer in answers { answer(failure) }
    } catch {
      for request in group { request.refuse(error) }
    }
  }

  private func begin(_ engine: any RecordEngine) throws(StoreError) -> any EngineTransaction {
    do throws(StoreError) { return try engine.begin() } catch {
      fail(error)
      throw error
    }
  }

  /// Takes no more requests and returns when those taken are answered.
  func close() async {
    await withCheckedContinuation { continuation in
      let isIdle = state.withLock { state in
        state.isClosed = true
        if state.isDraining { state.whenIdle.append(continuation) }
        return !state.isDraining
      }
      if isIdle { continuation.resume() }
    }
  }
}
