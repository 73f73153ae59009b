internal import CVectorKernels

/// The search that compares every vector: first its 4-bit codes, then, where these cannot rule it out, all its bits.
/// The answer is that of comparing all bits of all, bit for bit. Queries are in the rows' rotation, with zeros up to
/// `rotation.padded` floats.
///
/// With z the query and x a vector as it is kept, ẑ and x̂ what their codes say:
/// ⟨z, x⟩ = ⟨ẑ, x̂⟩ + ⟨z − ẑ, x̂⟩ + ⟨z, x − x̂⟩ ≤ ⟨ẑ, x̂⟩ + ‖z − ẑ‖·(‖x‖ + ‖x − x̂‖) + ‖z‖·‖x − x̂‖, where ‖x − x̂‖ is at most
/// what the row's piece has noted. A vector is ruled out when by this bound it is further than k others.
struct ExactSearch {
  let rows: RowStore

  private static let piece = RowStore.pieceRows
  /// Rows of which all bits are compared in one go, so that their reading overlaps.
  private static let batch = 64

  /// - Parameter seeds: vectors of the index that are likely near, from another search; each passes the filter.
  func run<Filter: CandidateFilter>(
    _ query: UnsafePointer<Float>, count k: Int, filter: Filter, seeds: [Match] = [], scratch: SearchScratch
  ) -> SearchResult {
    let count = rows.count
    var nearest = NearestHeap<UInt64>(capacity: min(k, count))
    // No vector further than the k-th seed can be among the k nearest.
    let limit = seeds.count >= k ? seeds[k - 1].squaredDistance : .infinity
    scan(query, count, filter, &nearest, limit, scratch)
    // A seed that was removed meanwhile leaves one too few.
    if nearest.count < k, limit < .infinity { scan(query, count, filter, &nearest, .infinity, scratch) }
    return SearchResult(
      matches: nearest.sorted().map { Match(id: $0.tag, squaredDistance: $0.distance) }, mode: .exact,
      isCertified: true)
  }

  /// The nearest of these rows; those that are removed are left out.
  func run(
    _ query: UnsafePointer<Float>, count k: Int, among slots: [UInt32], scratch: SearchScratch
  ) -> SearchResult {
    var nearest = NearestHeap<UInt64>(capacity: min(k, max(1, slots.count)))
    let waiting = scratch.seen.reserve(Self.piece)
    let codes = scratch.codes.reserve(Self.piece)
    let scores = scratch.distances.reserve(Self.piece)
    let bound = CodeBound(query, rows, scratch)
    for start in stride(from: 0, to: slots.count, by: Self.piece) {
      let here = slots[start..<min(start + Self.piece, slots.count)]
      for (i, slot) in here.enumerated() {
        codes[i] = rows.codes(Int(slot))
        vk_prefetch(codes[i], rows.codeBytes)
      }
      Kernels.active.nibble_gather(scratch.fineCodes.pointer, codes, here.count, rows.dimension, scores)
      let worst = nearest.bound
      var count = 0
      for (i, slot) in here.enumerated()
      where scores[i] <= bound.score(for: worst, error: rows.codeError(Int(slot))) && !rows.isRemoved(Int(slot)) {
        waiting[count] = slot
        count += 1
      }
      compare(query, waiting, count, &nearest, scratch)
    }
    return SearchResult(
      matches: nearest.sorted().map { Match(id: $0.tag, squaredDistance: $0.distance) }, mode: .exact,
      isCertified: true)
  }

