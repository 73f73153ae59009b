internal import Dispatch
internal import Synchronization

/// How much of the true nearest neighbours searches find.
public struct IndexRecall: Hashable, Sendable {
  /// Every search compares all vectors: there are too few for lists, or lists would save nothing.
  public let isExact: Bool
  /// The share of the nearest that searches are to find (`IndexOptions.Probes.automatic`); nil with a fixed number of probes.
  public let promised: Double?
  /// What the last calibration found of the 10 nearest, with queries like those that are asked; nil where none was made.
  public let calibrated: Double?
  /// What searches really found lately, of which a sample is answered exactly as well; nil before the first.
  public let measured: Double?
  /// Searches behind `measured`.
  public let samples: Int
}

extension VectorIndex {
  /// What was promised, calibrated, and found on sampled searches. It may be called while others search.
  public var recall: IndexRecall {
    let partition = currentView.partition
    var promised: Double?
    if case .automatic(let recall) = options.probes { promised = recall }
    let isExact = partition.map { $0.effort.ten == .exact } ?? true
    let measured = isExact ? nil : watch.measured
    return IndexRecall(
      isExact: isExact, promised: promised, calibrated: partition?.effort.reached, measured: measured?.recall,
      samples: measured?.samples ?? 0)
  }

  /// Has an answer of the lists compared with the exact one, where it is time for a sample.
  func observe(_ query: [Float], _ k: Int, _ result: SearchResult) {
    guard case .automatic(let recall) = options.probes, result.mode != .exact, watch.wantsSample() else { return }
    watchQueue.async { [self] in
      let clock = ContinuousClock()
      let start = clock.now
      guard let exact = try? searchExact(query, count: min(k, 10)), let last = exact.matches.last else {
        return watch.leave()
      }
      let found = RecallCount.hits(Array(result.matches.prefix(10)), last.squaredDistance)
      watch.note(
        query, found: min(found, exact.matches.count), wanted: exact.matches.count, took: clock.now - start)
      guard let likely = watch.likely, let effort = currentView.partition?.effort else { return }
      let isTooLittle = likely.upperBound < recall
      let isTooMuch = likely.lowerBound > recall + 0.6 * (1 - recall) && !effort.isForAsked
      guard isTooLittle || isTooMuch else { return }
      watch.restart()
      writer.withLock { startCalibration(&$0) }
    }
  }
}
