internal import CVectorKernels

/// How far searches must go: measured on vectors of the index itself, each asked for its nearest neighbours
/// among all the others, by the search that will answer later.
struct Calibration {
  /// Vectors that ask.
  static let queries = 400
  /// The largest k that the inverted lists answer.
  static let depth = 100

  let rows: RowStore
  /// The slots in the lists.
  let slots: [UInt32]
  let partition: Partition
  let options: IndexOptions

  private var threads: Int { options.threads }

  /// - Returns: the least effort that finds the share `recall` of the 10 and of the 100 nearest; where even much more
  ///   finds no more, what finds as much.
  func effort(recall: Double, generator: inout SplitMix64) -> EffortTable {
    let queries = generator.sample(Self.queries, of: slots)
    let (rows, depth) = (rows, min(Self.depth, slots.count - 1))
    guard depth > 0 else { return partition.effort }
    let truth = Parallel.collect(queries.count, threads: threads) { i in
      let slot = Int(queries[i])
      let exact = ExactSearch(rows: rows).run(
        rows.vector(slot), count: depth, filter: ExcludingOne(id: rows.id(slot)), scratch: SearchScratch())
      return exact.matches.map(\.id)
    }
    let ten = least(queries, truth, count: min(10, depth), recall)
    let hundred = least(queries, truth, count: depth, recall)
    return EffortTable(
      ten: ten,
      hundred: Effort(
        probes: max(ten.probes, hundred.probes), candidates: max(ten.candidates, hundred.candidates)))
  }

  /// Costs of one list and of one candidate in the same unit: a list is read in a row, a candidate at random.
  private static let listCost = 10
  private static let candidateCost = 1

  /// Tries more and more candidates, each with the fewest probes that suffice, until that costs more than it saves.
  private func least(_ queries: [UInt32], _ truth: [[UInt64]], count k: Int, _ recall: Double) -> Effort {
    let first = options.rerank ?? Effort.leastCandidates(k)
    var best: (effort: Effort, reached: Double, cost: Int)?
    for candidates in options.rerank == nil ? [first, 2 * first, 4 * first, 8 * first] : [first] {
      let (probes, reached) = fewest(recall) { probes in
        found(queries, truth, count: k, Effort(probes: probes, candidates: candidates))
      }
      let cost = Self.listCost * probes + Self.candidateCost * candidates
      if let best {
        let isEnough = best.reached >= recall
        if isEnough ? cost >= best.cost : reached < best.reached + 5e-4 { break }
      }
      best = (Effort(probes: probes, candidates: candidates), reached, cost)
    }
    return best!.effort
  }

  private func fewest(_ recall: Double, _ measured: (_ probes: Int) -> Double) -> (probes: Int, reached: Double) {
    let all = partition.quantizer.count
    var low = 0
    var high = min(4, all)
    var reached = measured(high)
    while reached < recall, high < all {
      let more = measured(min(2 * high, all))
      // Beyond this the codes are what loses, not the lists.
      if high >= 16, more - reached < 2e-4 { break }
      low = high
      high = min(2 * high, all)
      reached = more
    }
    let wanted = min(recall, reached)
    while high - low > max(1, high / 32) {
      let middle = (low + high) / 2
      if measured(middle) >= wanted { high = middle } else { low = middle }
    }
    return (high, reached)
  }

  /// The share of the nearest `k` that a search finds.
  private func found(_ queries: [UInt32], _ truth: [[UInt64]], count k: Int, _ effort: Effort) -> Double {
    let (rows, partition) = (rows, partition)
    let hits = Parallel.map(queries.count, threads: threads, initial: 0) { range, out in
      let scratch = SearchScratch()
      let search = ListSearch(rows: rows, partition: partition, effort: effort, count: k + 1)
      for i in range {
        let slot = Int(queries[i])
        // The vector itself comes first and is not counted.
        let result = search.run(
          rows.vector(slot), count: k + 1, filter: Everything(), scratch: scratch, certifies: false)
        out[i] = Set(truth[i].prefix(k)).intersection(result?.matches.map(\.id) ?? []).count
      }
    }
    return Double(hits.reduce(0, +)) / Double(k * queries.count)
  }
}
