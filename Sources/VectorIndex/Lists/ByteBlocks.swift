internal import CVectorKernels
internal import Glibc

/// Rows in 8-bit codes, in ranges that are scanned one at a time: centroids group by group, or clusters of k-means.
///
/// `@unchecked Sendable`: the memory is written before the object is shared, and never after.
final class ByteBlocks: @unchecked Sendable {
  let dimension: Int
  /// Rows of each range.
  let counts: [Int]
  private let offsets: [Int]
  let blocks: UnsafeMutablePointer<UInt8>
  let bytes: Int

  init(counts: [Int], dimension: Int) {
    self.counts = counts
    self.dimension = dimension
    let blockBytes = vk_byte_block_bytes(dimension)
    var at = 0
    offsets = counts.map { count in
      defer { at += (count + Int(VK_BYTE_ROWS) - 1) / Int(VK_BYTE_ROWS) * blockBytes }
      return at
    }
    bytes = at
    blocks = Memory.allocate(at, hugePages: at > 4 << 20).bindMemory(to: UInt8.self, capacity: at)
    blocks.initialize(repeating: 0, count: at)
  }

  deinit { free(blocks) }

  private func block(_ range: Int, _ row: Int) -> UnsafeMutablePointer<UInt8> {
    blocks + offsets[range] + row / Int(VK_BYTE_ROWS) * vk_byte_block_bytes(dimension)
  }

  func store(_ range: Int, _ row: Int, _ codes: UnsafePointer<Int8>, scale: Float, tag: Int) {
    vk_store_bytes(block(range, row), row % Int(VK_BYTE_ROWS), dimension, codes, scale, UInt32(tag))
  }

  /// Reads back a row's codes, `dimension` of them up to a multiple of four; returns its scale and tag.
  func load(_ range: Int, _ row: Int, into codes: UnsafeMutablePointer<Int8>) -> (scale: Float, tag: UInt32) {
    var tag: UInt32 = 0
    let scale = vk_load_bytes(block(range, row), row % Int(VK_BYTE_ROWS), dimension, codes, &tag)
    return (scale, tag)
  }

  /// Offers the rows of a range to a pool with room for them.
  @inline(__always)
  func scan(_ range: Int, _ query: UnsafePointer<Int8>, offset: Int32, into pool: CandidatePool) {
    let found = Kernels.active.scan_bytes(
      query, offset, blocks + offsets[range], counts[range], dimension, pool.bound, pool.nextScore, pool.nextTag)
    pool.accept(found)
  }

  /// The tag and the score of the nearest row of a range with at least one, the first of equals. `scores` and `tags`
  /// have room for 16 more than the range.
  @inline(__always)
  func nearest(
    _ range: Int, _ query: UnsafePointer<Int8>, offset: Int32, scores: UnsafeMutablePointer<Float>,
    tags: UnsafeMutablePointer<UInt32>
  ) -> (tag: UInt32, score: Float) {
    let found = Kernels.active.scan_bytes(
      query, offset, blocks + offsets[range], counts[range], dimension, .infinity, scores, tags)
    let at = vk_argmin(scores, found)
    return (tags[at], scores[at])
  }
}

/// What the codes in blocks, which are stored plus 128, add to every product with this query.
@inline(__always)
func byteOffset(_ codes: UnsafePointer<Int8>, count: Int) -> Int32 {
  var sum: Int32 = 0
  for i in 0..<count { sum += Int32(codes[i]) }
  return 128 * sum
}
