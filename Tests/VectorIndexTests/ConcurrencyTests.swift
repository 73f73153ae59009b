import Synchronization
import Testing
import VectorIndex

@Suite("Writers and readers at once")
struct ConcurrencyTests {
  private static let dimension = 16

  private final class Progress: Sendable {
    let finished = Atomic(false)
    let searches = Atomic(0)
  }

  @Test(
    "What was added before a search began is found, what was removed before is not, across trainings",
    .timeLimit(.minutes(5)))
  func visibility() async throws {
    let index = VectorIndex(dimension: Self.dimension, options: IndexOptions(exactBelow: 400))
    let progress = Progress()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<2 as Range<UInt64> {
        group.addTask {
          defer { if writer == 0 { progress.finished.store(true, ordering: .releasing) } }
          try Self.write(index, writer)
        }
      }
      group.addTask {
        var generator = Vectors(seed: 77)
        repeat {
          let query = generator.unit(Self.dimension)
          for result in [try index.search(query, count: 8), try index.searchExact(query, count: 8)] {
            let ids = result.matches.map(\.id)
            #expect(Set(ids).count == ids.count, "one id twice in an answer")
            let distances = result.matches.map(\.squaredDistance)
            #expect(distances == distances.sorted())
          }
          progress.searches.add(1, ordering: .relaxed)
        } while !progress.finished.load(ordering: .acquiring)
      }
      group.addTask {
        repeat { index.retrain() } while !progress.finished.load(ordering: .acquiring)
      }
      try await group.waitForAll()
    }
    #expect(progress.searches.load(ordering: .relaxed) > 0)
    index.waitForTraining()
    #expect(index.checkInvariants() == [])
    #expect(index.count == 2 * 900)
  }

  /// Adds and removes vectors that only this writer touches, and looks for each right afterwards.
  private static func write(_ index: VectorIndex, _ writer: UInt64) throws {
    var generator = Vectors(seed: 100 + writer)
    var own: [(id: UInt64, vector: [Float])] = []
    for i in 0..<1_500 as Range<UInt64> {
      let entry = (id: i * 2 + writer, vector: generator.unit(dimension))
      try index.add(entry.id, entry.vector)
      own.append(entry)
      let found = try index.searchExact(entry.vector, count: 1).matches
      #expect(found.first?.id == entry.id)
      if i % 5 < 2 {
        let gone = own.remove(at: Int.random(in: own.indices, using: &generator))
        #expect(index.remove(gone.id))
        for result in [try index.search(gone.vector, count: 3), try index.searchExact(gone.vector, count: 3)] {
          #expect(!result.matches.contains { $0.id == gone.id })
        }
      }
    }
  }
}