  private func scan<Filter: CandidateFilter>(
    _ query: UnsafePointer<Float>, _ count: Int, _ filter: Filter, _ nearest: inout NearestHeap<UInt64>,
    _ limit: Float, _ scratch: SearchScratch
  ) {
    let kernels = Kernels.active
    let bound = CodeBound(query, rows, scratch)
    let scores = scratch.distances.reserve(Self.piece)
    let positions = scratch.positions.reserve(Self.piece)
    let waiting = scratch.seen.reserve(Self.batch + Self.piece)
    var waitingCount = 0
    for start in stride(from: 0, to: count, by: Self.piece) {
      let here = min(Self.piece, count - start)
      kernels.nibble_rows(scratch.fineCodes.pointer, rows.codes(start), here, rows.dimension, scores)
      let worst = min(limit, nearest.bound)
      let found = kernels.select_at_most(scores, here, bound.score(for: worst, error: rows.codeError(start)), positions)
      for i in 0..<found {
        let slot = start + Int(positions[i])
        if rows.isRemoved(slot) || (!Filter.passesAll && !filter.passes(rows.id(slot))) { continue }
        // A row that is not removed now stays as it is until this search leaves.
        waiting[waitingCount] = UInt32(slot)
        vk_prefetch(rows.fine(slot), rows.fineBytes)
        waitingCount += 1
      }
      if waitingCount >= Self.batch {
        compare(query, waiting, waitingCount, &nearest, scratch)
        waitingCount = 0
      }
    }
    compare(query, waiting, waitingCount, &nearest, scratch)
  }

  private func compare(
    _ query: UnsafePointer<Float>, _ slots: UnsafePointer<UInt32>, _ count: Int, _ nearest: inout NearestHeap<UInt64>,
    _ scratch: SearchScratch
  ) {
    let (codes, fine) = (scratch.codes.reserve(count), scratch.fine.reserve(count))
    for i in 0..<count {
      codes[i] = rows.codes(Int(slots[i]))
      fine[i] = rows.fine(Int(slots[i]))
    }
    let distances = scratch.groups.floats(count)
    Kernels.active.squared_l2_gather(query, codes, fine, count, rows.dimension, rows.codeStep, distances)
    for i in 0..<count where distances[i] <= nearest.bound {
      nearest.offer(distances[i], rows.id(Int(slots[i])))
    }
  }
}

/// From a squared distance to the score in 4-bit codes that no vector within that distance exceeds.
struct CodeBound {
  /// One unit of a score as an inner product.
  private let unit: Double
  /// What the codes' middle adds to every score.
  private let middle: Double
  private let queryNorm: Double
  private let queryError: Double
  /// Largest |‖x‖² − 1| of a vector x as it is kept, and so of ‖x‖.
  private let tolerance: Double

  /// Encodes the query into `scratch.fineCodes`.
  init(_ query: UnsafePointer<Float>, _ rows: RowStore, _ scratch: SearchScratch) {
    let codes = scratch.fineCodes.reserve(2 * rows.codeBytes)
    let scale = vk_encode(query, rows.dimension, codes, 2 * rows.codeBytes)
    var sum = 0
    var norm = 0.0
    var error = 0.0
    for i in 0..<rows.dimension {
      sum += Int(codes[i])
      norm += Double(query[i]) * Double(query[i])
      let rest = Double(query[i]) - Double(scale) * Double(codes[i])
      error += rest * rest
    }
    unit = Double(scale) * Double(rows.codeStep)
    middle = 7.5 * Double(sum)
    queryNorm = norm
    queryError = error.squareRoot()
    tolerance = Double(VectorIndex.normTolerance) + 3 * Double(VectorIndex.rounding(dimension: rows.dimension))
  }

  /// More than what sums in float can be off by.
  private static let rounding = 1e-4

  /// Vectors at most `squaredDistance` from the query have a score not above this, if their codes leave over no more
  /// than `error`.
  func score(for squaredDistance: Float, error: Float) -> Float {
    guard squaredDistance.isFinite, unit > 0 else { return .infinity }
    // ‖q − x‖² = ‖q‖² + ‖x‖² − 2⟨q, x⟩, and ‖x‖² is within the tolerance of 1.
    let product = (queryNorm + 1 - tolerance - Double(squaredDistance)) / 2
    let lost = queryError * (1 + tolerance + Double(error)) + (1 + tolerance) * Double(error) + Self.rounding
    // ⟨ẑ, x̂⟩ = unit · (−score − middle)
    return Float(-((product - lost) / unit) - middle).nextUp
  }
}
