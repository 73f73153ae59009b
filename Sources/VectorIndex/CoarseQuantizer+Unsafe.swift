internal import CVectorKernels
internal import Glibc

/// The centroids of the lists, in 8-bit codes, and the search among them.
///
/// Which list a vector belongs to and which lists a query probes are both decided here and by the same codes, so the
/// rounding of the codes cannot put a vector where its own query would not look first. Centroids are unit vectors:
/// the order by inner product is the order by distance.
///
/// `@unchecked Sendable`: the memory is written in `init` only.
final class CoarseQuantizer: @unchecked Sendable {
  let count: Int
  let dimension: Int
  private let blocks: UnsafeMutablePointer<UInt8>

  /// - Parameter centroids: row-major, count × dimension.
  init(centroids: [Float], dimension: Int) {
    count = centroids.count / dimension
    self.dimension = dimension
    let blockBytes = vk_block_bytes(dimension)
    let rows = Int(VK_BLOCK_ROWS)
    let bytes = (count + rows - 1) / rows * blockBytes
    blocks = Memory.allocate(bytes, hugePages: false).bindMemory(to: UInt8.self, capacity: bytes)
    blocks.initialize(repeating: 0, count: bytes)
    var coded = CodedVector(dimension: dimension)
    centroids.withUnsafeBufferPointer { centroids in
      for c in 0..<count {
        coded.encode(centroids.baseAddress! + c * dimension, dimension: dimension)
        vk_store_row(blocks + c / rows * blockBytes, c % rows, dimension, coded.codes, coded.scale, UInt32(c))
      }
    }
  }

  deinit { free(blocks) }

  /// Room that `scores` and `nearest` need, in floats.
  var paddedCount: Int { (count + 15) / 16 * 16 }
  var bytes: Int { paddedCount / 16 * vk_block_bytes(dimension) }

  /// Minus the inner product with every centroid, up to a factor of the query; `into` has room for `paddedCount`.
  func scores(_ query: CodedVector, into scores: UnsafeMutablePointer<Float>) {
    Kernels.active.score_blocks(query.codes, query.offset, blocks, count, dimension, scores)
  }

  /// The list that `vector` belongs to.
  func nearest(_ vector: CodedVector, scratch: UnsafeMutablePointer<Float>) -> Int {
    scores(vector, into: scratch)
    return vk_argmin(scratch, count)
  }

  /// The `probes` nearest lists, nearest first.
  func rank(_ query: CodedVector, probes: Int) -> [Int] {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: paddedCount) { scores in
      self.scores(query, into: scores.baseAddress!)
      var nearest = NearestHeap<UInt32>(capacity: min(probes, count))
      let buffer = ScoreBuffer()
      for start in stride(from: 0, to: count, by: ScoreBuffer.rows) {
        let rows = min(ScoreBuffer.rows, count - start)
        let piece = scores.baseAddress! + start
        let found = Kernels.active.select_at_most(piece, rows, nearest.bound, buffer.positions)
        for i in 0..<found {
          let position = Int(buffer.positions[i])
          nearest.offer(piece[position], UInt32(start + position))
        }
      }
      return nearest.sorted().map { Int($0.tag) }
    }
  }
}
