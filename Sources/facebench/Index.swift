import ArgumentParser
import FoundationEssentials
import Glibc
import VectorIndex

/// `facebench index`: recall and speed of the vector index, a line for each setting.
struct IndexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index",
    abstract: "Measure the vector index: recall, queries per second, build time, bytes, checkpoint, churn.",
    discussion: """
      With --data, reads base.f32 (n x dimension), query.f32 and truth.u32 (queries x 100, the exact ids): \
      little-endian, row-major. Without it, makes clustered vectors from --seed. Queries run one at a time on one \
      thread, which --pin ties to a core once the index is built. With --set, says for each set what recall is promised \
      and kept, for probes near a vector and for strangers.
      """)

  @Option(help: "Folder with base.f32, query.f32 and truth.u32.")
  var data: String?
  @Option(
    name: .customLong("set"),
    help: "A set that breaks indexes: uniform, duplicates, cluster, tail, drift, removed; may be given several times.")
  var sets: [HardSet] = []
  @Option(help: "With --set: the cosine of a probe to the vector that it is made of.") var cosine: Float = 0.87
  @Option(help: "A folder to write the vectors, queries and answers to, for a peer.") var keep: String?
  @Option(help: "Number of vectors to make when there is no --data.")
  var vectors = 100_000
  @Option(help: "Elements of a vector.")
  var dimension = 128
  @Option(help: "Queries to measure with, of those there are.")
  var queries = 2_000
  @Option(help: "Threads that build and load the index.")
  var threads = 1
  @Option(help: "Seed of training, and of the vectors made.")
  var seed: UInt64 = 7
  @Option(help: "Number of inverted lists; chosen from the size when not given.")
  var lists: Int?
  @Option(parsing: .upToNextOption, help: "Numbers of lists to probe, measured beside the automatic one.")
  var probes: [Int] = [8, 16, 24, 32, 64, 128, 192]
  @Option(help: "Recall of the 10 nearest that the automatic number of probes is calibrated for.")
  var recall = 0.99
  @Option(help: "Entries of lists that are looked at more closely; chosen from the matches wanted when not given.")
  var rerank: Int?
  @Option(help: "Matches asked for.")
  var matches = 10
  @Option(help: "Core that queries run on.")
  var pin: Int?
  @Option(help: "Where to write and read a checkpoint; none is measured without it.")
  var checkpoint: String?
  @Flag(help: "Take the index from the checkpoint instead of building it.")
  var load = false
  @Option(help: "Seconds of adds and removes going on beside searches; none are measured without it.")
  var churn: Int?
  @Option(help: "Adds a second, and as many removes, while churning.")
  var rate = 2_000
  @Flag(help: "Measure searches of 10 people, of 1 % and 5 %, and of half of all vectors.") var subsets = false
  @Flag(inversion: .prefixedNo, help: "Measure the exact search.")
  var exact = true
  @Flag(help: "Print one JSON object a line.")
  var json = false

  func validate() throws {
    guard vectors > 0, queries > 0, threads > 0, matches > 0, rate > 0, VectorIndex.dimensions.contains(dimension)
    else { throw ValidationError("numbers and sizes must be positive") }
  }

  private var printer: LinePrinter { LinePrinter(json: json) }

  private var options: IndexOptions {
    IndexOptions(
      exactBelow: 1, lists: lists, probes: .automatic(recall: recall), rerank: rerank, seed: seed, threads: threads)
  }

  func run() throws {
    for set in sets {
      let measurement = SetMeasurement(
        set: set, dimension: dimension, options: options, folder: keep.map { "\($0)/\(set.rawValue)" })
      try printer.print(
        try measurement.run(
          count: vectors, queries: queries, cosine: cosine, seed: seed, matches: matches, pin: pin))
    }
    guard sets.isEmpty else { return }
    var set =
      try data.map { try VectorSet(folder: $0, dimension: dimension, queries: queries) }
      ?? VectorSet(count: vectors, dimension: dimension, queries: queries, seed: seed)
    let index = try load ? loaded() : build(set)
    if churn == nil && keep == nil { set.dropBase() }
    if let pin { try Core.pin(pin) }
    try measureSearches(index, set)
    if let checkpoint, !load { try measureLoaded(checkpoint, set) }
    if let churn {
      try Churn(index: index, set: set, seconds: churn, rate: rate, matches: matches).run(printer)
    }
  }

  private func build(_ set: VectorSet) throws -> VectorIndex {
    let clock = ContinuousClock()
    let start = clock.now
    let index = VectorIndex(dimension: dimension, options: options)
    try index.add(contentsOf: Array(0..<UInt64(set.count)), vectors: set.base)
    index.waitForTraining()
    var figures = IndexFigures(index.statistics, buildSeconds: (clock.now - start) / .seconds(1))
    if let checkpoint { try figures.measureCheckpoint(of: index, at: checkpoint, options) }
    try printer.print(figures)
    return index
  }

  private func loaded() throws -> VectorIndex {
    guard let checkpoint else { throw ValidationError("say which --checkpoint to load") }
    let clock = ContinuousClock()
    let start = clock.now
    let index = try VectorIndex.read(
      checkpoint: checkpoint, dimension: dimension, sequence: 1, options: options
    ).index
    var figures = IndexFigures(index.statistics, buildSeconds: nil)
    figures.loadSeconds = (clock.now - start) / .seconds(1)
    try printer.print(figures)
    return index
  }

  private func measureSearches(_ index: VectorIndex, _ set: VectorSet) throws {
    let statistics = index.statistics
    var truth = set.truth
    if exact || truth == nil {
      let found = try Measurement(set.queries, rounds: 1) { query throws(IndexError) in
        try index.searchExact(query, count: matches)
      }
      truth = truth ?? found.answers
      if let keep { try VectorSet.write(set.base, queries: set.queries, truth: truth!, to: keep) }
      try printer.print(found.figures(mode: "exact", nprobe: statistics.lists, matches, truth!))
    }
    for nprobe in probes where nprobe <= statistics.lists {
      let fixed = try Measurement(set.queries) { query throws(IndexError) in
        try index.search(query, count: matches, probes: nprobe)
      }
      try printer.print(fixed.figures(mode: "fixed", nprobe: nprobe, matches, truth!))
    }
    if subsets { try measureSubsets(index, set) }
    let automatic = try Measurement(set.queries) { query throws(IndexError) in
      try index.search(query, count: matches)
    }
    let nprobe =
      matches <= 10 ? statistics.probesForTen : matches <= 40 ? statistics.probesForForty : statistics.probesForHundred
    try printer.print(automatic.figures(mode: "automatic", nprobe: nprobe, matches, truth!))
  }

  /// Searches of a part of the vectors: of the faces of 10 people, of 1 % and of half of all.
  private func measureSubsets(_ index: VectorIndex, _ set: VectorSet) throws {
    for (name, share) in [("10 people", 50 / Double(set.count)), ("1 %", 0.01), ("5 %", 0.05), ("half", 0.5)] {
      let step = max(1, Int((1 / share).rounded()))
      let ids = Set(stride(from: 0, to: UInt64(set.count), by: step))
      let truth = try set.queries.prefix(200).map { query in
        let near = try index.searchExact(query, count: min(set.count, 40 * step * matches)).matches
        return Array(near.lazy.map(\.id).filter { ids.contains($0) }.prefix(matches))
      }
      let found = try Measurement(Array(set.queries.prefix(200))) { query throws(IndexError) in
        try index.search(query, count: matches, filter: .only(ids))
      }
      try printer.print(found.figures(mode: "subset of \(name)", nprobe: 0, matches, truth))
    }
  }

  /// The same search in an index that comes from the checkpoint.
  private func measureLoaded(_ checkpoint: String, _ set: VectorSet) throws {
    guard let truth = set.truth else { return }
    let index = try VectorIndex.read(
      checkpoint: checkpoint, dimension: dimension, sequence: 1, options: options
    ).index
    let found = try Measurement(set.queries) { query throws(IndexError) in try index.search(query, count: matches) }
    try printer.print(found.figures(mode: "loaded", nprobe: index.statistics.probesForTen, matches, truth))
  }
}
