internal import CVectorKernels

/// Which lists a vector belongs to: the one with the nearest centroid, and a second one chosen so that a query for
/// which the first is far down the order is likely to find it through the second (Sun et al. 2023, "SOAR").
struct ListChooser: ~Copyable {
  let subspace: Subspace
  let quantizer: CoarseQuantizer
  private let point: ScratchBuffer<Float>
  private let codes: ScratchBuffer<Int8>
  private let firstCodes: ScratchBuffer<Int8>
  private let otherCodes: ScratchBuffer<Int8>
  private let groups = CandidatePool()
  private let lists = CandidatePool()

  /// Lists among which the second is chosen.
  static let candidates = 16
  /// Weight of the part of the second residual that is parallel to the first: SOAR's λ.
  static let lambda: Float = 1

  init(_ subspace: Subspace, _ quantizer: CoarseQuantizer) {
    self.subspace = subspace
    self.quantizer = quantizer
    point = ScratchBuffer(subspace.dimension)
    codes = ScratchBuffer(subspace.dimension + 64)
    firstCodes = ScratchBuffer(subspace.dimension + 64)
    otherCodes = ScratchBuffer(subspace.dimension + 64)
  }

  /// The lists of a vector of norm 1.
  ///
  /// With p the vector in the subspace, c and c′ two centroids and t² what the vector has outside of the subspace, the
  /// second list minimises ‖p − c′‖² + t² + λ·(⟨p − c, p − c′⟩ + t²)² / (‖p − c‖² + t²).
  func lists(of vector: UnsafePointer<Float>) -> ListsOfRows.Pair {
    let dimension = subspace.dimension
    subspace.project(vector, into: point.pointer)
    let scale = vk_encode(point.pointer, dimension, codes.pointer, dimension)
    let offset = byteOffset(codes.pointer, count: dimension)
    quantizer.nearest(codes.pointer, offset: offset, wanted: Self.candidates, groups: groups, lists: lists)
    let first = Int(lists.tags[0])
    guard lists.count > 1 else { return ListsOfRows.Pair(first: UInt32(first), second: ListsOfRows.none) }
    var inside: Float = 0
    for d in 0..<dimension { inside += point.pointer[d] * point.pointer[d] }
    let firstScale = quantizer.direction(of: first, into: firstCodes.pointer)
    let firstLength = quantizer.length(of: first)
    let firstProduct = -lists.scores[0] * scale * firstLength
    let outside = max(0, 1 - inside)
    let firstResidual = inside - 2 * firstProduct + firstLength * firstLength + outside
    var best = (list: ListsOfRows.none, loss: Float.infinity)
    for i in 1..<lists.count {
      let list = Int(lists.tags[i])
      let length = quantizer.length(of: list)
      let product = -lists.scores[i] * scale * length
      let otherScale = quantizer.direction(of: list, into: otherCodes.pointer)
      var codeProduct: Int32 = 0
      for d in 0..<dimension { codeProduct += Int32(firstCodes.pointer[d]) * Int32(otherCodes.pointer[d]) }
      let between = Float(codeProduct) * firstScale * otherScale * firstLength * length
      let residual = inside - 2 * product + length * length + outside
      let parallel = inside - product - firstProduct + between + outside
      let loss = residual + Self.lambda * parallel * parallel / max(firstResidual, 1e-6)
      if loss < best.loss { best = (UInt32(list), loss) }
    }
    return ListsOfRows.Pair(first: UInt32(first), second: best.list)
  }
}

/// Residuals as they are coded: rotated vector minus rotated centroid.
struct ResidualCoder: ~Copyable {
  private let subspace: Subspace
  private let quantizer: CoarseQuantizer
  private let centroid: ScratchBuffer<Float>
  private let codes: ScratchBuffer<Int8>
  private let lifted: ScratchBuffer<Float>
  private let residual: ScratchBuffer<Float>

  init(_ subspace: Subspace, _ quantizer: CoarseQuantizer) {
    self.subspace = subspace
    self.quantizer = quantizer
    centroid = ScratchBuffer(subspace.dimension)
    codes = ScratchBuffer(subspace.dimension + 64)
    lifted = ScratchBuffer(subspace.rotation.padded)
    residual = ScratchBuffer(subspace.rotation.padded)
  }

  /// Takes the centroid that the next residuals are measured from.
  func use(_ list: Int) {
    quantizer.centroid(of: list, into: centroid.pointer, codes: codes.pointer)
    subspace.lift(centroid.pointer, into: lifted.pointer)
  }

  /// The residual of a rotated vector, valid until the next call.
  func residual(of rotated: UnsafePointer<Float>) -> UnsafePointer<Float> {
    for j in 0..<subspace.rotation.padded { residual.pointer[j] = rotated[j] - lifted.pointer[j] }
    return UnsafePointer(residual.pointer)
  }
}
