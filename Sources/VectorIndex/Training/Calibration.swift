internal import CVectorKernels

/// How far searches must go: measured with queries that are as far from the vectors as later ones will be, by the search that
/// will answer them.
struct Calibration {
  /// The largest k that the inverted lists answer.
  static let depth = 100

  let rows: RowStore
  let partition: Partition
  let options: IndexOptions
  let queries: CalibrationQueries
  /// The lists of vectors by their ids; of one that is gone, none.
  let lists: ([UInt64]) -> [ListsOfRows.Pair]

  private var threads: Int { options.threads }

  /// The true answers to all queries.
  private struct Truth {
    /// For each query the squared distances of its nearest, in order.
    var distances: [[Float]]
    /// For each query and each of its nearest, how many lists must be scanned to come to it.
    var ranks: [[UInt32]]
  }

  /// - Returns: for each depth the least effort that finds the share `recall` of the nearest, of probes and of strangers; exact where
  ///   lists would save nothing. Strangers that the lists cannot find enough for are left to the watch while they are only made:
  ///   real ones may be easier. For queries that were asked the search is exact then.
  func efforts(recall: Double) -> EffortTable {
    let depth = min(Self.depth, rows.count - rows.removedCount)
    let count = queries.vectors.count / queries.stride
    guard depth > 0, count > 0 else { return partition.effort }
    let truth = truth(count, depth)
    // A sample finds now more and now less: what is aimed at lies a little above what is promised.
    let wanted = recall + 0.3 * (1 - recall)
    var efforts: [Effort] = []
    for k in EffortTable.depths {
      let found = queries.kinds.map { least(truth, $0, count: min(k, depth), wanted) }
      var effort = found[0].effort
      if found[0].reached < recall, queries.areAsked { effort = .exact }
      if effort != .exact, found.count > 1, found[1].reached >= recall, found[1].effort != .exact {
        effort = effort.and(found[1].effort)
      }
      // More matches never take less.
      efforts.append(efforts.last.map { effort.and($0) } ?? effort)
    }
    let reached =
      efforts[0] == .exact
      ? 1 : queries.kinds.map { self.found(truth, $0, count: min(10, depth), efforts[0]) }.min() ?? 1
    return EffortTable(efforts, reached: reached, isForAsked: queries.areAsked)
  }

  /// Of the vectors that are in lists: those that come while lists are trained are put into them at the end, and a search
  /// that cannot find them yet would seem to find too little.
  private func truth(_ count: Int, _ depth: Int) -> Truth {
    let (rows, stride) = (rows, queries.stride)
    let answers = queries.vectors.withUnsafeBufferPointer { vectors in
      nonisolated(unsafe) let start = vectors.baseAddress!
      return Parallel.collect(count, threads: threads) { i in
        ExactSearch(rows: rows).run(
          start + i * stride, count: depth, filter: Everything(), scratch: SearchScratch()
        ).matches
      }
    }
    let pairs = lists(answers.flatMap { $0.map(\.id) })
    let starts = answers.reduce(into: [0]) { $0.append($0.last! + $1.count) }
    let partition = partition
    let listed = queries.vectors.withUnsafeBufferPointer { vectors in
      nonisolated(unsafe) let start = vectors.baseAddress!
      return Parallel.collect(count, threads: threads) { i in
        let order = ListRanks(partition, start + i * stride)
        return zip(answers[i], pairs[starts[i]..<starts[i + 1]])
          .map { (distance: $0.squaredDistance, rank: order.rank(of: $1)) }
          .filter { $0.rank != .max }
      }
    }
    return Truth(distances: listed.map { $0.map(\.distance) }, ranks: listed.map { $0.map(\.rank) })
  }

  /// Costs of one list and of one candidate in the same unit: a list is read in a row, a candidate at random.
  private static let listCost = 10
  private static let candidateCost = 1

  /// Tries more and more candidates, each with the fewest probes that suffice, until that costs more than it saves.
  private func least(
    _ truth: Truth, _ kind: Range<Int>, count k: Int, _ wanted: Double
  ) -> (effort: Effort, reached: Double) {
    let first = options.rerank ?? Effort.leastCandidates(k)
    var best: (effort: Effort, reached: Double, cost: Int)?
    for candidates in options.rerank == nil ? [first, 2 * first, 4 * first, 8 * first] : [first] {
      let (probes, reached) = fewest(truth, kind, count: k, candidates, wanted)
      let cost = Self.listCost * probes + Self.candidateCost * candidates
      if let best {
        let isEnough = best.reached >= wanted
        if isEnough ? reached < wanted || cost >= best.cost : reached < best.reached + 5e-4 { break }
      }
      best = (Effort(probes: probes, candidates: candidates), reached, cost)
    }
    return savesNothing(best!.effort) ? (.exact, 1) : (best!.effort, best!.reached)
  }

