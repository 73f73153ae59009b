internal import CVectorKernels

/// The search in inverted lists: choose the nearest lists, scan their 1-bit codes, look at the best candidates in
/// 4-bit codes, and compare the best of those with all their bits. Queries are in the rows' rotation, with zeros up to
/// `rotation.padded` floats.
struct ListSearch {
  let rows: RowStore
  let partition: Partition
  let effort: Effort
  /// How many of the nearest of all are looked for; a filter leaves some of them.
  let depth: Int
  /// Vectors that are compared with all their bits.
  let compared: Int

  init(rows: RowStore, partition: Partition, effort: Effort, depth: Int) {
    self.rows = rows
    self.partition = partition
    self.depth = depth
    self.effort = Effort(probes: effort.probes, candidates: max(depth, effort.candidates))
    // Enough, on all that was tried, for the 4-bit codes to lose next to nothing.
    compared = depth + max(14, self.effort.candidates / 12)
  }

  /// The filter looks at the nearest that were found, not at candidates: it is asked `depth` times at most.
  ///
  /// - Parameter certifies: whether to try to prove the first match.
  /// - Returns: nil when the lists probed cannot answer: they hold fewer than `k` candidates while others hold more,
  ///   or the filter leaves fewer of the nearest.
  func run<Filter: CandidateFilter>(
    _ query: UnsafePointer<Float>, count k: Int, filter: Filter, scratch: SearchScratch, certifies: Bool = true
  ) -> SearchResult? {
    chooseLists(query, scratch)
    let scanned = scan(query, scratch)
    let found = narrow(query, scratch)
    var matches = compare(query, found, scratch)
    if !Filter.passesAll { matches = matches.filter { filter.passes($0.id) } }
    matches = Array(matches.prefix(k))
    let lists = scratch.lists.count
    if matches.count < k, !Filter.passesAll || lists < partition.quantizer.count { return nil }
    let certificate = Certificate(rows: rows, partition: partition, filter: filter)
    return SearchResult(
      matches: matches, mode: .approximate(listsProbed: lists, candidatesScanned: scanned, reranked: found),
      isCertified: certifies && matches.first.map { certificate.proves($0, query, scratch) } ?? false)
  }

  /// Leaves the nearest lists in `scratch.lists`, and asks for what comes first.
  @inline(__always)
  private func chooseLists(_ query: UnsafePointer<Float>, _ scratch: SearchScratch) {
    let subspace = partition.subspace
    let dimension = subspace.dimension
    let projected = scratch.projected.reserve(dimension)
    let codes = scratch.coarseCodes.reserve(dimension)
    subspace.project(query, into: projected)
    let scale = vk_encode(projected, dimension, codes, dimension)
    partition.quantizer.nearest(
      codes, offset: byteOffset(codes, count: dimension), wanted: effort.probes, groups: scratch.groups,
      lists: scratch.lists)
    let lists = scratch.lists
    for i in 0..<lists.count {
      partition.lists.prefetchEntry(Int(lists.tags[i]))
      // From here on the score of a list is minus the product of query and centroid.
      lists.scores[i] *= scale * partition.quantizer.length(of: Int(lists.tags[i]))
    }
    for i in 0..<min(Self.ahead, lists.count) { partition.lists.prefetch(Int(lists.tags[i])) }
  }

  /// Lists that are asked for before their turn.
  private static let ahead = 3

