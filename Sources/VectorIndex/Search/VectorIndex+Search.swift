internal import Synchronization

extension VectorIndex {
  /// The `k` nearest vectors that `filter` lets through.
  ///
  /// The lists answer when the matches, together with the nearer vectors that the filter shuts out, are 100 at
  /// most; beyond that, and for a larger k, the search is exact. Of a small part of the vectors each is looked up and compared.
  /// So a filter does not cost recall.
  ///
  /// - Parameters:
  ///   - query: `dimension` finite elements of norm 1 (`normTolerance`).
  ///   - k: how many matches are wanted, at least 1.
  ///   - filter: the ids that may be found; `nil` finds any.
  /// - Throws: `wrongDimension`, `notFinite`, `notUnit`, `invalidCount`.
  public func search(_ query: [Float], count k: Int, filter: SearchFilter? = nil) throws(IndexError) -> SearchResult {
    try check(query, k)
    let result = run(query) { query, view, scratch in
      switch filter {
      case nil: return search(query, k, view, Everything(), depth: k, scratch)
      case .only(let ids) where ids.count < view.liveCount / Self.few(of: view.liveCount):
        return among(ids, query, k, view, scratch)
      case .only(let ids):
        return search(
          query, k, view, Only(ids: ids), depth: Self.depth(of: ids.count, k, view.liveCount), scratch)
      case .excluding(let ids):
        let depth = min(k + ids.count, Self.depth(of: view.liveCount - ids.count, k, view.liveCount))
        return search(query, k, view, Excluding(ids: ids), depth: depth, scratch)
      }
    }
    if filter == nil { observe(query, k, result) }
    return result
  }

  /// Of fewer than this part of all vectors, each is looked up by its id: that takes less than going over all. Where caches do not
  /// hold what is looked up, each waits for memory, while a scan does not.
  private static func few(of all: Int) -> Int { all < 200_000 ? 12 : 32 }

  /// About so many of all are as near as the k-th of a subset of this size, and half as many again, as they are not spread
  /// evenly.
  private static func depth(of size: Int, _ k: Int, _ all: Int) -> Int { 3 * k * all / (2 * max(1, size)) }

  /// The nearest of a few: all are compared. Waits for a write in progress.
  private func among(
    _ ids: Set<UInt64>, _ query: UnsafePointer<Float>, _ k: Int, _ view: View, _ scratch: SearchScratch
  ) -> SearchResult {
    // A row that is not removed now stays as it is until this search leaves.
    let slots: [UInt32]? = writer.withLock { writer in
      guard currentView.rows === view.rows else { return nil }
      return writer.table.slots(of: ids, in: view.rows)
    }
    // The rows were moved together meanwhile; this search goes on with those that it began with.
    guard let slots else { return exact(query, k, view, Only(ids: ids), scratch) }
    return ExactSearch(rows: view.rows).run(query, count: k, among: slots, scratch: scratch)
  }

  /// The `k` nearest vectors by comparing all: what `search` is measured against.
  ///
  /// Distances are from the vectors as they are kept (`rounding`), by one kernel in a fixed order of summation, so they are
  /// the same bits on every processor and in both kinds of search.
  public func searchExact(_ query: [Float], count k: Int) throws(IndexError) -> SearchResult {
    try check(query, k)
    return run(query) { query, view, scratch in exact(query, k, view, Everything(), scratch) }
  }

  /// A search of `probes` lists, whatever the options say; exact while there are no lists.
  ///
  /// - Parameters:
  ///   - candidates: entries of lists that are looked at more closely; nil means those of the options.
  ///   - certifies: whether to try to prove the first match; nil means as the options say.
  package func search(
    _ query: [Float], count k: Int, probes: Int, candidates: Int? = nil, certifies: Bool? = nil
  ) throws(IndexError) -> SearchResult {
    try check(query, k)
    return run(query) { query, view, scratch in
      guard let partition = view.partition else { return exact(query, k, view, Everything(), scratch) }
      let candidates = candidates ?? options.rerank ?? Effort.ampleCandidates(k)
      let effort = Effort(probes: max(1, probes), candidates: candidates)
      return search(
        query, k, view, partition, effort, Everything(), depth: k, scratch, certifies: certifies ?? options.certifies)
    }
  }

  private func check(_ query: [Float], _ k: Int) throws(IndexError) {
    try checkDimension(query.count)
    try checkUnit(query[...])
    guard k > 0 else { throw IndexError(.invalidCount, "a search for \(k) matches: ask for at least one") }
  }

  @inline(__always)
  private func run(
    _ query: [Float], _ body: (UnsafePointer<Float>, View, SearchScratch) -> SearchResult
  ) -> SearchResult {
    query.withUnsafeBufferPointer { query in
      // The view is taken after entering: what it names stays in place until the search leaves.
      readers.read { scratch in
        let view = currentView
        let rotated = scratch.rotated.reserve(view.rows.rotation.padded)
        view.rows.rotation.apply(query.baseAddress!, into: rotated)
        return body(rotated, view, scratch)
      }
    }
  }

  // Inlined, so that the filter is a concrete type in the scans: a call through a witness for each vector doubles their time.

  @inline(__always)
  private func search<Filter: CandidateFilter>(
    _ query: UnsafePointer<Float>, _ k: Int, _ view: View, _ filter: Filter, depth: Int, _ scratch: SearchScratch
  ) -> SearchResult {
    guard let partition = view.partition, depth <= Calibration.depth else {
      return exact(query, k, view, filter, scratch)
    }
    let effort = partition.effort.effort(for: depth)
    guard effort != .exact else { return exact(query, k, view, filter, scratch) }
    // What the effort is made for is looked for: so what is left by a filter is hardly ever too little.
    let depth = Filter.passesAll ? k : EffortTable.depth(for: depth)
    return search(
      query, k, view, partition, effort, filter, depth: depth, scratch, certifies: options.certifies)
  }

  @inline(__always)
  private func search(
    _ query: UnsafePointer<Float>, _ k: Int, _ view: View, _ partition: Partition, _ effort: Effort,
    _ filter: some CandidateFilter, depth: Int, _ scratch: SearchScratch, certifies: Bool
  ) -> SearchResult {
    let search = ListSearch(rows: view.rows, partition: partition, effort: effort, depth: depth)
    // Lists that hold too few, most of them removed or filtered out, would give a short answer where the rest holds
    // enough for a full one.
    let found = search.run(query, count: k, filter: filter, scratch: scratch, certifies: certifies)
    return found ?? exact(query, k, view, filter, scratch)
  }

  /// Lists that an exact search begins with where the lists alone do not answer.
  private static let seedProbes = 16

  @inline(__always)
  private func exact<Filter: CandidateFilter>(
    _ query: UnsafePointer<Float>, _ k: Int, _ view: View, _ filter: Filter, _ scratch: SearchScratch
  ) -> SearchResult {
    var seeds: [Match] = []
    if let partition = view.partition, k <= Calibration.depth {
      let depth = Filter.passesAll ? k : Calibration.depth
      let effort =
        partition.effort.ten == .exact
        ? Effort(probes: Self.seedProbes, candidates: Effort.leastCandidates(depth)) : partition.effort.ten
      let search = ListSearch(rows: view.rows, partition: partition, effort: effort, depth: depth)
      seeds =
        search.run(query, count: k, filter: filter, scratch: scratch, certifies: false)?.matches ?? []
    }
    return ExactSearch(rows: view.rows).run(query, count: k, filter: filter, seeds: seeds, scratch: scratch)
  }
}
