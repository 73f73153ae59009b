internal import Dispatch
internal import Synchronization

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
    let threads = min(BLAS.threads, slices)
    while scratch.count < max(threads, 1) { scratch.append(FloatBuffer(count: scratchCount)) }
    if threads <= 1 {
      for slice in 0..<slices { body(slice, scratch[0].pointer) }
      return
    }
    // concurrentPerform returns after its last call, and each worker has a slice and a scratch of its own.
    nonisolated(unsafe) let scratch = scratch
    nonisolated(unsafe) let body = body
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: threads) { worker in
      while true {
        let slice = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard slice < slices else { return }
        body(slice, scratch[worker].pointer)
      }
    }
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
