import FaceEngine
import FaceTypes
import Foundation
import Synchronization
import Testing

@Suite struct WorkerPoolTests {
  @Test func everyPieceRunsOnceAndAnswers() async throws {
    let pool = WorkerPool(workers: 3, limits: .init(waiting: 1000))
    let answers = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<500 { group.addTask { try await pool.run { () throws(EngineError) in number * 2 } } }
      return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
    }
    #expect(answers == Set((0..<500).map { $0 * 2 }))
    pool.stop()
  }

  @Test func errorsReachTheCaller() async {
    let pool = WorkerPool(workers: 1, limits: .init(waiting: 8))
    await #expect(throws: EngineError(.notFound, .notFound, "x")) {
      try await pool.run { () throws(EngineError) in throw EngineError(.notFound, .notFound, "x") }
    }
    pool.stop()
  }

  @Test(.timeLimit(.minutes(5))) func tooMuchWaitingIsRefused() async throws {
    let pool = WorkerPool(workers: 1, limits: .init(waiting: 2))
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
    let pool = WorkerPool(workers: 2, limits: .init(waiting: 8))
    pool.stop()
    await #expect(throws: EngineError.self) { try await pool.run { () throws(EngineError) in } }
  }

  /// A pool of one worker that is held until the semaphore is signalled.
  private func heldPool(_ limits: WorkerPool.Limits) async -> (WorkerPool, DispatchSemaphore, Task<Void, any Error>) {
    let pool = WorkerPool(workers: 1, limits: limits)
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
    return (pool, release, blocker)
  }

  @Test(.timeLimit(.minutes(5))) func whatNobodyWaitsForLeavesTheQueue() async throws {
    let (pool, release, blocker) = await heldPool(.init(waiting: 4))
    let ran = Count()
    let dead = (0..<4).map { _ in
      Task { try await pool.run { () throws(EngineError) in ran.increment() } }
    }
    while pool.waitingCount < 4 { await Task.yield() }
    for task in dead { task.cancel() }
    for task in dead {
      await #expect(throws: EngineError(.cancelled, .cancelled, CancellationMessage.text)) { try await task.value }
    }
    // They are gone though the worker is still held, and their places are free.
    #expect(pool.waitingCount == 0)
    let live = Task { try await pool.run { () throws(EngineError) in 7 } }
    while pool.waitingCount < 1 { await Task.yield() }
    release.signal()
    #expect(try await live.value == 7)
    #expect(ran.value == 0, "dead work was computed")
    try await blocker.value
    pool.stop()
  }

  @Test(.timeLimit(.minutes(5))) func aDeadlineThatWouldPassIsRefusedAtOnce() async throws {
    let (pool, release, blocker) = await heldPool(.init(waiting: 100))
    release.signal()
    try await blocker.value
    // Pieces take long now, as far as the pool knows: it has seen one of half a second.
    try await pool.run { () throws(EngineError) in _ = usleep(500_000) }
    let error = await #expect(throws: EngineError.self) {
      try await RequestDeadline.$current.withValue(.now + .milliseconds(5)) {
        try await pool.run { () throws(EngineError) in }
      }
    }
    #expect(error?.reason == .busy && error?.retryAfter != nil)
    try await RequestDeadline.$current.withValue(.now + .seconds(60)) {
      try await pool.run { () throws(EngineError) in }
    }
    pool.stop()
  }

  @Test(.timeLimit(.minutes(5))) func bytesAreBoundedToo() async throws {
    let (pool, release, blocker) = await heldPool(.init(waiting: 100, bytes: 1000))
    let large = Task { try await pool.run(bytes: 5000) { () throws(EngineError) in } }
    while pool.waitingCount < 1 { await Task.yield() }
    let error = await #expect(throws: EngineError.self) { try await pool.run(bytes: 1) { () throws(EngineError) in } }
    #expect(error?.reason == .busy)
    release.signal()
    try await large.value
    try await blocker.value
    pool.stop()
  }
}

private final class Count: Sendable {
  private let count = Atomic<Int>(0)
  var value: Int { count.load(ordering: .relaxed) }
  func increment() { count.add(1, ordering: .relaxed) }
}

private enum CancellationMessage {
  static let text = "the call was cancelled, or its deadline has passed"
}
