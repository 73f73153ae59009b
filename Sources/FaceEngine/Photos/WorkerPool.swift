internal import DequeModule
internal import Foundation
internal import Synchronization

/// A fixed number of threads for work that computes for milliseconds, so that Swift's cooperative threads stay free
/// to move requests about.
///
/// The queue is bounded in pieces and in bytes: what does not fit is refused, which keeps the memory that waiting
/// photographs take within a limit and tells clients to slow down. A piece whose task is cancelled leaves the queue at
/// once, and one whose deadline would pass before its turn is not let in.
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
    /// Seconds that a piece takes, as a moving mean.
    var seconds = 0.0
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

  private func admit(
    _ piece: Piece, _ number: UInt64, _ deadline: ContinuousClock.Instant?, _ flag: CancellationFlag?
  ) -> EngineError? {
    state.withLock { state in
      if state.isStopped {
        return EngineError(.failedPrecondition, "STOPPING", "the daemon is shutting down; try again later")
      }
      // Raised under no lock of ours, but before `withdraw`, which waits for this one.
      if flag?.isRaised == true { return CancellationFlag.error }
      let wait = state.seconds * Double(state.pieces.count / workers + 1)
      if state.pieces.count >= limits.waiting {
        return Self.busy("\(limits.waiting) photographs are waiting already; send fewer at once", wait)
      }
      if state.bytes > 0, state.bytes + piece.bytes > limits.bytes {
        return Self.busy("\(state.bytes >> 20) MiB of photographs are waiting already; send fewer at once", wait)
      }
      if let deadline, .now + .seconds(wait) > deadline {
        return Self.busy("the call's deadline would pass before its turn; wait longer, or send fewer at once", wait)
      }
      state.pieces[number] = piece
      state.order.append(number)
      state.bytes += piece.bytes
      return nil
    }
  }

  private static func busy(_ message: String, _ wait: Double) -> EngineError {
    var error = EngineError(.resourceExhausted, "BUSY", message)
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

  private enum Turn { case work(@Sendable () -> Void), nothing, end }

  private func serve() {
    while true {
      available.wait()
      switch nextTurn() {
      case .work(let work):
        let start = ContinuousClock.now
        work()
        note(ContinuousClock.now - start)
      // The piece that this signal was for has left the queue.
      case .nothing: continue
      case .end: return
      }
    }
  }

  private func nextTurn() -> Turn {
    state.withLock { state in
      while let number = state.order.popFirst() {
        guard let piece = state.pieces.removeValue(forKey: number) else { continue }
        state.bytes -= piece.bytes
        return .work(piece.work)
      }
      return state.isStopped ? .end : .nothing
    }
  }

  private func note(_ duration: Duration) {
    let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    state.withLock { $0.seconds = $0.seconds == 0 ? seconds : 0.9 * $0.seconds + 0.1 * seconds }
  }
}
