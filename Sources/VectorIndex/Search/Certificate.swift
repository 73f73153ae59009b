internal import CVectorKernels

/// Whether any vector can be nearer than the one that a search in lists has found.
///
/// A vector x whose first list has centroid c and radius ρ ≥ ‖x − c‖ is at least ‖q − c‖ − ρ away from the query, and
/// every vector has a first list. With p the query in the centroids' subspace and p̂ what its codes say,
/// ‖q − c‖² = ‖q‖² − 2⟨p, c⟩ + ‖c‖² and ⟨p, c⟩ ≤ ⟨p̂, c⟩ + ‖p − p̂‖·‖c‖. What lies in lists that this does not rule out
/// is looked at in 4-bit codes with their proven bound, and with all bits where that says nothing.
///
/// What is proven is about vectors as they are kept. So of the vectors as they were added none is nearer than the match by
/// more than twice `VectorIndex.rounding`.
///
/// So a certificate costs little where queries are very near to a vector, or vectors lie close about their centroids;
/// elsewhere the attempt is given up at once.
struct Certificate<Filter: CandidateFilter> {
  let rows: RowStore
  let partition: Partition
  let filter: Filter

  /// More than all sums in float can be off by.
  private static var slack: Float { 1e-4 }
  /// Lists that may be left to look at: a proof must not cost much more than the search.
  private static var patience: Int { 16 }

  /// After a search in lists has filled `scratch`: whether its first match is the nearest vector there is.
  func proves(_ match: Match, _ query: UnsafePointer<Float>, _ scratch: SearchScratch) -> Bool {
    let probed = scratch.lists.count
    let distance = match.squaredDistance.squareRoot()
    let bound = ListBound(query, partition, scratch)
    // Lists further down are hardly better than the last one that was probed: where that one cannot be ruled out,
    // neither can they.
    let last = Int(scratch.lists.tags[probed - 1])
    guard bound.least(last, product: -scratch.lists.scores[probed - 1]) > distance else { return false }
    let all = scratch.groups
    partition.quantizer.allScores(bound.codes, offset: bound.offset, into: all)
    let suspects = scratch.positions.reserve(all.count)
    var count = 0
    for i in 0..<all.count {
      let list = Int(all.tags[i])
      let product = -all.scores[i] * bound.scale * partition.quantizer.length(of: list)
      if bound.least(list, product: product) <= distance {
        suspects[count] = all.tags[i]
        count += 1
      }
    }
    guard count <= Self.patience else { return false }
    let codeBound = CodeBound(query, rows, scratch)
    return (0..<count).allSatisfy { isRuledOut(Int(suspects[$0]), match, query, codeBound, scratch) }
  }

  /// Whether no vector of a list is nearer than `match`.
  private func isRuledOut(
    _ list: Int, _ match: Match, _ query: UnsafePointer<Float>, _ bound: CodeBound, _ scratch: SearchScratch
  ) -> Bool {
    let (count, blocks) = partition.lists.rows(of: list)
    guard let blocks else { return true }
    for row in 0..<count where vk_bits_erased(blocks, row, rows.dimension) == 0 {
      let slot = Int(vk_bits_slot(blocks, row, rows.dimension))
      var codes: UnsafePointer<UInt8> = rows.codes(slot)
      var score: Float = 0
      Kernels.active.nibble_gather(scratch.fineCodes.pointer, &codes, 1, rows.dimension, &score)
      guard score <= bound.score(for: match.squaredDistance, error: rows.codeError(slot)), !rows.isRemoved(slot)
      else { continue }
      let id = rows.id(slot)
      let isNearer = (rows.squaredDistance(query, slot), id) < (match.squaredDistance, match.id)
      if isNearer, Filter.passesAll || filter.passes(id) { return false }
    }
    return true
  }

  /// How near the vectors of a list can be.
  private struct ListBound {
    let codes: UnsafePointer<Int8>
    let offset: Int32
    let scale: Float
    private let partition: Partition
    private let squaredNorm: Float
    private let codeError: Float

    /// The query's projection and its codes are in `scratch` since the lists were chosen.
    init(_ query: UnsafePointer<Float>, _ partition: Partition, _ scratch: SearchScratch) {
      self.partition = partition
      let dimension = partition.subspace.dimension
      let projected = scratch.projected.pointer
      scale = vk_encode(projected, dimension, scratch.coarseCodes.pointer, dimension)
      codes = UnsafePointer(scratch.coarseCodes.pointer)
      offset = byteOffset(codes, count: dimension)
      var (norm, error) = (Float(0), Float(0))
      for i in 0..<partition.subspace.rotation.dimension { norm += query[i] * query[i] }
      for d in 0..<dimension {
        let rest = projected[d] - scale * Float(codes[d])
        error += rest * rest
      }
      squaredNorm = norm
      codeError = error.squareRoot() + slack
    }

    /// - Parameter product: of the query's codes and the list's centroid.
    @inline(__always)
    func least(_ list: Int, product: Float) -> Float {
      let norm = partition.quantizer.norm(of: list)
      let squared = squaredNorm - 2 * (product + codeError * norm) + norm * norm
      return max(0, squared).squareRoot() - partition.lists.radius(of: list) - slack
    }
  }
}
