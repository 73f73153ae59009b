/// Which ids may be returned; a concrete type in every scan, so that no call is made for each vector.
protocol CandidateFilter {
  /// Whether every id passes, so that nothing needs to be asked.
  static var passesAll: Bool { get }
  func passes(_ id: UInt64) -> Bool
}

struct Everything: CandidateFilter {
  static var passesAll: Bool { true }
  @inline(__always)
  func passes(_ id: UInt64) -> Bool { true }
}

struct Only: CandidateFilter {
  let ids: Set<UInt64>
  static var passesAll: Bool { false }
  @inline(__always)
  func passes(_ id: UInt64) -> Bool { ids.contains(id) }
}

struct Excluding: CandidateFilter {
  let ids: Set<UInt64>
  static var passesAll: Bool { false }
  @inline(__always)
  func passes(_ id: UInt64) -> Bool { !ids.contains(id) }
}