  /// Offers every row of the lists to `scratch.candidates`. Returns the number of rows looked at.
  @inline(__always)
  private func scan(_ query: UnsafePointer<Float>, _ scratch: SearchScratch) -> Int {
    let kernels = Kernels.active
    let tables = scratch.tables.reserve(64 * vk_bit_steps(rows.dimension))
    var scale: Float = 0
    var bias: Float = 0
    vk_bit_tables(query, rows.dimension, tables, &scale, &bias)
    let pool = scratch.candidates
    pool.reset(wanted: effort.candidates)
    var scanned = 0
    let blockBytes = partition.lists.blockBytes
    for i in 0..<scratch.lists.count {
      if i + Self.ahead < scratch.lists.count { partition.lists.prefetch(Int(scratch.lists.tags[i + Self.ahead])) }
      let (count, blocks) = partition.lists.rows(of: Int(scratch.lists.tags[i]))
      guard let blocks else { continue }
      for start in stride(from: 0, to: count, by: CandidatePool.piece) {
        let found = kernels.scan_bits(
          tables, scale, bias, blocks + start / Int(VK_BIT_ROWS) * blockBytes, min(CandidatePool.piece, count - start),
          rows.dimension, scratch.lists.scores[i], pool.bound, pool.nextScore, pool.nextTag)
        pool.accept(found)
      }
      scanned += count
    }
    pool.settle()
    return scanned
  }

  /// Leaves the slots of the best candidates by their 4-bit codes at the front of `scratch.candidates`, each once;
  /// returns how many.
  @inline(__always)
  private func narrow(_ query: UnsafePointer<Float>, _ scratch: SearchScratch) -> Int {
    let kernels = Kernels.active
    let pool = scratch.candidates
    let count = distinct(scratch)
    let codes = scratch.codes.reserve(count)
    for i in 0..<count {
      codes[i] = rows.codes(Int(pool.tags[i]))
      vk_prefetch(codes[i], rows.codeBytes)
    }
    guard count > compared else { return count }
    let queryCodes = scratch.fineCodes.reserve(2 * rows.codeBytes)
    _ = vk_encode(query, rows.dimension, queryCodes, 2 * rows.codeBytes)
    kernels.nibble_gather(queryCodes, codes, count, rows.dimension, pool.scores)
    return CandidatePool.keepBest(pool.scores, pool.tags, count, wanted: compared)
  }

  /// Moves the candidates' distinct slots to the front and returns how many there are.
  @inline(__always)
  private func distinct(_ scratch: SearchScratch) -> Int {
    let pool = scratch.candidates
    var size = 64
    while size < 4 * pool.count { size *= 2 }
    let seen = scratch.seen.reserve(size)
    seen.update(repeating: .max, count: size)
    var count = 0
    for i in 0..<pool.count {
      let tag = pool.tags[i]
      var at = Int(tag &* 0x9e37_79b1) & (size - 1)
      while seen[at] != tag, seen[at] != .max { at = (at + 1) & (size - 1) }
      if seen[at] == .max {
        seen[at] = tag
        pool.tags[count] = tag
        count += 1
      }
    }
    return count
  }

  /// The nearest of the first `found` candidates by their distances.
  @inline(__always)
  private func compare(_ query: UnsafePointer<Float>, _ found: Int, _ scratch: SearchScratch) -> [Match] {
    let slots = scratch.candidates.tags
    let (codes, fine) = (scratch.codes.reserve(found), scratch.fine.reserve(found))
    var count = 0
    // A row that is not removed now stays as it is until this search leaves.
    for i in 0..<found where !rows.isRemoved(Int(slots[i])) {
      let slot = Int(slots[i])
      codes[count] = rows.codes(slot)
      fine[count] = rows.fine(slot)
      vk_prefetch(fine[count], rows.fineBytes)
      rows.prefetchID(slot)
      slots[count] = slots[i]
      count += 1
    }
    let distances = scratch.distances.reserve(count)
    Kernels.active.squared_l2_gather(query, codes, fine, count, rows.dimension, rows.codeStep, distances)
    var nearest = NearestHeap<UInt64>(capacity: min(depth, count))
    for i in 0..<count where distances[i] <= nearest.bound {
      nearest.offer(distances[i], rows.id(Int(slots[i])))
    }
    return nearest.sorted().map { Match(id: $0.tag, squaredDistance: $0.distance) }
  }
}
