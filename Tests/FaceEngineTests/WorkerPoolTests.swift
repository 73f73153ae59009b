import FaceEngine
import Foundation
import Synchronization
import Testing

@Suite struct WorkerPoolTests {
  @Test func everyPieceRunsOnceAndAnswers() async throws {
    let pool = WorkerPool(workers: 3, maximumWaiting: 1000)
    let answers = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<500 { group.addTask { try await pool.run { () throws(EngineError) in number * 2 } } }
      return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
    }
    #expect(answers == Set((0..<500).map { $0 * 2 }))
    pool.stop()
  }

  @Test func errorsReachTheCaller() async {
    let pool = WorkerPool(workers: 1, maximumWaiting: 8)
    await #expect(throws: EngineError(.notFound, "X", "x")) {
      try await pool.run { () throws(EngineError) in throw EngineError(.notFound, "X", "x") }
    }
    pool.stop()
  }

  @Test(.timeLimit(.minutes(5))) func tooMuchWaitingIsRefused() async throws {
    let pool = WorkerPool(workers: 1, maximumWaiting: 2)
    let release = DispatchSemaphore(value: 0)
    let started = AsyncStream.makeStream(of: Void.self)
    let blocker = Task {
      try await pool.run { () throws(EngineError) in
        started.continuation.yield()
        release.wait()
      }
    }
    var iterator = started.stream.makeAsyncIterator()
    await iterator.next()
    let waiting = (0..<2).map { _ in Task { try await pool.run { () throws(EngineError) in } } }
    // Both waiters have to be in the queue before a third can be refused.
    while pool.waitingCount < 2 { await Task.yield() }
    await #expect(throws: EngineError.self) { try await pool.run { () throws(EngineError) in } }
    release.signal()
    try await blocker.value
    for task in waiting { try await task.value }
    pool.stop()
  }

  @Test func afterStopNothingIsTaken() async {
    let pool = WorkerPool(workers: 2, maximumWaiting: 8)
    pool.stop()
    await #expect(throws: EngineError.self) { try await pool.run { () throws(EngineError) in } }
  }
}
