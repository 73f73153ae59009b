internal import Dispatch
internal import Synchronization

/// Loops on several threads whose results do not depend on how many there are.
enum Parallel {
  static let maximumThreads = 256

  /// Calls `body` with ranges that together are 0 ..< count, each a multiple of `step` long.
  static func forRanges(
    _ count: Int, step: Int = 1, threads: Int, _ body: @Sendable (Range<Int>) -> Void
  ) {
    let threads = min(max(1, threads), maximumThreads)
    guard threads > 1, count > step else { return body(0..<count) }
    // Several ranges a thread, so that none waits long for the others.
    let length = max(1, (count / step + 8 * threads - 1) / (8 * threads)) * step
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      while true {
        let start = next.add(length, ordering: .relaxed).oldValue
        guard start < count else { return }
        body(start..<min(start + length, count))
      }
    }
  }

  /// An array that `body` fills range by range; each element is `initial` before.
  static func map<Element: BitwiseCopyable & Sendable>(
    _ count: Int, step: Int = 1, threads: Int, initial: Element,
    _ body: @Sendable (_ range: Range<Int>, _ out: UnsafeMutableBufferPointer<Element>) -> Void
  ) -> [Element] {
    Array(unsafeUninitializedCapacity: count) { buffer, initialized in
      buffer.initialize(repeating: initial)
      // Each range is written by one thread.
      nonisolated(unsafe) let out = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
      forRanges(count, step: step, threads: threads) { body($0, out) }
      initialized = count
    }
  }
}

/// Sorting by a small key.
enum Grouping {
  /// The positions of `keys` in the order of their keys, equal ones ascending, and where each key's begin.
  static func group(_ keys: [UInt32], groups: Int) -> (order: [UInt32], starts: [Int]) {
    var starts = Array(repeating: 0, count: groups + 1)
    for key in keys { starts[Int(key) + 1] += 1 }
    for g in 0..<groups { starts[g + 1] += starts[g] }
    var next = starts
    var order = Array(repeating: UInt32(0), count: keys.count)
    for (i, key) in keys.enumerated() {
      order[next[Int(key)]] = UInt32(i)
      next[Int(key)] += 1
    }
    return (order, starts)
  }
}

extension Parallel {
  /// What `body` makes of 0 ..< count, in order.
  static func collect<Element: Sendable>(
    _ count: Int, threads: Int, _ body: @Sendable (Int) -> Element
  ) -> [Element] {
    let made = Mutex<[Int: Element]>([:])
    forRanges(count, threads: threads) { range in
      for i in range {
        let element = body(i)
        made.withLock { $0[i] = element }
      }
    }
    return made.withLock { made in (0..<count).map { made[$0]! } }
  }
}
