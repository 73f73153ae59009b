internal import COpenBLAS
internal import CVectorKernels

/// How many lists must be probed: measured on vectors of the index itself, each asked for its true nearest
/// neighbours among all the others, and how far down in the order of lists those neighbours' lists are.
struct Calibration {
  static let queries = 256
  /// The neighbours that are looked for, and so the largest k that the inverted lists answer.
  static let depth = 100

  let quantizer: CoarseQuantizer
  let rows: RowStore
  /// The slots in the lists, ascending, and beside each the list it is in.
  let slots: [UInt32]
  let assignment: [UInt32]

  /// - Returns: the fewest probes that reach the share `recall` of the 10 and of the 100 nearest.
  func probes(recall: Double, generator: inout SplitMix64) -> (ten: Int, hundred: Int) {
    let queries = generator.sample(Self.queries, of: slots)
    let neighbours = nearest(queries)
    var ten = Array(repeating: 0, count: quantizer.count)
    var hundred = ten
    withUnsafeTemporaryAllocation(of: Float.self, capacity: quantizer.paddedCount) { scores in
      for (query, near) in zip(queries, neighbours) {
        let coded = CodedVector(rows.vector(Int(query)), dimension: rows.dimension)
        quantizer.scores(coded, into: scores.baseAddress!)
        for (place, neighbour) in near.enumerated() {
          // How many lists come before the neighbour's.
          let own = scores[Int(assignment[neighbour])]
          let rank = scores.prefix(quantizer.count).reduce(0) { $0 + ($1 < own ? 1 : 0) }
          hundred[rank] += 1
          if place < 10 { ten[rank] += 1 }
        }
      }
    }
    return (Self.probes(ten, recall), Self.probes(hundred, recall))
  }

  /// The smallest p for which the first p ranks hold the share `recall` of all counted.
  static func probes(_ histogram: [Int], _ recall: Double) -> Int {
    let wanted = recall * Double(histogram.reduce(0, +))
    var reached = 0
    for (rank, count) in histogram.enumerated() {
      reached += count
      if Double(reached) >= wanted { return rank + 1 }
    }
    return histogram.count
  }

  /// For each query the positions in `slots` of its `depth` nearest other vectors, nearest first.
  private func nearest(_ queries: [UInt32]) -> [[Int]] {
    let dimension = rows.dimension
    let batch = ScoreBuffer.rows * 4
    var heaps = queries.map { _ in NearestHeap<Int>(capacity: Self.depth) }
    let left = gather(queries[...])
    var products = Array(repeating: Float(0), count: queries.count * batch)
    var positions = Array(repeating: UInt32(0), count: batch)
    for start in stride(from: 0, to: slots.count, by: batch) {
      let count = min(batch, slots.count - start)
      let right = gather(slots[start..<start + count])
      // products[q][r] = −⟨query_q, row_r⟩
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, Int32(queries.count), Int32(count), Int32(dimension), -1, left,
        Int32(dimension), right, Int32(dimension), 0, &products, Int32(batch))
      products.withUnsafeBufferPointer { products in
        for q in heaps.indices {
          let row = products.baseAddress! + q * batch
          let found = Kernels.active.select_at_most(row, count, heaps[q].bound, &positions)
          for p in positions.prefix(found) where slots[start + Int(p)] != queries[q] {
            heaps[q].offer(row[Int(p)], start + Int(p))
          }
        }
      }
    }
    return heaps.map { $0.sorted().map(\.tag) }
  }

  private func gather(_ slots: ArraySlice<UInt32>) -> [Float] { rows.gather(slots) }
}

extension RowStore {
  /// The vectors of `slots`, row-major.
  func gather(_ slots: ArraySlice<UInt32>) -> [Float] {
    Array(unsafeUninitializedCapacity: slots.count * dimension) { buffer, count in
      var to = buffer.baseAddress!
      for slot in slots {
        to.update(from: vector(Int(slot)), count: dimension)
        to += dimension
      }
      count = slots.count * dimension
    }
  }
}
