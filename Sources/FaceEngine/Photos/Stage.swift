internal import CoreMetrics

/// A part of a request that is timed.
enum Stage: String, CaseIterable {
  case decode, detect, embed, search, store

  private static let timers = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0, Timer(label: "faced.stage", dimensions: [("stage", $0.rawValue)])) })

  func measure<Value>(_ body: () throws(EngineError) -> Value) throws(EngineError) -> Value {
    let start = ContinuousClock.now
    defer { note(since: start) }
    return try body()
  }

  func note(since start: ContinuousClock.Instant) {
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    Self.timers[self]?.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }
}
