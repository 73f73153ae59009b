extension VectorIndex {
  /// The `k` nearest vectors that `filter` lets through.
  ///
  /// The lists answer when the matches, together with the nearer vectors that the filter shuts out, are at most 100;
  /// beyond that, and for a larger k, the search is exact. So a filter does not cost recall.
  ///
  /// - Parameter query: `dimension` finite elements of norm 1 (`normTolerance`).
  /// - Throws: `wrongDimension`, `notFinite`, `notUnit`, `invalidCount`.
  public func search(_ query: [Float], count k: Int, filter: SearchFilter? = nil) throws(IndexError) -> SearchResult {
    try check(query, k)
    let view = currentView
    switch filter {
    case nil: return search(query, k, view, Everything())
    case .only(let ids) where ids.count < view.liveCount / 16: return exact(query, k, view, Only(ids: ids))
    case .only(let ids): return search(query, k, view, Only(ids: ids))
    case .excluding(let ids): return search(query, k, view, Excluding(ids: ids))
    }
  }

  /// The `k` nearest vectors by comparing all: what `search` is measured against.
  ///
  /// Distances are computed by one kernel in a fixed order of summation, so they are the same bits on every
  /// processor and in both kinds of search.
  public func searchExact(_ query: [Float], count k: Int) throws(IndexError) -> SearchResult {
    try check(query, k)
    return exact(query, k, currentView, Everything())
  }

  /// A search of `probes` lists, whatever the options say, for measurements; exact while there are no lists.
  package func search(_ query: [Float], count k: Int, probes: Int) throws(IndexError) -> SearchResult {
    try check(query, k)
    let view = currentView
    guard let partition = view.partition else { return exact(query, k, view, Everything()) }
    return search(query, k, view, partition, probes: max(1, probes), Everything())
  }

  private func check(_ query: [Float], _ k: Int) throws(IndexError) {
    try checkDimension(query.count)
    try checkUnit(query[...])
    guard k > 0 else { throw IndexError(.invalidCount, "a search for \(k) matches: ask for at least one") }
  }

  private func search<Filter: CandidateFilter>(
    _ query: [Float], _ k: Int, _ view: View, _ filter: Filter
  ) -> SearchResult {
    guard let partition = view.partition, k <= Calibration.depth else { return exact(query, k, view, filter) }
    let probes = k <= 10 && Filter.passesAll ? partition.probes.ten : partition.probes.hundred
    return search(query, k, view, partition, probes: probes, filter)
  }

  private func search(
    _ query: [Float], _ k: Int, _ view: View, _ partition: Partition, probes: Int, _ filter: some CandidateFilter
  ) -> SearchResult {
    let candidates = min(max(k, options.rerank ?? 2 * k + 20), view.rows.count)
    let search = ListSearch(rows: view.rows, partition: partition, probes: probes, candidates: candidates)
    // Lists that hold too few, most of them removed or filtered out, would give a short answer where the rest holds
    // enough for a full one.
    return search.run(query, count: k, filter: filter) ?? exact(query, k, view, filter)
  }

  private func exact(_ query: [Float], _ k: Int, _ view: View, _ filter: some CandidateFilter) -> SearchResult {
    SearchResult(matches: ExactSearch(rows: view.rows).run(query, count: k, filter: filter), mode: .exact)
  }
}
