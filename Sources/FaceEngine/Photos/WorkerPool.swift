internal import DequeModule
internal import Foundation
internal import Synchronization

/// A fixed number of threads for work that computes for milliseconds, so that Swift's cooperative threads stay free
/// to move requests about.
///
/// The queue is bounded: more than `maximumWaiting` waiting pieces are refused, which keeps the memory that waiting
/// photographs take within a limit and tells clients to slow down.
package final class WorkerPool: Sendable {
  private struct Piece {
    let number: UInt64
    let work: @Sendable () -> Void
    /// Called in place of `work` when nobody waits for it any more.
    let abandon: @Sendable () -> Void
  }

  private struct State {
    var waiting: Deque<Piece> = []
    var lastNumber: UInt64 = 0
    var isStopped = false
  }

  private let state = Mutex(State())
  private let available = DispatchSemaphore(value: 0)
  private let maximumWaiting: Int
  let workers: Int

  package init(workers: Int, maximumWaiting: Int) {
    self.workers = workers
    self.maximumWaiting = maximumWaiting
    for number in 0..<workers {
      let thread = Thread { [self] in serve() }
      thread.name = "worker-\(number)"
      // dlib's detector and JPEG decoding keep large frames on the stack.
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  /// Pieces that wait for a worker.
  package var waitingCount: Int { state.withLock { $0.waiting.count } }

  /// Runs `body` on a worker and returns what it returned. When the calling task is cancelled, because its client went
  /// away or its deadline has passed, a body that has not begun leaves the queue.
  /// - Throws: `BUSY` when too much is waiting, `STOPPING` after `stop()`, `CANCELLED`, or what `body` throws.
  package func run<Value: Sendable>(
    _ body: @escaping @Sendable () throws(EngineError) -> Value
  ) async throws(EngineError) -> Value {
    let number = state.withLock { state in
      state.lastNumber += 1
      return state.lastNumber
    }
    let result: Result<Value, EngineError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let piece = Piece(number: number) {
          do throws(EngineError) {
            continuation.resume(returning: .success(try body()))
          } catch {
            continuation.resume(returning: .failure(error))
          }
        } abandon: {
          continuation.resume(returning: .failure(Self.cancelled))
        }
        if let refusal = enqueue(piece) { continuation.resume(returning: .failure(refusal)) }
      }
    } onCancel: {
      abandon(number)
    }
    return try result.get()
  }

  private static let cancelled = EngineError(
    .cancelled, "CANCELLED", "the call was cancelled, or its deadline passed, before a worker was free")

  /// The reason why the piece was not taken; nil when it was.
  private func enqueue(_ piece: Piece) -> EngineError? {
    let refusal = state.withLock { state -> EngineError? in
      // The cancellation may have come before there was anything to take out of the queue.
      if Task.isCancelled { return Self.cancelled }
      if state.isStopped {
        return EngineError(.failedPrecondition, "STOPPING", "the daemon is shutting down; try again later")
      }
      if state.waiting.count >= maximumWaiting {
        return EngineError(
          .resourceExhausted, "BUSY", "\(maximumWaiting) photographs are waiting already; send fewer at once")
      }
      state.waiting.append(piece)
      return nil
    }
    if refusal == nil { available.signal() }
    return refusal
  }

  private func abandon(_ number: UInt64) {
    let piece = state.withLock { state -> Piece? in
      guard let index = state.waiting.firstIndex(where: { $0.number == number }) else { return nil }
      return state.waiting.remove(at: index)
    }
    piece?.abandon()
  }

  /// Lets the waiting work finish, then ends the threads.
  package func stop() {
    state.withLock { $0.isStopped = true }
    for _ in 0..<workers { available.signal() }
  }

  private func serve() {
    while true {
      available.wait()
      let (piece, ends) = state.withLock { state in
        let piece = state.waiting.popFirst()
        return (piece, piece == nil && state.isStopped)
      }
      if ends { return }
      // A signal without work is of a piece that was abandoned.
      piece?.work()
    }
  }
}
