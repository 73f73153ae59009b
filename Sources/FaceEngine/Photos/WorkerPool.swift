internal import DequeModule
internal import FaceTypes
internal import Foundation
internal import Synchronization

/// A fixed number of threads for work that computes for milliseconds, so that Swift's cooperative threads stay free
/// to move requests about.
///
/// The queue is bounded in pieces and in bytes: what does not fit is refused, which keeps the memory that waiting
/// photographs take within a limit and tells clients to slow down. A piece whose task is cancelled leaves the queue at
/// once, and one whose deadline would pass before its turn is not let in.
///
/// What goes on with a call that was let in (`finish`, and work that is shared, see `SharedWork`) goes before new pieces and is
/// never refused: it is bounded by the pieces that were let in.
package final class WorkerPool: Sendable {
  package struct Limits: Sendable {
    /// Pieces that may wait.
    package var waiting: Int
    /// Bytes of photographs that may wait. One piece that finds nothing waiting is taken whatever its size.
    package var bytes: Int

    package init(waiting: Int, bytes: Int = .max) {
      self.waiting = waiting
      self.bytes = bytes
    }
  }

  private struct State {
    /// In the order in which they came; those that left before their turn are not in `pieces` any more.
    var order: Deque<UInt64> = []
    var pieces: [UInt64: Piece] = [:]
    var bytes = 0
    var nextNumber: UInt64 = 0
    var isStopped = false
    /// Goes on with calls that were let in.
    var begun: Deque<@Sendable () -> Void> = []
    /// What calls share; nil until somebody offers it.
    var shared: (any SharedWork)?
    /// Seconds that a piece takes with all that follows it, as a moving mean.
    var seconds = 0.0
    /// What followed pieces since the last one ended.
    var following = 0.0
  }

  private struct Piece {
    let bytes: Int
    let work: @Sendable () -> Void
    let leave: @Sendable () -> Void
  }

  private let state = Mutex(State())
  private let available = DispatchSemaphore(value: 0)
  private let limits: Limits
  let workers: Int

  package init(workers: Int, limits: Limits) {
    self.workers = workers
    self.limits = limits
    for number in 0..<workers {
      let thread = Thread { [self] in serve() }
      thread.name = "worker-\(number)"
      // JPEG decoding keeps large frames on the stack.
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  /// Pieces that wait for a worker.
  package var waitingCount: Int { state.withLock { $0.pieces.count } }

  var load: EngineLoad {
    let (waiting, bytes) = state.withLock { ($0.pieces.count, $0.bytes) }
    return EngineLoad(workers: workers, waiting: waiting, maximumWaiting: limits.waiting, waitingBytes: bytes)
  }

  /// Runs `body` on a worker and returns what it returned.
  ///
  /// - Parameters:
  ///   - bytes: what the piece holds in memory while it waits.
  ///   - leavesWhenCancelled: whether it is given up when its task is cancelled before its turn.
  /// - Throws: `BUSY` when too much is waiting or the request's deadline would pass before its turn, `CANCELLED`,
  ///   `STOPPING` after `stop()`, or what `body` throws.
  package func run<Value: Sendable>(
    bytes: Int = 0, leavesWhenCancelled: Bool = true, _ body: @escaping @Sendable () throws(EngineError) -> Value
  ) async throws(EngineError) -> Value {
    let deadline = RequestDeadline.current
    let flag = CancellationFlag()
    let number = state.withLock { state in
      state.nextNumber += 1
      return state.nextNumber
    }
    let result: Result<Value, EngineError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let piece = Piece(bytes: bytes) {
          continuation.resume(
            returning: CancellationFlag.$current.withValue(flag) {
              Result { () throws(EngineError) in try body() }
            })
        } leave: {
          continuation.resume(returning: .failure(CancellationFlag.error))
        }
        if let refusal = admit(piece, number, deadline, leavesWhenCancelled ? flag : nil) {
          continuation.resume(returning: .failure(refusal))
        } else {
          available.signal()
        }
      }
    } onCancel: {
      guard leavesWhenCancelled else { return }
      flag.raise()
      withdraw(number)
    }
    return try result.get()
  }

  /// The same for work that goes among the photographs: where there is no place, it waits and asks again.
  ///
  /// - Throws: `BUSY` only where the task was cancelled meanwhile, `CANCELLED`, `STOPPING`, or what `body` throws.
  func runWhenFree<Value: Sendable>(
    leavesWhenCancelled: Bool = true, _ body: @escaping @Sendable () throws(EngineError) -> Value
  ) async throws(EngineError) -> Value {
    while true {
      do throws(EngineError) {
        return try await run(leavesWhenCancelled: leavesWhenCancelled, body)
      } catch {
        guard error.reason == .busy, !(leavesWhenCancelled && Task.isCancelled) else { throw error }
      }
      try? await Task.sleep(for: .milliseconds(50))
    }
  }

  /// Runs the rest of a call that was let in before.
  ///
  /// - Throws: `STOPPING` after `stop()`, or what `body` throws.
  package func finish<Value: Sendable>(
    _ body: @escaping @Sendable () throws(EngineError) -> Value
  ) async throws(EngineError) -> Value {
    let flag = CancellationFlag()
    let result: Result<Value, EngineError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let work: @Sendable () -> Void = {
          continuation.resume(
            returning: CancellationFlag.$current.withValue(flag) {
              Result { () throws(EngineError) in try body() }
            })
        }
        let isTaken = state.withLock { state in
          if !state.isStopped { state.begun.append(work) }
          return !state.isStopped
        }
        if isTaken { available.signal() } else { continuation.resume(returning: .failure(Self.stopping)) }
      }
    } onCancel: {
      flag.raise()
    }
    return try result.get()
  }

  /// Calls `add`, which gives something to shared work, and has a worker come for it.
  ///
  /// - Returns: `STOPPING` where the pool takes nothing any more; `add` was not called then.
  func offer(_ shared: any SharedWork, _ add: () -> Void) -> EngineError? {
    let isTaken = state.withLock { state in
      guard !state.isStopped else { return false }
      state.shared = shared
      add()
      return true
    }
    guard isTaken else { return Self.stopping }
    available.signal()
    return nil
  }

  private static let stopping = EngineError(
    .failedPrecondition, .stopping, "the daemon is shutting down; try again later")

  private func admit(
    _ piece: Piece, _ number: UInt64, _ deadline: ContinuousClock.Instant?, _ flag: CancellationFlag?
  ) -> EngineError? {
    state.withLock { state in
      if state.isStopped { return Self.stopping }
      // Raised under no lock of ours, but before `withdraw`, which waits for this one.
      if flag?.isRaised == true { return CancellationFlag.error }
      let wait = state.seconds * Double(state.pieces.count / workers + 1)
      if state.pieces.count >= limits.waiting {
        return Self.busy("\(limits.waiting) photographs are already waiting; send fewer at once", wait)
      }
      if state.bytes > 0, state.bytes + piece.bytes > limits.bytes {
        return Self.busy("\(state.bytes >> 20) MiB of photographs are already waiting; send fewer at once", wait)
      }
      if let deadline, .now + .seconds(Self.caution * wait) > deadline {
        return Self.busy("the call's deadline would pass before its turn; wait longer, or send fewer at once", wait)
      }
      state.pieces[number] = piece
      state.order.append(number)
      state.bytes += piece.bytes
      return nil
    }
  }

  /// What a wait is taken for, compared with what it was lately: what is let in and then comes too late is work for nobody.
  private static let caution = 1.3

  private static func busy(_ message: String, _ wait: Double) -> EngineError {
    var error = EngineError(.resourceExhausted, .busy, message)
    error.retryAfter = .seconds(max(0.05, wait))
    return error
  }

  /// Takes a piece out of the queue whose turn has not come.
  private func withdraw(_ number: UInt64) {
    let piece = state.withLock { state -> Piece? in
      guard let piece = state.pieces.removeValue(forKey: number) else { return nil }
      state.bytes -= piece.bytes
      // Numbers without a piece are skipped by the workers; they are cleared before they are many.
      if state.order.count > 2 * state.pieces.count + 1024 {
        let pieces = state.pieces
        state.order = Deque(state.order.filter { pieces[$0] != nil })
      }
      return piece
    }
    piece?.leave()
  }

  /// Lets the waiting work finish, then ends the threads.
  package func stop() {
    state.withLock { $0.isStopped = true }
    for _ in 0..<workers { available.signal() }
  }

  private enum Turn { case piece(@Sendable () -> Void), following(@Sendable () -> Void), nothing, end }

  private func serve() {
    while true {
      available.wait()
      switch nextTurn() {
      case .piece(let work): note(Self.seconds(of: work), isPiece: true)
      case .following(let work): note(Self.seconds(of: work), isPiece: false)
      // The piece that this signal was for has left the queue, or was taken together with others.
      case .nothing: continue
      case .end: return
      }
    }
  }

  /// Each signal stands for something that waits, and each turn takes at least one of what waits: so nothing is left
  /// behind.
  private func nextTurn() -> Turn {
    state.withLock { state in
      if let work = state.begun.popFirst() { return .following(work) }
      if let work = state.shared?.take(moreMayCome: !state.pieces.isEmpty) { return .following(work) }
      while let number = state.order.popFirst() {
        guard let piece = state.pieces.removeValue(forKey: number) else { continue }
        state.bytes -= piece.bytes
        return .piece(piece.work)
      }
      return state.isStopped ? .end : .nothing
    }
  }

  private static func seconds(of work: () -> Void) -> Double {
    let start = ContinuousClock.now
    work()
    let duration = (ContinuousClock.now - start).components
    return Double(duration.seconds) + Double(duration.attoseconds) / 1e18
  }

  private func note(_ seconds: Double, isPiece: Bool) {
    state.withLock { state in
      guard isPiece else { return state.following += seconds }
      let all = seconds + state.following
      state.following = 0
      state.seconds = state.seconds == 0 ? all : 0.9 * state.seconds + 0.1 * all
    }
  }
}

/// Work of several calls that is done together, by whichever worker comes.
package protocol SharedWork: AnyObject, Sendable {
  /// What is to be done now; nil where nothing waits, or where it is better to wait for more.
  ///
  /// Called under the pool's lock: it must neither block nor call the pool.
  /// - Parameter moreMayCome: pieces wait whose turn would come now otherwise. Where none do, waiting gains nothing.
  func take(moreMayCome: Bool) -> (@Sendable () -> Void)?
}
