import FaceEngine
import FaceTypes
import Foundation
import Synchronization
import Testing

/// What calls have computed together.
@Suite struct MicroBatchTests {
  private final class Key: Sendable {}

  /// Doubles numbers and notes how many came together; 13 cannot be doubled.
  private final class Doubling: Sendable {
    private let sizes = Sizes()
    let batches: MicroBatches<Key, Int, Int>

    init(_ pool: WorkerPool, size: Int, wait: Duration) {
      batches = MicroBatches(pool, limits: .init(size: size, wait: wait)) {
        [sizes] _, numbers throws(EngineError) in
        if numbers.contains(13) { throw EngineError(.invalidArgument, .invalidArgument, "thirteen") }
        sizes.all.withLock { $0.append(numbers.count) }
        return numbers.map { $0 * 2 }
      }
    }

    /// Of the batches, in their order.
    var batchSizes: [Int] { sizes.all.withLock { $0 } }

    private final class Sizes: Sendable {
      let all = Mutex<[Int]>([])
    }
  }

  /// One worker, held until the semaphore is signalled.
  private func heldPool() async -> (WorkerPool, DispatchSemaphore) {
    let pool = WorkerPool(workers: 1, limits: .init(waiting: 100))
    let release = DispatchSemaphore(value: 0)
    let started = AsyncStream.makeStream(of: Void.self)
    Task {
      try await pool.run { () throws(EngineError) in
        started.continuation.yield()
        release.wait()
      }
    }
    var iterator = started.stream.makeAsyncIterator()
    await iterator.next()
    return (pool, release)
  }

  @Test(.timeLimit(.minutes(5))) func whatWaitsIsComputedTogetherUpToTheSize() async throws {
    let (pool, release) = await heldPool()
    let doubling = Doubling(pool, size: 4, wait: .seconds(3600))
    let (batches, key) = (doubling.batches, Key())
    let answers = (0..<10).map { number in Task { try await batches.output(of: number, key) } }
    while batches.waitingCount < 10 { await Task.yield() }
    release.signal()
    for (number, answer) in answers.enumerated() { #expect(try await answer.value == 2 * number) }
    #expect(doubling.batchSizes == [4, 4, 2])
    pool.stop()
  }

  @Test(.timeLimit(.minutes(5))) func newPiecesGoFirstUntilABatchIsFull() async throws {
    let (pool, release) = await heldPool()
    let doubling = Doubling(pool, size: 2, wait: .seconds(3600))
    let (batches, key) = (doubling.batches, Key())
    let first = Task { try await batches.output(of: 1, key) }
    while batches.waitingCount < 1 { await Task.yield() }
    // The piece sees that the first input still waits, and gives the batch what it lacks.
    let waitedWhenThePieceRan = Task {
      let waiting = try await pool.run { () throws(EngineError) in batches.waitingCount }
      #expect(try await batches.output(of: 2, key) == 4)
      return waiting
    }
    while pool.waitingCount < 1 { await Task.yield() }
    release.signal()
    #expect(try await waitedWhenThePieceRan.value == 1)
    #expect(try await first.value == 2)
    pool.stop()
  }

  @Test(.timeLimit(.minutes(5))) func aloneNobodyWaits() async throws {
    let pool = WorkerPool(workers: 2, limits: .init(waiting: 100))
    let doubling = Doubling(pool, size: 32, wait: .seconds(3600))
    #expect(try await doubling.batches.output(of: 21, Key()) == 42)
    pool.stop()
  }

  @Test(.timeLimit(.minutes(5))) func keysAreNotMixedAndHeavyInputsGoAlone() async throws {
    let (pool, release) = await heldPool()
    let doubling = Doubling(pool, size: 4, wait: .seconds(3600))
    let (batches, keys) = (doubling.batches, [Key(), Key()])
    var answers: [Task<Int, any Error>] = []
    for (number, key) in [0, 0, 1, 1, 1].enumerated() {
      answers.append(Task { try await batches.output(of: number, weight: key == 1 ? 3 : 1, keys[key]) })
      while batches.waitingCount <= number { await Task.yield() }
    }
    release.signal()
    for (number, answer) in answers.enumerated() { #expect(try await answer.value == 2 * number) }
    #expect(doubling.batchSizes == [2, 1, 1, 1])
    pool.stop()
  }

  @Test(.timeLimit(.minutes(5))) func oneBadInputFailsAlone() async throws {
    let (pool, release) = await heldPool()
    let doubling = Doubling(pool, size: 8, wait: .zero)
    let (batches, key) = (doubling.batches, Key())
    let answers = [12, 13, 14].map { number in Task { try await batches.output(of: number, key) } }
    while batches.waitingCount < 3 { await Task.yield() }
    release.signal()
    #expect(try await answers[0].value == 24)
    await #expect(throws: EngineError(.invalidArgument, .invalidArgument, "thirteen")) { try await answers[1].value }
    #expect(try await answers[2].value == 28)
    pool.stop()
  }

  @Test(.timeLimit(.minutes(5))) func whatIsCancelledLeavesAtOnce() async throws {
    let (pool, release) = await heldPool()
    let doubling = Doubling(pool, size: 8, wait: .zero)
    let (batches, key) = (doubling.batches, Key())
    let dead = Task { try await batches.output(of: 1, key) }
    while batches.waitingCount < 1 { await Task.yield() }
    dead.cancel()
    await #expect(throws: EngineError.self) { try await dead.value }
    #expect(batches.waitingCount == 0)
    release.signal()
    #expect(try await batches.output(of: 2, key) == 4)
    #expect(doubling.batchSizes == [1])
    pool.stop()
  }

  @Test func afterStopNothingIsTaken() async {
    let pool = WorkerPool(workers: 1, limits: .init(waiting: 8))
    let doubling = Doubling(pool, size: 8, wait: .zero)
    pool.stop()
    let error = await #expect(throws: EngineError.self) { try await doubling.batches.output(of: 1, Key()) }
    #expect(error?.reason == .stopping)
    let second = await #expect(throws: EngineError.self) { try await pool.finish { () throws(EngineError) in } }
    #expect(second?.reason == .stopping)
  }
}
