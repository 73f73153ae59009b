internal import DequeModule
internal import Foundation
internal import Synchronization

/// A fixed number of threads for work that computes for milliseconds, so that Swift's cooperative threads stay free
/// to move requests about.
///
/// The queue is bounded: more than `maximumWaiting` waiting pieces are refused, which keeps the memory that waiting
/// photographs take within a limit and tells clients to slow down.
package final class WorkerPool: Sendable {
  private struct State {
    var waiting: Deque<@Sendable () -> Void> = []
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

  /// Runs `body` on a worker and returns what it returned.
  /// - Throws: `BUSY` when too much is waiting, `STOPPING` after `stop()`, or what `body` throws.
  package func run<Value: Sendable>(
    _ body: @escaping @Sendable () throws(EngineError) -> Value
  ) async throws(EngineError) -> Value {
    let result: Result<Value, EngineError> = await withCheckedContinuation { continuation in
      let refusal = state.withLock { state -> EngineError? in
        if state.isStopped {
          return EngineError(.failedPrecondition, "STOPPING", "the daemon is shutting down; try again later")
        }
        if state.waiting.count >= maximumWaiting {
          return EngineError(
            .resourceExhausted, "BUSY", "\(maximumWaiting) photographs are waiting already; send fewer at once")
        }
        state.waiting.append {
          do throws(EngineError) {
            continuation.resume(returning: .success(try body()))
          } catch {
            continuation.resume(returning: .failure(error))
          }
        }
        return nil
      }
      if let refusal {
        continuation.resume(returning: .failure(refusal))
      } else {
        available.signal()
      }
    }
    return try result.get()
  }

  /// Lets the waiting work finish, then ends the threads.
  package func stop() {
    state.withLock { $0.isStopped = true }
    for _ in 0..<workers { available.signal() }
  }

  private func serve() {
    while true {
      available.wait()
      let work = state.withLock { $0.waiting.popFirst() }
      // A signal without work is stop()'s: every piece of work has a signal of its own.
      guard let work else { return }
      work()
    }
  }
}
