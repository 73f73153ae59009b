import Foundation
import Glibc
import Synchronization
import VectorIndex

/// Searches while another thread adds and removes: latency, recall and memory before, during and after.
struct Churn {
  let index: VectorIndex
  let set: VectorSet
  let seconds: Int
  let rate: Int
  let matches: Int

  func run(_ printer: LinePrinter) throws {
    try printer.print(try window("quiet", for: min(10, seconds)))
    let writer = ChurnWriter(index: index, set: set, rate: rate)
    writer.start()
    defer { writer.stop() }
    var left = seconds
    while left > 0 {
      let length = min(30, left)
      let before = writer.written
      let start = ContinuousClock.now
      var figures = try window("churn", for: length)
      figures.writesPerSecond = Double(writer.written - before) / ((ContinuousClock.now - start) / .seconds(1))
      try printer.print(figures)
      left -= length
    }
    writer.stop()
    try printer.print(try window("after", for: min(10, seconds)))
  }

  /// Searches for some seconds; the exact answers are asked for afterwards, for some of the queries.
  private func window(_ mode: String, for seconds: Int) throws -> ChurnFigures {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    var microseconds: [Double] = []
    var next = 0
    while clock.now < end {
      let query = set.queries[next % set.queries.count]
      next += 1
      let start = clock.now
      _ = try index.search(query, count: matches)
      microseconds.append((clock.now - start) / .seconds(1) * 1e6)
    }
    var found = 0
    var first = 0
    let asked = set.queries.prefix(500)
    for query in asked {
      // Between the two searches something may be added or removed; that is too rare to matter.
      let truth = try index.searchExact(query, count: matches).matches.map(\.id)
      let answer = try index.search(query, count: matches).matches.map(\.id)
      found += Set(truth).intersection(answer).count
      if truth.first == answer.first { first += 1 }
    }
    let sorted = microseconds.sorted()
    let statistics = index.statistics
    return ChurnFigures(
      mode: mode, qps: Double(sorted.count) / Double(seconds), p50Us: sorted[sorted.count / 2],
      p99Us: sorted[sorted.count * 99 / 100], recallAt1: Double(first) / Double(asked.count),
      recallAt10: Double(found) / Double(asked.count * matches), bytes: statistics.bytes,
      residentBytes: ResidentMemory.bytes, vectors: statistics.count, splits: statistics.splits, writesPerSecond: 0)
  }
}

/// Adds vectors near those that are there and removes as many others, at a steady rate, on a thread of its own.
private final class ChurnWriter: Sendable {
  private let index: VectorIndex
  private let set: VectorSet
  private let rate: Int
  private let isFinished = Atomic(false)
  private let writes = Atomic(0)
  private let ended = DispatchSemaphore(value: 1)

  init(index: VectorIndex, set: VectorSet, rate: Int) {
    self.index = index
    self.set = set
    self.rate = rate
  }

  /// Adds and removes so far.
  var written: Int { writes.load(ordering: .relaxed) }

  func start() {
    ended.wait()
    Thread.detachNewThread { [self] in
      run()
      ended.signal()
    }
  }

  /// Waits for the thread to end.
  func stop() {
    isFinished.store(true, ordering: .releasing)
    ended.wait()
    ended.signal()
  }

  private func run() {
    let clock = ContinuousClock()
    let start = clock.now
    let count = UInt64(set.count)
    var step: UInt64 = 0
    while !isFinished.load(ordering: .acquiring) {
      // The oldest vector goes and comes back as a new one, turned a little, so that what is there stays face-like.
      let vector = set.turned(Int(step % count), by: step / count + 1)
      index.remove(step)
      try? index.add(count + step, vector)
      step += 1
      writes.add(2, ordering: .relaxed)
      let due = start + .nanoseconds(Int(step) * 1_000_000_000 / rate)
      while clock.now < due, !isFinished.load(ordering: .acquiring) { usleep(200) }
    }
  }
}

struct ChurnFigures: Encodable, CustomStringConvertible {
  let mode: String
  let qps: Double
  let p50Us: Double
  let p99Us: Double
  let recallAt1: Double
  let recallAt10: Double
  let bytes: Int
  let residentBytes: Int
  let vectors: Int
  let splits: Int
  var writesPerSecond: Double

  enum CodingKeys: String, CodingKey {
    case mode, qps, bytes, vectors, splits
    case p50Us = "p50_us"
    case p99Us = "p99_us"
    case recallAt1 = "recall_at_1"
    case recallAt10 = "recall_at_10"
    case residentBytes = "resident_bytes"
    case writesPerSecond = "writes_per_second"
  }

  var description: String {
    "\(mode): \(Int(qps)) q/s median \(rounded(p50Us, 1)) us p99 \(rounded(p99Us, 1)) us, "
      + "recall@1 \(rounded(recallAt1, 4)) recall@10 \(rounded(recallAt10, 4)), \(vectors) vectors, "
      + "\(bytes / 1_000_000) MB (process \(residentBytes / 1_000_000) MB), \(splits) splits, "
      + "\(Int(writesPerSecond)) writes/s"
  }
}

private enum ResidentMemory {
  /// Bytes of the process in memory.
  static var bytes: Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
    let fields = text.split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
  }
}
