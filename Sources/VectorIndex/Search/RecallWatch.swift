internal import Synchronization

/// Looks at what searches really find: now and then one is answered exactly as well, in the background.
///
/// A calibration knows queries as it made them. Those that are asked may be of another kind, and vectors come and go: where
/// less is found than is promised, or so much more that searches go further than they need, what was sampled is what the
/// next calibration asks.
final class RecallWatch: Sendable {
  /// Samples that are kept.
  static let window = 512
  /// From so many on, a share says something, and the queries stand for those to come.
  static let enough = 128
  /// The share of one thread's time that exact answers may take.
  private static let share = 0.01

  private struct Sample {
    var found: Int
    var wanted: Int
    var query: [Float]
  }

  private struct State {
    var samples: [Sample] = []
    /// Where the next sample goes, once there are as many as are kept.
    var next = 0
    var isBusy = false
    var due: ContinuousClock.Instant
  }

  private let state = Mutex(State(due: .now))
  private let interval: Duration

  /// - Parameter interval: between two samples, at least.
  init(interval: Duration) { self.interval = interval }

  /// Whether a search that ends now is to be answered exactly as well. Whoever is told so calls `note` or `leave`.
  func wantsSample() -> Bool {
    state.withLock { state in
      guard !state.isBusy, ContinuousClock.now >= state.due else { return false }
      state.isBusy = true
      return true
    }
  }

  /// - Parameter took: what the exact answer took.
  func note(_ query: [Float], found: Int, wanted: Int, took: Duration) {
    state.withLock { state in
      let sample = Sample(found: found, wanted: wanted, query: query)
      if state.samples.count < Self.window {
        state.samples.append(sample)
      } else {
        state.samples[state.next] = sample
        state.next = (state.next + 1) % Self.window
      }
      state.isBusy = false
      state.due = .now + max(interval, took * (1 / Self.share))
    }
  }

  func leave() { state.withLock { $0.isBusy = false } }

  /// Forgets what was found: the lists are searched in another way from here on. The queries stay.
  func restart() {
    state.withLock { state in
      for i in state.samples.indices { (state.samples[i].found, state.samples[i].wanted) = (0, 0) }
    }
  }

  /// The share of the nearest that was found, in how many searches; nil before the first.
  var measured: (recall: Double, samples: Int)? {
    state.withLock { state in
      let counted = state.samples.filter { $0.wanted > 0 }
      guard !counted.isEmpty else { return nil }
      let (found, wanted) = counted.reduce((0, 0)) { ($0.0 + $1.found, $0.1 + $1.wanted) }
      return (Double(found) / Double(wanted), counted.count)
    }
  }

  /// Where the recall of all such searches lies, by two standard errors of the mean around it; nil before `enough` samples.
  var likely: ClosedRange<Double>? {
    state.withLock { state in
      let shares = state.samples.filter { $0.wanted > 0 }.map { Double($0.found) / Double($0.wanted) }
      guard shares.count >= Self.enough else { return nil }
      let mean = shares.reduce(0, +) / Double(shares.count)
      let variance = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(shares.count - 1)
      let around = 2 * (variance / Double(shares.count)).squareRoot()
      return (mean - around)...(mean + around)
    }
  }

  /// What was asked, row after row.
  var queries: [Float] { state.withLock { $0.samples.flatMap(\.query) } }
}
