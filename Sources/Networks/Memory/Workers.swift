/// Runs the slices of a pass on several threads, each with scratch memory of its own.
///
/// How work is cut into slices depends on shapes and the batch alone; which thread takes which slice does not
/// change any sum. So results are the same for every number of threads.
final class Workers {
  private var scratch: [FloatBuffer] = []
  private let scratchCount: Int

  /// - Parameter scratchCount: floats that one slice may use at a time.
  init(scratchCount: Int) { self.scratchCount = scratchCount }

  /// Calls `body` once for every slice in 0 ..< slices and returns when all are done.
  func run(_ slices: Int, _ body: (_ slice: Int, _ scratch: UnsafeMutablePointer<Float>) -> Void) {
    let threads = max(1, min(BLAS.threads, slices))
    while scratch.count < threads { scratch.append(FloatBuffer(count: scratchCount)) }
    Team.run(slices, threads: threads) { slice, thread in body(slice, scratch[thread].pointer) }
  }
}

/// How a batch is cut for `Workers`.
enum Slices {
  static let maximum = 8
  /// A slice of fewer pixels is not worth a thread of its own.
  static let leastPixels = 128

  /// Ranges of images that together are 0 ..< count.
  static func images(_ count: Int, pixelsEach pixels: Int) -> [Range<Int>] {
    let slices = max(1, min(count, maximum, count * pixels / leastPixels))
    return (0..<slices).map { count * $0 / slices..<count * ($0 + 1) / slices }
  }
}
