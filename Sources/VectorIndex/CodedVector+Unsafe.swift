internal import CVectorKernels

/// A vector in 8-bit codes, as a query of `score_blocks` or on its way into a block.
struct CodedVector {
  /// −127…127, padded with zeros to a multiple of four.
  private(set) var codes: [Int8]
  /// A coordinate is about code · scale.
  private(set) var scale: Float = 0

  init(dimension: Int) { codes = Array(repeating: 0, count: vk_groups(dimension) * 4) }

  init(_ vector: UnsafePointer<Float>, dimension: Int) {
    self.init(dimension: dimension)
    encode(vector, dimension: dimension)
  }

  /// Replaces the codes by those of `vector`.
  mutating func encode(_ vector: UnsafePointer<Float>, dimension: Int) {
    scale = codes.withUnsafeMutableBufferPointer { vk_encode(vector, dimension, $0.baseAddress!) }
  }

  /// What the codes in blocks, which are stored plus 128, add to every product with this vector.
  var offset: Int32 { codes.reduce(0) { $0 + 128 * Int32($1) } }
}

/// Room for the scores of one piece of a list and the positions selected from it.
struct ScoreBuffer: ~Copyable {
  /// Rows scored in one go: enough to fill the kernel, little enough to stay in the first-level cache.
  static let rows = 256

  let scores: UnsafeMutablePointer<Float>
  let positions: UnsafeMutablePointer<UInt32>

  init() {
    scores = .allocate(capacity: Self.rows)
    positions = .allocate(capacity: Self.rows)
  }

  deinit {
    scores.deallocate()
    positions.deallocate()
  }

  /// Scores up to `rows` rows of blocks and selects those not above `bound`; returns how many.
  @inline(__always)
  func select(
    _ query: UnsafePointer<Int8>, offset: Int32, blocks: UnsafePointer<UInt8>, rows: Int, dimension: Int, bound: Float
  ) -> Int {
    Kernels.active.score_blocks(query, offset, blocks, rows, dimension, scores)
    return Kernels.active.select_at_most(scores, rows, bound, positions)
  }
}
