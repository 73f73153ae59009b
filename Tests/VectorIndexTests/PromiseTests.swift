import Testing
import VectorIndex

/// What automatic mode promises is kept for queries that are no vectors of the index, and seen to be.
@Suite("The index's promise")
struct PromiseTests {
  private static let dimension = 32

  private func recall(_ index: VectorIndex, _ queries: [[Float]]) throws -> Double {
    var (found, wanted) = (0, 0)
    for query in queries {
      let exact = try index.searchExact(query, count: 10).matches
      let furthest = exact.last?.squaredDistance ?? 0
      found += try index.search(query, count: 10).matches.count { $0.squaredDistance <= furthest }
      wanted += exact.count
    }
    return Double(found) / Double(wanted)
  }

  private func index(_ vectors: [[Float]], _ change: (inout IndexOptions) -> Void = { _ in }) throws -> VectorIndex {
    var options = IndexOptions(exactBelow: 1_000)
    change(&options)
    let index = VectorIndex(dimension: vectors[0].count, options: options)
    try index.add(contentsOf: Array(0..<UInt64(vectors.count)), vectors: vectors.flatMap(\.self))
    index.waitForTraining()
    return index
  }

  @Test("Vectors without any structure")
  func uniform() throws {
    var generator = Vectors(seed: 31)
    let vectors = (0..<8_000).map { _ in generator.unit(64) }
    let index = try index(vectors)
    let queries = (0..<200).map { generator.near(vectors[$0], spread: 0.57) }
    #expect(try recall(index, queries) >= 0.985)
    #expect(try recall(index, (0..<200).map { _ in generator.unit(64) }) >= 0.985)
  }

  @Test("Many equal vectors")
  func duplicates() throws {
    var generator = Vectors(seed: 32)
    let distinct = (0..<40).map { _ in generator.unit(Self.dimension) }
    let index = try index((0..<8_000).map { distinct[$0 % 40] })
    let queries = (0..<100).map { generator.near(distinct[$0 % 40], spread: 0.5) }
    #expect(try recall(index, queries) >= 0.99)
    #expect(index.checkInvariants() == [])
  }

  @Test("Half of all in one dense cluster")
  func cluster() throws {
    var generator = Vectors(seed: 33)
    let centre = generator.unit(64)
    let vectors = (0..<8_000).map { $0 % 2 == 0 ? generator.near(centre, spread: 0.3) : generator.unit(64) }
    let index = try index(vectors)
    #expect(try recall(index, (0..<200).map { generator.near(vectors[$0], spread: 0.57) }) >= 0.985)
  }

  @Test("Another population than the lists were trained on")
  func drift() throws {
    var generator = Vectors(seed: 34)
    let first = generator.clustered(8_000, dimension: 64)
    let later = generator.clustered(6_000, dimension: 64)
    let index = try index(first)
    for (i, vector) in later.enumerated() { try index.add(UInt64(10_000 + i), vector) }
    index.waitForTraining()
    #expect(try recall(index, (0..<200).map { generator.near(later[$0], spread: 0.5) }) >= 0.98)
  }

  @Test("Vectors that come while lists are trained do not make searches exact")
  func during() throws {
    var generator = Vectors(seed: 42)
    let vectors = generator.clustered(7_200, dimension: 64)
    let index = VectorIndex(dimension: 64, options: IndexOptions(exactBelow: 1_000))
    // This starts a training, and the rest, less than asks for another calibration, comes before its end.
    try index.add(contentsOf: Array(0..<6_000), vectors: vectors.prefix(6_000).flatMap(\.self))
    for (i, vector) in vectors.enumerated().dropFirst(6_000) { try index.add(UInt64(i), vector) }
    index.waitForTraining()
    #expect(!index.recall.isExact)
    #expect(try recall(index, (0..<200).map { generator.near(vectors[36 * $0], spread: 0.5) }) >= 0.985)
  }

  /// Searches of a kind that no calibration asked for; a fixed effort would not know.
  @Test("Searches are watched, and what is found is told")
  func watch() throws {
    var generator = Vectors(seed: 35)
    let vectors = generator.clustered(6_000, dimension: 64)
    let index = try index(vectors) { $0.watchInterval = .zero }
    guard !index.recall.isExact else {
      Issue.record("an index with lists searches exactly")
      return
    }
    #expect(index.recall.promised == 0.99 && index.recall.measured == nil)
    let calibrated = try #require(index.recall.calibrated)
    #expect(calibrated > 0.9 && calibrated <= 1)
    // A sample is answered in the background, when the machine comes to it.
    let deadline = ContinuousClock.now + .seconds(60)
    var number = 0
    while index.recall.samples < 5, ContinuousClock.now < deadline {
      _ = try index.search(generator.near(vectors[number % vectors.count], spread: 0.5), count: 10)
      number += 1
    }
    let told = index.recall
    #expect(told.samples >= 5)
    #expect(try #require(told.measured) > 0.9)
  }

