import Testing
import VectorIndex

@Suite("Random operations against a dictionary")
struct RandomOperationTests {
  @Test("Whatever is done, the index holds what the dictionary holds", arguments: [1, 2, 3] as [UInt64])
  func operations(seed: UInt64) throws {
    let dimension = 24
    var generator = Vectors(seed: seed)
    let index = VectorIndex(dimension: dimension, options: IndexOptions(exactBelow: 300, seed: seed))
    var model: [UInt64: [Float]] = [:]
    for step in 0..<6_000 {
      let id = UInt64.random(in: 0..<2_500, using: &generator)
      // Mostly adding at first, mostly removing later, so that lists come, grow, are swept and go.
      let adding = Int.random(in: 0..<10, using: &generator) < (step < 3_500 ? 8 : 2)
      if adding, model[id] == nil {
        let vector = generator.unit(dimension)
        try index.add(id, vector)
        model[id] = vector
      } else {
        #expect(index.remove(id) == (model.removeValue(forKey: id) != nil))
      }
      if step % 1_000 == 999 { index.retrain() }
      if step % 97 == 0 { try compare(index, model, generator.unit(dimension)) }
      if step % 500 == 0 { #expect(index.checkInvariants() == []) }
    }
    index.waitForTraining()
    #expect(index.checkInvariants() == [])
    #expect(index.statistics.trainings > 6)
    for (id, vector) in model {
      let found = try #require(index.searchExact(vector, count: 1).matches.first)
      #expect(found.id == id && found.squaredDistance < 1e-6)
    }
  }

  private func compare(_ index: VectorIndex, _ model: [UInt64: [Float]], _ query: [Float]) throws {
    #expect(index.count == model.count)
    let matches = try index.searchExact(query, count: 7).matches
    let distances = model.mapValues { vector in
      zip(query, vector).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
    }
    let expected = distances.values.sorted().prefix(7)
    #expect(matches.count == expected.count)
    for (match, distance) in zip(matches, expected) {
      #expect(abs(Double(match.squaredDistance) - distance) < Vectors.slack(24))
      #expect(distances[match.id] != nil)
    }
    let some = try index.search(query, count: 7).matches
    #expect(some.count == expected.count && some.allSatisfy { distances[$0.id] != nil })
  }

  @Test("Memory of removed vectors is given back")
  func sweeping() throws {
    var generator = Vectors(seed: 9)
    let index = VectorIndex(dimension: 32)
    for round in 0..<40 as Range<UInt64> {
      let ids = Array(round * 1_000..<(round + 1) * 1_000)
      try index.add(contentsOf: ids, vectors: ids.flatMap { _ in generator.unit(32) })
      if round > 0 { for id in (round - 1) * 1_000..<round * 1_000 { #expect(index.remove(id)) } }
    }
    index.waitForTraining()
    #expect(index.count == 1_000)
    #expect(index.statistics.removed < 4_000)
    #expect(index.checkInvariants() == [])
  }
}
