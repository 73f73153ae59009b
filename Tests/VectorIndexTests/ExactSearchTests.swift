import Testing
import VectorIndex

@Suite("Exact search")
struct ExactSearchTests {
  @Test("The nearest are those of a plain sort", arguments: [1, 3, 16, 100, 128, 129])
  func againstSort(dimension: Int) throws {
    var generator = Vectors(seed: UInt64(dimension))
    let vectors = (0..<700).map { _ in generator.unit(dimension) }
    let index = VectorIndex(dimension: dimension)
    for (i, vector) in vectors.enumerated() { try index.add(UInt64(i), vector) }
    for _ in 0..<20 {
      let query = generator.unit(dimension)
      let result = try index.search(query, count: 10)
      let distances = vectors.map { vector in
        zip(query, vector).reduce(0.0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
      }
      let expected = distances.sorted().prefix(10)
      #expect(result.mode == .exact)
      #expect(result.matches.count == 10)
      for (match, distance) in zip(result.matches, expected) {
        #expect(abs(Double(match.squaredDistance) - distance) < Vectors.slack(dimension))
        #expect(abs(distances[Int(match.id)] - Double(match.squaredDistance)) < Vectors.slack(dimension))
      }
      #expect(zip(result.matches, result.matches.dropFirst()).allSatisfy { $0.squaredDistance <= $1.squaredDistance })
    }
  }

  @Test(
    "Ruling out by codes changes no bit of the answer, with lists and without, after removals, ties included",
    arguments: [(5, false), (64, false), (64, true), (129, true)])
  func codes(dimension: Int, hasLists: Bool) throws {
    var generator = Vectors(seed: UInt64(dimension) + 40)
    var vectors = generator.clustered(5_000, dimension: dimension)
    // Some vectors several times, and the axes, which codes made for vectors in all directions fit worst.
    for i in 0..<200 { vectors[4_000 + i] = vectors[i % 20] }
    for i in 0..<min(40, dimension) { vectors[4_500 + i] = (0..<dimension).map { $0 == i ? 1 : 0 } }
    let index = VectorIndex(dimension: dimension, options: IndexOptions(exactBelow: hasLists ? 3_000 : .max))
    try index.add(contentsOf: Array(0..<5_000), vectors: vectors.flatMap(\.self))
    index.waitForTraining()
    for id in stride(from: 0, to: 5_000 as UInt64, by: 3) { index.remove(id) }
    let left = vectors.indices.filter { $0 % 3 != 0 }
    #expect((index.statistics.lists > 0) == hasLists)
    for round in 0..<30 {
      let query = round < 15 ? generator.unit(dimension) : generator.near(vectors[4_480 + round], spread: 0.1)
      // All of them: no code rules out any.
      let all = try index.searchExact(query, count: left.count).matches
      #expect(Set(all.map(\.id)) == Set(left.map(UInt64.init)))
      #expect(zip(all, all.dropFirst()).allSatisfy { ($0.squaredDistance, $0.id) < ($1.squaredDistance, $1.id) })
      for match in all {
        let kept = try #require(index.vector(match.id))
        #expect(abs(match.squaredDistance - Vectors.squaredL2(query, kept)) < 1e-5)
      }
      for k in [1, 10, 300] {
        let found = try index.searchExact(query, count: k)
        #expect(found.matches == Array(all.prefix(k)))
        #expect(found.mode == .exact && found.isCertified)
      }
    }
  }

  @Test(
    "A vector is kept within the bound, and one in no special direction much closer",
    arguments: [2, 16, 128, 129, 512])
  func rounding(dimension: Int) throws {
    var generator = Vectors(seed: UInt64(dimension) + 60)
    let axes = (0..<min(40, dimension)).map { axis in (0..<dimension).map { $0 == axis ? Float(1) : 0 } }
    let vectors = (0..<300).map { _ in generator.unit(dimension) } + axes
    let index = VectorIndex(dimension: dimension)
    for (i, vector) in vectors.enumerated() { try index.add(UInt64(i), vector) }
    for (i, vector) in vectors.enumerated() {
      let kept = try #require(index.vector(UInt64(i)))
      let error = Vectors.squaredL2(vector, kept).squareRoot()
      #expect(error <= VectorIndex.rounding(dimension: dimension))
      if dimension >= 16 { #expect(error < 1.5e-4) }
      // The very same vector is found at next to no distance.
      let found = try #require(index.searchExact(vector, count: 1).matches.first)
      #expect(found.id == UInt64(i) && found.squaredDistance < 1e-6)
    }
    #expect(index.vector(1_000) == nil)
  }

  @Test("Equal distances come in the order of ids, whatever the order of adding")
  func ties() throws {
    let index = VectorIndex(dimension: 2)
    for id in [9, 4, 7, 1, 8, 2] as [UInt64] { try index.add(id, [1, 0]) }
    try index.add(5, [0, 1])
    let result = try index.search([1, 0], count: 4)
    #expect(result.matches.map(\.id) == [1, 2, 4, 7])
    #expect(Set(result.matches.map(\.squaredDistance)).count == 1)
    #expect(result.matches[0].squaredDistance < 1e-6)
  }

  @Test("An empty index answers with nothing, a small one with all it has")
  func few() throws {
    let index = VectorIndex(dimension: 3)
    #expect(try index.search([1, 0, 0], count: 5).matches.isEmpty)
    try index.add(1, [1, 0, 0])
    try index.add(2, [0, 1, 0])
    #expect(try index.search([0, 1, 0], count: 1_000_000_000).matches.map(\.id) == [2, 1])
    #expect(index.remove(1))
    #expect(!index.remove(1))
    #expect(index.remove(2))
    #expect(index.count == 0)
    #expect(try index.search([1, 0, 0], count: 5).matches.isEmpty)
  }

  @Test("Filters act on ids")
  func filters() throws {
    let index = VectorIndex(dimension: 2)
    for id in 0..<100 as Range<UInt64> { try index.add(id, [1, 0]) }
    #expect(try index.search([1, 0], count: 3, filter: .only([70, 50, 1000])).matches.map(\.id) == [50, 70])
    #expect(try index.search([1, 0], count: 2, filter: .excluding([0, 2])).matches.map(\.id) == [1, 3])
    #expect(try index.search([1, 0], count: 2, filter: .only([])).matches.isEmpty)
  }
}

@Suite("What the index refuses")
struct RefusalTests {
  private func code(_ body: () throws -> Void) -> IndexError.Code? {
    do { try body() } catch let error as IndexError { return error.code } catch {}
    return nil
  }

  @Test("Vectors and queries that are none of the index's")
  func vectors() throws {
    let index = VectorIndex(dimension: 3)
    try index.add(1, [1, 0, 0])
    let bad: [([Float], IndexError.Code)] = [
      ([1, 0], .wrongDimension), ([1, 0, 0, 0], .wrongDimension), ([], .wrongDimension), ([0, .nan, 1], .notFinite),
      ([.infinity, 0, 0], .notFinite), ([0, 0, 0], .notUnit), ([1, 1, 0], .notUnit), ([0.99, 0, 0], .notUnit),
    ]
    for (vector, expected) in bad {
      #expect(code { try index.add(2, vector) } == expected)
      #expect(code { _ = try index.search(vector, count: 1) } == expected)
      #expect(code { _ = try index.searchExact(vector, count: 1) } == expected)
    }
    #expect(code { _ = try index.search([1, 0, 0], count: 0) } == .invalidCount)
    #expect(code { _ = try index.search([1, 0, 0], count: -1) } == .invalidCount)
    #expect(index.count == 1)
    #expect(index.checkInvariants() == [])
  }

  @Test("An id twice; and a bulk with one bad vector adds nothing")
  func bulk() throws {
    let index = VectorIndex(dimension: 2)
    try index.add(contentsOf: [(id: 1, vector: [1, 0]), (id: 2, vector: [0, 1])])
    #expect(code { try index.add(1, [0, 1]) } == .duplicateID)
    #expect(code { try index.add(contentsOf: [(id: 3, vector: [1, 0]), (id: 2, vector: [1, 0])]) } == .duplicateID)
    #expect(code { try index.add(contentsOf: [(id: 3, vector: [1, 0]), (id: 3, vector: [1, 0])]) } == .duplicateID)
    #expect(code { try index.add(contentsOf: [(id: 3, vector: [1, 0]), (id: 4, vector: [1])]) } == .wrongDimension)
    #expect(code { try index.add(contentsOf: [3, 4], vectors: [1, 0, .nan, 0]) } == .notFinite)
    #expect(code { try index.add(contentsOf: [3, 4], vectors: [1, 0]) } == .wrongDimension)
    #expect(index.count == 2)
    #expect(index.checkInvariants() == [])
    try index.add(contentsOf: [3, 4], vectors: [1, 0, 0, 1])
    index.remove(1)
    try index.add(1, [0, 1])
    #expect(try index.search([0, 1], count: 10).matches.map(\.id) == [1, 2, 4, 3])
  }
}