  /// Queries unlike any that a calibration makes: in all directions, where vectors lie in a few. The lists find less of their
  /// nearest than is promised; the watch sees it, and what was asked is what the next calibration asks.
  @Test("A promise that is not kept is kept from then on")
  func slipped() throws {
    var generator = Vectors(seed: 39)
    let vectors = generator.clustered(6_000, dimension: 64)
    let index = try index(vectors) { $0.watchInterval = .zero }
    try #require(!index.recall.isExact)
    let before = index.statistics.probesForTen
    let queries = (0..<300).map { _ in generator.unit(64) }
    let found = try recall(index, queries)
    try #require(found < 0.97, "the queries are no harder than what was calibrated: \(found)")
    let deadline = ContinuousClock.now + .seconds(240)
    var now = found
    while now < 0.985, ContinuousClock.now < deadline {
      for query in queries { _ = try index.search(query, count: 10) }
      if index.recall.isExact || index.statistics.probesForTen > before { now = try recall(index, queries) }
    }
    #expect(now >= 0.985)
    #expect(index.recall.isExact || index.statistics.probesForTen > before)
    index.waitForTraining()
    #expect(index.checkInvariants() == [])
  }

  /// A few people are asked for, of whom there are many pictures that look the same; a calibration asks for all.
  @Test("Searches that find more than is promised go less far from then on, and keep the promise")
  func easier() throws {
    var generator = Vectors(seed: 41)
    let often = (0..<20).map { _ in generator.unit(64) }
    let pictures = (0..<600).map { generator.near(often[$0 % 20], spread: 0.1) }
    let index = try index(generator.clustered(6_000, dimension: 64) + pictures) { $0.watchInterval = .zero }
    try #require(!index.recall.isExact)
    let before = index.statistics.probesForTen
    let queries = (0..<300).map { generator.near(often[$0 % 20], spread: 0.1) }
    try #require(try recall(index, queries) > 0.997)
    let deadline = ContinuousClock.now + .seconds(240)
    while index.statistics.probesForTen == before, ContinuousClock.now < deadline {
      for query in queries { _ = try index.search(query, count: 10) }
    }
    index.waitForTraining()
    #expect(index.statistics.probesForTen < before && !index.recall.isExact)
    #expect(try recall(index, queries) >= 0.985)
    #expect(index.checkInvariants() == [])
  }

  @Test("A fixed number of lists promises nothing and is not watched")
  func fixed() throws {
    var generator = Vectors(seed: 36)
    let vectors = generator.clustered(3_000, dimension: 64)
    let index = try index(vectors) {
      $0.probes = .fixed(3)
      $0.watchInterval = .zero
    }
    for query in vectors.prefix(200) { _ = try index.search(query, count: 10) }
    #expect(index.recall.promised == nil && index.recall.measured == nil && !index.recall.isExact)
  }

  @Test("A checkpoint keeps the efforts, and searches go on with the lists at once")
  func checkpoint() throws {
    var generator = Vectors(seed: 37)
    let vectors = generator.clustered(6_000, dimension: 64)
    let before = try index(vectors)
    let path = "/tmp/promise-\(generator.next()).index"
    try before.checkpoint(sequence: 1).write(to: path)
    let after = try VectorIndex.read(
      checkpoint: path, dimension: 64, sequence: 1, options: IndexOptions(exactBelow: 1_000)
    ).index
    #expect(
      after.recall.calibrated.map { ($0 * 1e5).rounded() } == before.recall.calibrated.map { ($0 * 1e5).rounded() })
    #expect(after.statistics.probesForTen == before.statistics.probesForTen)
    for count in [1, 10, 40, 100] {
      #expect(try after.search(vectors[5], count: count) == before.search(vectors[5], count: count))
    }
  }

  @Test("Half of all, and all but half, are answered by the lists with the nearest of all that belong to them")
  func halves() throws {
    var generator = Vectors(seed: 40)
    let vectors = generator.clustered(6_000, dimension: 64)
    let index = try index(vectors) { $0.probes = .fixed(40) }
    let half = Set((0..<6_000 as Range<UInt64>).shuffled(using: &generator).prefix(3_000))
    let rest = Set(0..<6_000 as Range<UInt64>).subtracting(half)
    for round in 0..<60 {
      let query = generator.near(vectors[100 * round], spread: 0.5)
      let expected = try index.search(query, count: 40).matches.filter { half.contains($0.id) }.prefix(10)
      try #require(expected.count == 10)
      for filter in [SearchFilter.only(half), .excluding(rest)] {
        let answer = try index.search(query, count: 10, filter: filter)
        #expect(answer.matches == Array(expected) && answer.mode != .exact)
      }
    }
  }

  /// Ten, one in a hundred, one in twenty and half; every answer full, and those of few exact.
  @Test("Subsets", arguments: [10, 60, 300, 3_000])
  func subsets(size: Int) throws {
    var generator = Vectors(seed: 38)
    let vectors = generator.clustered(6_000, dimension: 64)
    let index = try index(vectors)
    for id in 0..<50 { index.remove(UInt64(id * 7)) }
    var (found, wanted) = (0, 0)
    for _ in 0..<60 {
      let query = generator.near(vectors[Int.random(in: 0..<6_000, using: &generator)], spread: 0.5)
      let ids = Set((0..<6_000 as Range<UInt64>).shuffled(using: &generator).prefix(size))
      let there = try index.searchExact(query, count: 6_000).matches.filter { ids.contains($0.id) }
      let answer = try index.search(query, count: 10, filter: .only(ids))
      #expect(answer.matches.count == min(10, there.count))
      #expect(answer.matches.allSatisfy { ids.contains($0.id) })
      if size <= 300 { #expect(answer.matches == Array(there.prefix(10)) && answer.mode == .exact) }
      found += Set(answer.matches).intersection(there.prefix(10)).count
      wanted += min(10, there.count)
    }
    #expect(Double(found) >= 0.985 * Double(wanted))
  }
}
