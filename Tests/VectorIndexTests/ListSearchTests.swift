import Testing
import VectorIndex

@Suite("Search in inverted lists")
struct ListSearchTests {
  private static let dimension = 64

  /// An index with lists, and queries near its vectors.
  private static func build(
    _ count: Int, options: IndexOptions, seed: UInt64 = 5
  ) throws -> (index: VectorIndex, queries: [[Float]]) {
    var generator = Vectors(seed: seed)
    let vectors = generator.clustered(count, dimension: dimension)
    let index = VectorIndex(dimension: dimension, options: options)
    try index.add(contentsOf: Array(0..<UInt64(count)), vectors: vectors.flatMap(\.self))
    index.waitForTraining()
    let queries = (0..<200).map { _ in
      generator.near(vectors[Int.random(in: 0..<count, using: &generator)], spread: 0.5)
    }
    return (index, queries)
  }

  private func recall(
    _ index: VectorIndex, _ queries: [[Float]], count k: Int, mayBeExact: Bool = false
  ) throws -> Double {
    var found = 0
    for query in queries {
      let exact = try index.searchExact(query, count: k)
      let result = try index.search(query, count: k)
      if mayBeExact, result.mode == .exact {
        #expect(result == exact)
        found += k
        continue
      }
      #expect(exact.mode == .exact)
      guard case .approximate(let probed, let scanned, let reranked) = result.mode else {
        Issue.record("an index with lists searched exactly")
        continue
      }
      #expect(probed > 0 && scanned >= reranked && reranked >= k)
      // Reranked distances are the exact scan's, bit for bit.
      let distances = Dictionary(uniqueKeysWithValues: exact.matches.map { ($0.id, $0.squaredDistance) })
      for match in result.matches {
        guard let distance = distances[match.id] else { continue }
        #expect(distance.bitPattern == match.squaredDistance.bitPattern)
        found += 1
      }
    }
    return Double(found) / Double(queries.count * k)
  }

  @Test("Automatic probing finds at least 97 of 100 of the 10 nearest, and of the 50 nearest")
  func automaticRecall() throws {
    let (index, queries) = try Self.build(12_000, options: IndexOptions(exactBelow: 5_000))
    let statistics = index.statistics
    #expect(statistics.lists == 187)
    #expect(statistics.probesForTen > 0 && statistics.probesForTen < statistics.lists / 2)
    #expect(try recall(index, queries, count: 10) >= 0.97)
    // Of a small index that takes so many of the lists that all vectors are compared instead.
    #expect(try recall(index, queries, count: 50, mayBeExact: true) >= 0.97)
    #expect(index.checkInvariants() == [])
  }

  @Test("Probing every list is exact but for the codes")
  func allLists() throws {
    let (index, queries) = try Self.build(3_000, options: IndexOptions(exactBelow: 1_000, probes: .fixed(.max)))
    #expect(try recall(index, queries, count: 10) >= 0.999)
  }

