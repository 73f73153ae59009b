/// How long a run's steps take, and when its next checkpoint is due.
struct StepClock {
  private let clock = ContinuousClock()
  private var began: ContinuousClock.Instant
  private var saved: ContinuousClock.Instant
  /// The average of the last twenty steps or so.
  private(set) var secondsPerStep = 0.0

  init() {
    began = clock.now
    saved = began
  }

  mutating func stepBegins() { began = clock.now }

  mutating func stepEnds() {
    let seconds = (clock.now - began) / .seconds(1)
    secondsPerStep = secondsPerStep == 0 ? seconds : 0.95 * secondsPerStep + 0.05 * seconds
  }

  /// How long so many more steps will take, in whole seconds.
  func seconds(forSteps steps: Int) -> Double { (Double(steps) * secondsPerStep).rounded() }

  /// Whether so many seconds have passed since this was last true.
  mutating func isCheckpointDue(every seconds: Double) -> Bool {
    guard clock.now - saved >= .seconds(seconds) else { return false }
    saved = clock.now
    return true
  }
}