  /// Whether the lists hold so much of all vectors, most of them twice, that a search of all by their 4-bit codes takes no longer.
  private func savesNothing(_ effort: Effort) -> Bool {
    let share = 2 * Double(effort.probes) / Double(max(1, partition.quantizer.count))
    return share + 4 * Double(effort.candidates) / Double(max(1, rows.count)) > 0.9
  }

  /// The fewest probes that find enough. Fewer than the lists' ranks ask for cannot do; what the codes lose beside that is
  /// measured, and made up for by more.
  private func fewest(
    _ truth: Truth, _ kind: Range<Int>, count k: Int, _ candidates: Int, _ wanted: Double
  ) -> (probes: Int, reached: Double) {
    let all = partition.quantizer.count
    var probes = probes(truth, kind, count: k, share: wanted)
    var reached = found(truth, kind, count: k, Effort(probes: probes, candidates: candidates))
    for _ in 0..<3 where reached < wanted && probes < all && !savesNothing(Effort(probes: probes, candidates: 0)) {
      let lost = max(0, share(truth, kind, count: k, within: probes) - reached)
      guard wanted + lost < 1 else { break }
      let more = self.probes(truth, kind, count: k, share: wanted + 1.05 * lost)
      guard more > probes else { break }
      let then = found(truth, kind, count: k, Effort(probes: more, candidates: candidates))
      // Beyond this the codes are what loses, not the lists.
      if then - reached < 2e-4 { break }
      (probes, reached) = (more, then)
    }
    return (probes, reached)
  }

  /// Lists to scan for this share of the nearest to be in them.
  private func probes(_ truth: Truth, _ kind: Range<Int>, count k: Int, share: Double) -> Int {
    let ranks = kind.flatMap { truth.ranks[$0].prefix(k) }.sorted()
    guard !ranks.isEmpty else { return 1 }
    let place = min(ranks.count - 1, max(0, Int((share * Double(ranks.count)).rounded(.up)) - 1))
    return max(1, min(Int(ranks[place]), partition.quantizer.count))
  }

  /// The share of the nearest that so many lists hold.
  private func share(_ truth: Truth, _ kind: Range<Int>, count k: Int, within probes: Int) -> Double {
    var (found, all) = (0, 0)
    for query in kind {
      for rank in truth.ranks[query].prefix(k) {
        all += 1
        if rank <= probes { found += 1 }
      }
    }
    return Double(found) / Double(max(1, all))
  }

  /// The share of the nearest `k` that a search finds. Vectors that are as near as the k-th count, whichever they are.
  private func found(_ truth: Truth, _ kind: Range<Int>, count k: Int, _ effort: Effort) -> Double {
    let (rows, partition, stride) = (rows, partition, queries.stride)
    let hits = queries.vectors.withUnsafeBufferPointer { vectors in
      nonisolated(unsafe) let start = vectors.baseAddress!
      return Parallel.map(kind.count, threads: threads, initial: 0) { range, out in
        let scratch = SearchScratch()
        let search = ListSearch(rows: rows, partition: partition, effort: effort, depth: k)
        for i in range {
          let query = kind.lowerBound + i
          let nearest = truth.distances[query].prefix(k)
          let result = search.run(
            start + query * stride, count: k, filter: Everything(), scratch: scratch, certifies: false)
          // What the lists cannot answer is answered exactly.
          out[i] = result.map { RecallCount.hits($0.matches, nearest.last ?? 0) } ?? nearest.count
        }
      }
    }
    let all = kind.reduce(0) { $0 + min(k, truth.distances[$1].count) }
    return Double(hits.reduce(0, +)) / Double(max(1, all))
  }
}

enum RecallCount {
  /// How many of the matches are among the nearest, of which the furthest is at this squared distance.
  static func hits(_ matches: [Match], _ furthest: Float) -> Int { matches.count { $0.squaredDistance <= furthest } }
}

/// The places of lists in the order in which a query looks at them.
private struct ListRanks {
  /// By the number of the list, from 1.
  private var ranks: [UInt32]

  init(_ partition: Partition, _ query: UnsafePointer<Float>) {
    let (subspace, quantizer) = (partition.subspace, partition.quantizer)
    let point = ScratchBuffer<Float>(subspace.dimension)
    let codes = ScratchBuffer<Int8>(subspace.dimension + 64)
    subspace.project(query, into: point.pointer)
    _ = vk_encode(point.pointer, subspace.dimension, codes.pointer, subspace.dimension)
    let all = CandidatePool()
    quantizer.allScores(codes.pointer, offset: byteOffset(codes.pointer, count: subspace.dimension), into: all)
    all.sort()
    ranks = Array(repeating: .max, count: quantizer.numberLimit)
    for i in 0..<all.count { ranks[Int(all.tags[i])] = UInt32(i + 1) }
  }

  /// The better of the two places; `.max` for a vector in no list.
  func rank(of pair: ListsOfRows.Pair) -> UInt32 { min(rank(of: pair.first), rank(of: pair.second)) }

  private func rank(of list: UInt32) -> UInt32 { list < ranks.count ? ranks[Int(list)] : .max }
}
