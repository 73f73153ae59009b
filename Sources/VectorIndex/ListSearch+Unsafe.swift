internal import CVectorKernels

/// The search in inverted lists: choose the nearest lists, scan their codes, compare the best candidates in float.
struct ListSearch {
  let rows: RowStore
  let partition: Partition
  let probes: Int
  /// Candidates to compare in float.
  let candidates: Int

  /// - Returns: nil when the lists probed cannot answer: they hold fewer than `k` candidates while others hold more,
  ///   or so many vectors nearer than the answer were shut out that it lies deeper than the probes are made for.
  func run<Filter: CandidateFilter>(_ query: [Float], count k: Int, filter: Filter) -> SearchResult? {
    let coded = query.withUnsafeBufferPointer { CodedVector($0.baseAddress!, dimension: rows.dimension) }
    let lists = partition.quantizer.rank(coded, probes: probes)
    var best = NearestHeap<UInt32>(capacity: candidates)
    var shutOut: [Float] = []
    let scanned = scan(lists, coded, filter, &best, &shutOut)
    if best.count < k, lists.count < partition.quantizer.count { return nil }
    if !Filter.passesAll {
      let last = best.sorted().prefix(k).last?.distance ?? .infinity
      let depth = k + shutOut.count { $0 <= last }
      if depth > Calibration.depth { return nil }
    }
    let matches = rerank(best, query, count: k)
    return SearchResult(
      matches: matches,
      mode: .approximate(listsProbed: lists.count, candidatesScanned: scanned, reranked: best.count))
  }

  /// Offers every row of `lists` to `best` by the score of its codes; notes the scores of rows that would have been
  /// offered but for the filter. Returns the number of rows looked at.
  private func scan<Filter: CandidateFilter>(
    _ lists: [Int], _ query: CodedVector, _ filter: Filter, _ best: inout NearestHeap<UInt32>,
    _ shutOut: inout [Float]
  ) -> Int {
    let buffer = ScoreBuffer()
    let offset = query.offset
    let blockBytes = partition.lists.blockBytes
    var scanned = 0
    query.codes.withUnsafeBufferPointer { codes in
      for (place, list) in lists.enumerated() {
        if place + 1 < lists.count { partition.lists.prefetch(lists[place + 1], bytes: 4096) }
        partition.lists.forEachPiece(of: list) { blocks, count in
          let found = buffer.select(
            codes.baseAddress!, offset: offset, blocks: blocks, rows: count, dimension: rows.dimension,
            bound: best.bound)
          for i in 0..<found {
            let position = Int(buffer.positions[i])
            let slot = Int(vk_slot(blocks, position, blockBytes))
            if rows.isRemoved(slot) { continue }
            if Filter.passesAll || filter.passes(rows.id(slot)) {
              best.offer(buffer.scores[position], UInt32(slot))
            } else {
              shutOut.append(buffer.scores[position])
            }
          }
          scanned += count
        }
      }
    }
    return scanned
  }

  /// The `k` nearest of the candidates by their true distances.
  private func rerank(_ best: NearestHeap<UInt32>, _ query: [Float], count k: Int) -> [Match] {
    let slots = best.unsorted.map { Int($0.tag) }
    let vectors = slots.map { rows.vector($0) }
    for vector in vectors { vk_prefetch(vector, rows.dimension * 4) }
    var distances = Array(repeating: Float(0), count: slots.count)
    Kernels.active.squared_l2_gather(query, vectors, slots.count, rows.dimension, &distances)
    var nearest = NearestHeap<UInt64>(capacity: min(k, slots.count))
    for (slot, distance) in zip(slots, distances) where distance <= nearest.bound {
      nearest.offer(distance, rows.id(slot))
    }
    return nearest.sorted().map { Match(id: $0.tag, squaredDistance: $0.distance) }
  }
}
