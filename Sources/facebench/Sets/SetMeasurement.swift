import ArgumentParser
import Glibc
import VectorIndex

/// What the index promises on a set, and what it keeps.
struct SetMeasurement {
  let set: HardSet
  let dimension: Int
  let options: IndexOptions
  /// Where vectors, queries and true answers are written, for a peer to be measured on.
  let folder: String?

  func run(count: Int, queries: Int, cosine: Float, seed: UInt64, matches: Int, pin: Int?) throws -> SetFigures {
    let made = set.made(count: count, dimension: dimension, queries: queries, cosine: cosine, seed: seed)
    let clock = ContinuousClock()
    let start = clock.now
    let processor = processorSeconds()
    let index = VectorIndex(dimension: dimension, options: options)
    let firstCount = made.first.count / dimension
    try index.add(contentsOf: Array(0..<UInt64(firstCount)), vectors: made.first)
    index.waitForTraining()
    let build = (clock.now - start) / .seconds(1)
    let buildProcessor = processorSeconds() - processor
    let changed = clock.now
    for row in 0..<made.later.count / dimension {
      try index.add(UInt64(firstCount + row), Array(made.later[row * dimension..<(row + 1) * dimension]))
    }
    for id in 0..<made.removed { index.remove(UInt64(id)) }
    index.waitForTraining()
    let changes = (clock.now - changed) / .seconds(1)
    if let pin { try Core.pin(pin) }
    let probes = try asked(index, made.probes, matches)
    let strangers = try asked(index, made.strangers, matches)
    if let folder { try write(made, probes.truth, to: folder) }
    let recall = index.recall
    let statistics = index.statistics
    return SetFigures(
      set: set.rawValue, vectors: index.count, buildSeconds: rounded(build, 2),
      buildProcessorSeconds: rounded(buildProcessor, 2), changesSeconds: rounded(changes, 2),
      exact: recall.isExact, lists: statistics.lists, probes: statistics.probesForTen,
      promised: recall.promised ?? 1, calibrated: recall.calibrated.map { rounded($0, 4) },
      recallOfProbes: probes.recall, recallOfStrangers: strangers.recall, queriesPerSecond: probes.rate,
      strangersPerSecond: strangers.rate, exactPerSecond: probes.exactRate,
      bytesPerVector: rounded(Double(statistics.bytes) / Double(max(1, index.count)), 1), kernels: statistics.kernels)
  }

  /// Vectors as near as the last true one count, whichever they are.
  private func asked(
    _ index: VectorIndex, _ queries: [[Float]], _ matches: Int
  ) throws -> (recall: Double, rate: Double, exactRate: Double, truth: [[UInt64]]) {
    let clock = ContinuousClock()
    var (found, wanted) = (0, 0)
    var (took, exactTook) = (Duration.zero, Duration.zero)
    var truth: [[UInt64]] = []
    for query in queries {
      var start = clock.now
      let exact = try index.searchExact(query, count: matches).matches
      exactTook += clock.now - start
      start = clock.now
      let answer = try index.search(query, count: matches).matches
      took += clock.now - start
      let furthest = exact.last?.squaredDistance ?? 0
      found += answer.count { $0.squaredDistance <= furthest }
      wanted += exact.count
      truth.append(exact.map(\.id))
    }
    return (
      rounded(Double(min(found, wanted)) / Double(max(1, wanted)), 4),
      rounded(Double(queries.count) / (took / .seconds(1)), 0),
      rounded(Double(queries.count) / (exactTook / .seconds(1)), 0), truth
    )
  }

  private func write(_ made: HardSet.Made, _ truth: [[UInt64]], to folder: String) throws {
    let rows = truth.map { answer in answer.map { $0 - UInt64(made.removed) } }
    try VectorSet.write(
      Array(made.first[(made.removed * dimension)...]) + made.later, queries: made.probes, truth: rows, to: folder)
  }
}

struct SetFigures: Encodable, CustomStringConvertible {
  let set: String
  let vectors: Int
  let buildSeconds: Double
  /// What the building took of processors: on a busy machine the only time that says something.
  let buildProcessorSeconds: Double
  /// For what is added and removed after the building, with the trainings and calibrations that it asks for.
  let changesSeconds: Double
  let exact: Bool
  let lists: Int
  let probes: Int
  let promised: Double
  let calibrated: Double?
  let recallOfProbes: Double
  let recallOfStrangers: Double
  let queriesPerSecond: Double
  let strangersPerSecond: Double
  let exactPerSecond: Double
  let bytesPerVector: Double
  let kernels: String

  var description: String {
    "\(set): \(vectors) vectors, built in \(buildSeconds) s (of processors \(buildProcessorSeconds) s, changes \(changesSeconds) s), "
      + (exact ? "exact" : "\(probes) of \(lists) lists")
      + "; promised \(promised), calibrated \(calibrated ?? 1), probes "
      + "\(recallOfProbes), strangers \(recallOfStrangers); \(queriesPerSecond) queries/s (strangers \(strangersPerSecond), "
      + "exact \(exactPerSecond))"
  }
}
