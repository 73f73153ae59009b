import FaceEngine
import FaceTypes
import Foundation
import Synchronization
import Testing

@Suite struct DecodedMemoryTests {
  @Test(.timeLimit(.minutes(5))) func noMoreThanTheLimitIsHeldAtATime() async throws {
    let memory = DecodedMemory(limit: 100)
    let pool = WorkerPool(workers: 6, limits: .init(waiting: 1000))
    let (held, most) = (Counter(), Counter())
    try await withThrowingTaskGroup { group in
      for _ in 0..<200 {
        group.addTask {
          try await pool.run { () throws(EngineError) in
            try memory.holding(40) { () throws(EngineError) in
              most.raise(to: held.add(40))
              usleep(200)
              _ = held.add(-40)
            }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(most.value == 80 && memory.usedBytes == 0)
    pool.stop()
  }

  @Test func oneIsLetInWhateverItsSize() throws {
    let memory = DecodedMemory(limit: 100)
    try memory.holding(5000) { () throws(EngineError) in #expect(memory.usedBytes == 5000) }
    #expect(memory.usedBytes == 0)
  }

  @Test(.timeLimit(.minutes(5))) func whoeverIsCancelledStopsWaiting() async throws {
    let memory = DecodedMemory(limit: 100)
    let pool = WorkerPool(workers: 2, limits: .init(waiting: 10))
    let release = DispatchSemaphore(value: 0)
    let holder = Task {
      try await pool.run { () throws(EngineError) in
        try memory.holding(80) { () throws(EngineError) in release.wait() }
      }
    }
    while memory.usedBytes == 0 { await Task.yield() }
    let waiter = Task {
      try await pool.run { () throws(EngineError) in try memory.holding(80) { () throws(EngineError) in } }
    }
    while pool.waitingCount > 0 { await Task.yield() }
    waiter.cancel()
    let error = await #expect(throws: EngineError.self) { try await waiter.value }
    #expect(error?.reason == .cancelled)
    release.signal()
    try await holder.value
    pool.stop()
  }
}

private final class Counter: Sendable {
  private let count = Mutex(0)
  var value: Int { count.withLock { $0 } }
  func add(_ number: Int) -> Int {
    count.withLock {
      $0 += number
      return $0
    }
  }
  func raise(to number: Int) { count.withLock { $0 = max($0, number) } }
}
