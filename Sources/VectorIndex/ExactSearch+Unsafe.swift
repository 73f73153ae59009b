internal import CVectorKernels

/// The scan of every row in float.
struct ExactSearch {
  let rows: RowStore

  /// Rows compared in one go; divides a chunk.
  static let piece = 256

  func run(_ query: [Float], count k: Int, filter: some CandidateFilter) -> [Match] {
    let kernels = Kernels.active
    let count = rows.count
    var nearest = NearestHeap<UInt64>(capacity: min(k, count))
    guard count > 0 else { return [] }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.piece) { distances in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.piece) { positions in
        for start in stride(from: 0, to: count, by: Self.piece) {
          let here = min(Self.piece, count - start)
          kernels.squared_l2_rows(query, rows.vector(start), here, rows.dimension, distances.baseAddress!)
          let found = kernels.select_at_most(
            distances.baseAddress!, here, nearest.bound, positions.baseAddress!)
          for position in positions.prefix(found) {
            let slot = start + Int(position)
            let id = rows.id(slot)
            if !rows.isRemoved(slot), filter.passes(id) { nearest.offer(distances[Int(position)], id) }
          }
        }
      }
    }
    return nearest.sorted().map { Match(id: $0.tag, squaredDistance: $0.distance) }
  }
}
