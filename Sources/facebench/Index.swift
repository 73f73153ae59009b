import ArgumentParser
import FoundationEssentials
import Glibc
import VectorIndex

/// `facebench index`: recall and speed of the vector index, a line for each setting.
struct IndexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index",
    abstract: "Measure the vector index: recall, queries per second, build time, bytes.",
    discussion: """
      With --data, reads base.f32 (n x dimension), query.f32 and truth.u32 (queries x 100, the exact ids): \
      little-endian, row-major. Without it, makes clustered vectors from --seed. Queries run one at a time on one \
      thread; pin it to a core with taskset. OPENBLAS_NUM_THREADS sets the threads of k-means.
      """)

  @Option(help: "Folder with base.f32, query.f32 and truth.u32.")
  var data: String?
  @Option(help: "Number of vectors to make when there is no --data.")
  var vectors = 100_000
  @Option(help: "Elements of a vector.")
  var dimension = 128
  @Option(help: "Queries to measure with, of those there are.")
  var queries = 2_000
  @Option(help: "Threads that build the index.")
  var threads = 1
  @Option(help: "Seed of training, and of the vectors made.")
  var seed: UInt64 = 7
  @Option(help: "Number of inverted lists; chosen from the size when not given.")
  var lists: Int?
  @Option(parsing: .upToNextOption, help: "Numbers of lists to probe, measured beside the automatic one.")
  var probes: [Int] = [4, 8, 16, 32, 64]
  @Flag(help: "Print one JSON object a line.")
  var json = false

  func validate() throws {
    guard vectors > 0, queries > 0, threads > 0, VectorIndex.dimensions.contains(dimension) else {
      throw ValidationError("--vectors, --queries, --threads and --dimension must be positive")
    }
  }

  func run() throws {
    let set =
      try data.map { try VectorSet(folder: $0, dimension: dimension, queries: queries) }
      ?? VectorSet(count: vectors, dimension: dimension, queries: queries, seed: seed)
    let index = VectorIndex(
      dimension: dimension, options: IndexOptions(exactBelow: 1, lists: lists, seed: seed, threads: threads))
    let clock = ContinuousClock()
    let start = clock.now
    try index.add(contentsOf: Array(0..<UInt64(set.count)), vectors: set.base)
    index.waitForTraining()
    let statistics = index.statistics
    try print(
      IndexFigures(
        vectors: set.count, buildSeconds: (clock.now - start) / .seconds(1), bytes: statistics.bytes,
        lists: statistics.lists, longestList: statistics.longestList, kernels: statistics.kernels))
    let exact = try measure(set.queries) { query throws(IndexError) in try index.searchExact(query, count: 10) }
    let truth = set.truth ?? exact.answers
    try print(exact.figures(mode: "exact", nprobe: statistics.lists, truth))
    for nprobe in probes {
      let fixed = try measure(set.queries) { query throws(IndexError) in
        try index.search(query, count: 10, probes: nprobe)
      }
      try print(fixed.figures(mode: "fixed", nprobe: nprobe, truth))
    }
    let automatic = try measure(set.queries) { query throws(IndexError) in try index.search(query, count: 10) }
    try print(automatic.figures(mode: "automatic", nprobe: statistics.probesForTen, truth))
  }

  /// Runs all queries three times and keeps the times of the fastest round.
  private func measure(
    _ queries: [[Float]], _ search: ([Float]) throws(IndexError) -> SearchResult
  ) throws -> Measurement {
    let clock = ContinuousClock()
    var best = Measurement(answers: [], seconds: .infinity, microseconds: [])
    for _ in 0..<3 {
      var round = Measurement(answers: [], seconds: 0, microseconds: [])
      for query in queries {
        let start = clock.now
        let result = try search(query)
        let took = (clock.now - start) / .seconds(1)
        round.seconds += took
        round.microseconds.append(took * 1e6)
        round.answers.append(result.matches.map(\.id))
      }
      if round.seconds < best.seconds { best = round }
    }
    return best
  }

  private func print(_ figures: some Encodable & CustomStringConvertible) throws {
    // Each line as it comes: a measurement may be cut short.
    defer { fflush(nil) }
    guard json else { return Swift.print(figures) }
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = .sortedKeys
    Swift.print(String(decoding: try encoder.encode(figures), as: UTF8.self))
  }
}

/// What one setting answered, and in what time.
private struct Measurement {
  var answers: [[UInt64]]
  var seconds: Double
  var microseconds: [Double]

  func figures(mode: String, nprobe: Int, _ truth: [[UInt64]]) -> SearchFigures {
    var first = 0
    var ten = 0
    var wanted = 0
    for (answer, exact) in zip(answers, truth) {
      if answer.first == exact.first { first += 1 }
      ten += Set(answer).intersection(exact.prefix(10)).count
      wanted += min(10, exact.count)
    }
    let sorted = microseconds.sorted()
    return SearchFigures(
      mode: mode, nprobe: nprobe, recallAt1: Double(first) / Double(answers.count),
      recallAt10: Double(ten) / Double(wanted), qps: Double(answers.count) / seconds,
      meanUs: seconds * 1e6 / Double(answers.count), p99Us: sorted[sorted.count * 99 / 100])
  }
}

private struct IndexFigures: Encodable, CustomStringConvertible {
  let vectors: Int
  let buildSeconds: Double
  let bytes: Int
  let lists: Int
  let longestList: Int
  let kernels: String

  var description: String {
    "\(vectors) vectors, \(lists) lists (longest \(longestList)), built in \(rounded(buildSeconds, 2)) s, "
      + "\(bytes / 1_000_000) MB, kernels \(kernels)"
  }
}

private struct SearchFigures: Encodable, CustomStringConvertible {
  let mode: String
  let nprobe: Int
  let recallAt1: Double
  let recallAt10: Double
  let qps: Double
  let meanUs: Double
  let p99Us: Double

  enum CodingKeys: String, CodingKey {
    case mode, nprobe, qps
    case recallAt1 = "recall_at_1"
    case recallAt10 = "recall_at_10"
    case meanUs = "mean_us"
    case p99Us = "p99_us"
  }

  var description: String {
    "\(mode) nprobe \(nprobe): recall@1 \(rounded(recallAt1, 4)) recall@10 \(rounded(recallAt10, 4)) "
      + "qps \(Int(qps)) mean \(rounded(meanUs, 1)) us p99 \(rounded(p99Us, 1)) us"
  }
}

private func rounded(_ value: Double, _ digits: Int) -> Double {
  let scale = pow(10, Double(digits))
  return (value * scale).rounded() / scale
}
