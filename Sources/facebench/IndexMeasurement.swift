import FoundationEssentials
import Glibc
import VectorIndex

/// What one setting answered, and in what time.
struct Measurement {
  var answers: [[UInt64]] = []
  var certified = 0
  var seconds = 0.0
  var microseconds: [Double] = []

  /// Asks all queries, one at a time, `rounds` times, and keeps the median round.
  init(
    _ queries: [[Float]], rounds: Int = 3, _ search: ([Float]) throws(IndexError) -> SearchResult
  ) throws {
    let all = try (0..<rounds).map { _ in try Measurement(once: queries, search) }
    self = all.sorted { $0.seconds < $1.seconds }[rounds / 2]
  }

  private init(once queries: [[Float]], _ search: ([Float]) throws(IndexError) -> SearchResult) throws {
    let clock = ContinuousClock()
    answers.reserveCapacity(queries.count)
    for query in queries {
      let start = clock.now
      let result = try search(query)
      let took = (clock.now - start) / .seconds(1)
      seconds += took
      microseconds.append(took * 1e6)
      answers.append(result.matches.map(\.id))
      if result.isCertified { certified += 1 }
    }
  }

  func figures(mode: String, nprobe: Int, _ matches: Int, _ truth: [[UInt64]]) -> SearchFigures {
    var first = 0
    var found = 0
    var wanted = 0
    for (answer, exact) in zip(answers, truth) {
      if answer.first == exact.first { first += 1 }
      found += Set(answer.prefix(10)).intersection(exact.prefix(min(10, matches))).count
      wanted += min(10, matches, exact.count)
    }
    let sorted = microseconds.sorted()
    return SearchFigures(
      mode: mode, nprobe: nprobe, recallAt1: Double(first) / Double(answers.count),
      recallAt10: Double(found) / Double(wanted), certified: Double(certified) / Double(answers.count),
      qps: Double(answers.count) / seconds, meanUs: seconds * 1e6 / Double(answers.count),
      p50Us: sorted[sorted.count / 2], p99Us: sorted[sorted.count * 99 / 100])
  }
}

struct SearchFigures: Encodable, CustomStringConvertible {
  let mode: String
  let nprobe: Int
  let recallAt1: Double
  let recallAt10: Double
  /// Share of the answers whose first match was proven to be the nearest.
  let certified: Double
  let qps: Double
  let meanUs: Double
  let p50Us: Double
  let p99Us: Double

  enum CodingKeys: String, CodingKey {
    case mode, nprobe, certified, qps
    case recallAt1 = "recall_at_1"
    case recallAt10 = "recall_at_10"
    case meanUs = "mean_us"
    case p50Us = "p50_us"
    case p99Us = "p99_us"
  }

  var description: String {
    "\(mode) nprobe \(nprobe): recall@1 \(rounded(recallAt1, 4)) recall@10 \(rounded(recallAt10, 4)) "
      + "qps \(Int(qps)) mean \(rounded(meanUs, 1)) us median \(rounded(p50Us, 1)) us p99 \(rounded(p99Us, 1)) us "
      + "certified \(rounded(certified, 3))"
  }
}

struct IndexFigures: Encodable, CustomStringConvertible {
  let vectors: Int
  let buildSeconds: Double?
  let bytes: Int
  let bytesPerVector: Double
  let lists: Int
  let longestList: Int
  let kernels: String
  var checkpointSeconds: Double?
  var loadSeconds: Double?

  init(_ statistics: IndexStatistics, buildSeconds: Double?) {
    vectors = statistics.count
    self.buildSeconds = buildSeconds
    bytes = statistics.bytes
    bytesPerVector = Double(statistics.bytes) / Double(max(1, statistics.count))
    lists = statistics.lists
    longestList = statistics.longestList
    kernels = statistics.kernels
  }

  /// Writes a checkpoint and makes an index of it again.
  mutating func measureCheckpoint(of index: VectorIndex, at path: String, _ options: IndexOptions) throws {
    let clock = ContinuousClock()
    var start = clock.now
    try index.checkpoint(sequence: 1).write(to: path)
    checkpointSeconds = (clock.now - start) / .seconds(1)
    start = clock.now
    let loaded = try VectorIndex.read(
      checkpoint: path, dimension: index.dimension, sequence: 1, options: options
    ).index
    loadSeconds = (clock.now - start) / .seconds(1)
    guard loaded.count == index.count else { throw IndexBenchError.checkpointDiffers }
  }

  var description: String {
    var text =
      "\(vectors) vectors, \(lists) lists (longest \(longestList)), "
      + "\(bytes / 1_000_000) MB (\(rounded(bytesPerVector, 1)) a vector), kernels \(kernels)"
    for (what, seconds) in [("built", buildSeconds), ("checkpoint", checkpointSeconds), ("loaded", loadSeconds)] {
      if let seconds { text += ", \(what) in \(rounded(seconds, 2)) s" }
    }
    return text
  }
}

enum IndexBenchError: Error {
  case checkpointDiffers
}

/// Prints figures for people or for programs.
struct LinePrinter {
  let json: Bool

  func print(_ figures: some Encodable & CustomStringConvertible) throws {
    // Each line as it comes: a measurement may be cut short.
    defer { fflush(nil) }
    guard json else { return Swift.print(figures) }
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = .sortedKeys
    Swift.print(String(decoding: try encoder.encode(figures), as: UTF8.self))
  }
}

func rounded(_ value: Double, _ digits: Int) -> Double {
  let scale = pow(10, Double(digits))
  return (value * scale).rounded() / scale
}