  @Test("Removed vectors are not found in lists, and enough others are")
  func removal() throws {
    let (index, queries) = try Self.build(3_000, options: IndexOptions(exactBelow: 1_000))
    for query in queries.prefix(20) {
      let before = try index.search(query, count: 5).matches.map(\.id)
      for id in before { #expect(index.remove(id)) }
      let after = try index.search(query, count: 5).matches.map(\.id)
      #expect(after.count == 5)
      #expect(Set(before).isDisjoint(with: after))
    }
    #expect(index.count == 2_900)
    #expect(index.checkInvariants() == [])
  }

  @Test("A filter keeps recall, and one that leaves little makes the search exact")
  func filters() throws {
    let (index, queries) = try Self.build(4_000, options: IndexOptions(exactBelow: 1_000))
    var found = 0
    for query in queries.prefix(30) {
      let order = try index.searchExact(query, count: 4_000).matches.map(\.id)
      // The nearest are shut out, so that the lists first probed have little to offer.
      let without = try index.search(query, count: 10, filter: .excluding(Set(order.prefix(60))))
      #expect(Set(order.prefix(60)).isDisjoint(with: without.matches.map(\.id)))
      found += Set(order.dropFirst(60).prefix(10)).intersection(without.matches.map(\.id)).count
      let far = try index.search(query, count: 10, filter: .excluding(Set(order.prefix(200))))
      #expect(far.mode == .exact)
      #expect(far.matches.map(\.id) == Array(order.dropFirst(200).prefix(10)))
      let third = Set((0..<4_000 as Range<UInt64>).filter { $0 % 3 == 0 })
      let some = try index.search(query, count: 5, filter: .only(third))
      #expect(some.matches.count == 5 && some.matches.allSatisfy { third.contains($0.id) })
      let few = try index.search(query, count: 10, filter: .only([5, 6, 7]))
      #expect(few.mode == .exact)
      #expect(Set(few.matches.map(\.id)) == [5, 6, 7])
    }
    #expect(found >= 285)
  }

  @Test("Large counts are answered exactly")
  func largeCount() throws {
    let (index, queries) = try Self.build(2_000, options: IndexOptions(exactBelow: 1_000))
    let result = try index.search(queries[0], count: 500)
    #expect(result.mode == .exact)
    #expect(result.matches.count == 500)
  }

  @Test("The same seed gives the same lists and answers")
  func determinism() throws {
    let options = IndexOptions(exactBelow: 1_000, probes: .fixed(3), seed: 11)
    let (a, queries) = try Self.build(3_000, options: options)
    let (b, _) = try Self.build(3_000, options: options)
    var threaded = options
    threaded.threads = 3
    let (c, _) = try Self.build(3_000, options: threaded)
    var reseeded = options
    reseeded.seed = 12
    let (d, _) = try Self.build(3_000, options: reseeded)
    let answers = try [a, b, c, d].map { index in try queries.map { try index.search($0, count: 10) } }
    #expect(answers[0] == answers[1])
    #expect(answers[0] == answers[2])
    #expect(answers[0] != answers[3])
  }

  @Test("Many equal vectors leave k-means with empty clusters, which is no harm")
  func equalVectors() throws {
    let index = VectorIndex(dimension: 4, options: IndexOptions(exactBelow: 500))
    for id in 0..<600 as Range<UInt64> { try index.add(id, id < 590 ? [1, 0, 0, 0] : [0, 0, 1, 0]) }
    index.waitForTraining()
    #expect(index.statistics.lists > 1)
    #expect(index.checkInvariants() == [])
    #expect(try index.search([0, 0, 1, 0], count: 3).matches.allSatisfy { $0.squaredDistance < 1e-6 })
  }

  @Test("Vectors that crowd into few lists have these split, and are found")
  func splits() throws {
    // With a fixed number of probes nothing is calibrated anew, which might ask for a training.
    let (index, queries) = try Self.build(3_000, options: IndexOptions(exactBelow: 1_000, probes: .fixed(12)))
    let lists = index.statistics.lists
    var generator = Vectors(seed: 31)
    let centre = queries[0]
    let crowd = (0..<1_400).map { _ in generator.near(centre, spread: 0.5) }
    for (i, vector) in crowd.enumerated() { try index.add(10_000 + UInt64(i), vector) }
    index.waitForTraining()
    let statistics = index.statistics
    #expect(statistics.trainings == 1 && statistics.splits > 0)
    #expect(statistics.lists == lists + statistics.splits)
    #expect(statistics.longestList < 600)
    #expect(index.checkInvariants() == [])
    let found = try crowd.indices.count { i in
      try index.search(crowd[i], count: 1).matches.first?.id == 10_000 + UInt64(i)
    }
    #expect(found > 1_330)
    for i in crowd.indices { #expect(index.remove(10_000 + UInt64(i))) }
    index.waitForTraining()
    #expect(index.checkInvariants() == [])
  }

  @Test("A certified answer is the nearest; where vectors lie close about their centres most are certified")
  func certificates() throws {
    var certified: [Int] = []
    for spread in [Float(0.03), 0.5] {
      var generator = Vectors(seed: 8)
      let centres = (0..<60).map { _ in generator.unit(Self.dimension) }
      let vectors = (0..<3_000).map { generator.near(centres[$0 % 60], spread: spread) }
      let options = IndexOptions(exactBelow: 1_000, lists: 60, probes: .fixed(4))
      let index = VectorIndex(dimension: Self.dimension, options: options)
      try index.add(contentsOf: Array(0..<3_000), vectors: vectors.flatMap(\.self))
      index.waitForTraining()
      var count = 0
      for i in 0..<200 {
        let query = generator.near(vectors[i], spread: spread / 2)
        let result = try index.search(query, count: 3)
        guard result.isCertified else { continue }
        count += 1
        #expect(try result.matches.first == index.searchExact(query, count: 1).matches.first)
        // Of the vectors as they were added none is nearer than the kept one's rounding allows.
        let nearest = vectors.map { Vectors.squaredL2(query, $0).squareRoot() }.min() ?? 0
        let own = Vectors.squaredL2(query, vectors[Int(result.matches[0].id)]).squareRoot()
        #expect(own <= nearest + 2 * VectorIndex.rounding(dimension: Self.dimension))
        let filter = SearchFilter.excluding([result.matches[0].id])
        let next = try index.search(query, count: 1, filter: filter)
        if next.isCertified { #expect(try next.matches[0] == index.searchExact(query, count: 2).matches[1]) }
      }
      certified.append(count)
    }
    #expect(certified[0] > 50)
  }
}
