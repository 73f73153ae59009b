/// How far a search in lists goes.
struct Effort: Hashable, Sendable {
  /// Lists that are scanned; 0 where the search is to be exact.
  var probes: Int
  /// Entries of lists, the best by their 1-bit codes, that are looked at in 4-bit codes; many a vector is among them
  /// twice.
  var candidates: Int

  /// Every vector is compared: of lists so many would have to be scanned that nothing is saved.
  static let exact = Effort(probes: 0, candidates: 0)

  /// As far as either goes.
  func and(_ other: Effort) -> Effort {
    if self == .exact || other == .exact { return .exact }
    return Effort(probes: max(probes, other.probes), candidates: max(candidates, other.candidates))
  }

  /// The least that is tried for `k` matches.
  static func leastCandidates(_ k: Int) -> Int { 4 * k + 72 }
  /// Enough, on all that was tried, for the codes to lose next to nothing.
  static func ampleCandidates(_ k: Int) -> Int { 16 * k + 128 }
}

/// The effort for each depth, and what was found with it.
struct EffortTable: Hashable, Sendable {
  /// For up to 10, 40 and 100 matches.
  static let depths = [10, 40, 100]

  /// In the order of the depths.
  var efforts: [Effort]
  /// The share of the 10 nearest that was found in the calibration, of the kind of queries for which it is least; nil where
  /// none was made.
  var reached: Double?
  /// Calibrated with queries that were really asked; false after a checkpoint was read.
  var isForAsked = false

  /// The least of the depths that is enough for `k`; the largest where none is.
  static func depth(for k: Int) -> Int { depths.first { k <= $0 } ?? Calibration.depth }

  var ten: Effort { efforts[0] }
  var hundred: Effort { efforts[2] }

  /// - Parameter k: at most the largest depth.
  func effort(for k: Int) -> Effort { efforts[Self.depths.firstIndex { k <= $0 } ?? 2] }

  /// The same for every depth, with candidates enough for it.
  init(probes: Int) {
    efforts = Self.depths.map { Effort(probes: probes, candidates: Effort.ampleCandidates($0)) }
  }

  init(_ efforts: [Effort], reached: Double?, isForAsked: Bool = false) {
    self.efforts = efforts
    self.reached = reached
    self.isForAsked = isForAsked
  }
}
