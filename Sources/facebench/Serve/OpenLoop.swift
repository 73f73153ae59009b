import Foundation
import GRPCCore
import Synchronization

/// What became of the calls of one step.
struct LoadStep: Encodable, Sendable {
  /// Calls a second that were to be made.
  let offered: Double
  /// That were answered with a result, a second.
  let answered: Double
  /// From the moment that a call was due, whether it could be made then or not, to its result; nil where there was none.
  let p50Ms: Double?
  let p99Ms: Double?
  /// Refused as too many (RESOURCE_EXHAUSTED), a second, and how long a refusal took.
  let refused: Double
  let refusalP99Ms: Double?
  /// How late calls were made, which is the fault of this program and its machine.
  let madeLateP99Ms: Double?
  /// Neither answered nor refused within their deadline, a second.
  let late: Double
  /// That failed otherwise.
  let failed: Int
  /// The first of those.
  let failure: String?
  /// The most memory of the daemon until then.
  var daemonPeakBytes = 0
}

/// Calls that come at random moments at a given rate, whatever becomes of the earlier ones: as strangers' calls do.
struct OpenLoop {
  let rate: Double
  let seconds: Double
  let deadline: Duration
  let call: @Sendable (_ number: Int, _ options: CallOptions) async throws -> Void

  private struct Outcomes {
    var answered: [Double] = []
    var refused: [Double] = []
    var madeLate: [Double] = []
    var late = 0
    var failed = 0
    var failure: String?
  }

  private final class Notes: Sendable {
    let outcomes = Mutex(Outcomes())
    let tasks = Mutex<[Task<Void, Never>]>([])
  }

  func run() async -> LoadStep {
    let notes = Notes()
    // A thread, because a task that sleeps is woken too late for a rate of thousands.
    await withCheckedContinuation { continuation in
      Thread { [self] in
        offer(notes)
        continuation.resume()
      }.start()
    }
    for task in notes.tasks.withLock({ $0 }) { await task.value }
    let outcomes = notes.outcomes.withLock { $0 }
    return LoadStep(
      offered: shortened(rate), answered: shortened(Double(outcomes.answered.count) / seconds),
      p50Ms: Self.quantile(0.5, outcomes.answered), p99Ms: Self.quantile(0.99, outcomes.answered),
      refused: shortened(Double(outcomes.refused.count) / seconds),
      refusalP99Ms: Self.quantile(0.99, outcomes.refused), madeLateP99Ms: Self.quantile(0.99, outcomes.madeLate),
      late: shortened(Double(outcomes.late) / seconds),
      failed: outcomes.failed, failure: outcomes.failure)
  }

  private func offer(_ notes: Notes) {
    var generator = SystemRandomNumberGenerator()
    let start = ContinuousClock.now
    var (due, number) = (start, 0)
    while true {
      due = due.advanced(by: .seconds(-log(Double.random(in: .leastNonzeroMagnitude..<1, using: &generator)) / rate))
      guard due - start < .seconds(seconds) else { return }
      let wait = (due - ContinuousClock.now) / .microseconds(1)
      if wait > 1 { usleep(UInt32(wait)) }
      let (moment, index) = (due, number)
      number += 1
      let task = Task { [self] in await make(index, due: moment, notes) }
      notes.tasks.withLock { $0.append(task) }
    }
  }

  private func make(_ number: Int, due: ContinuousClock.Instant, _ notes: Notes) async {
    var options = CallOptions.defaults
    options.timeout = deadline
    let madeLate = (ContinuousClock.now - due) / .milliseconds(1)
    var problem: (any Error)?
    do { try await call(number, options) } catch { problem = error }
    let milliseconds = (ContinuousClock.now - due) / .milliseconds(1)
    notes.outcomes.withLock { outcomes in
      outcomes.madeLate.append(madeLate)
      switch (problem as? RPCError)?.code {
      case nil where problem == nil: outcomes.answered.append(milliseconds)
      case .resourceExhausted?: outcomes.refused.append(milliseconds)
      case .deadlineExceeded?: outcomes.late += 1
      default:
        outcomes.failed += 1
        outcomes.failure = outcomes.failure ?? problem.map { "\($0)" }
      }
    }
  }

  static func quantile(_ share: Double, _ values: [Double]) -> Double? {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return nil }
    return shortened(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))])
  }
}

/// So many calls under way at a time for a while: what the daemon can do.
enum ClosedLoop {
  /// - Returns: calls that were answered, a second.
  static func run(
    concurrent: Int, seconds: Double,
    _ call: @escaping @Sendable (_ number: Int, _ options: CallOptions) async throws -> Void
  ) async throws -> Double {
    let start = ContinuousClock.now
    let counts = try await withThrowingTaskGroup(of: Int.self) { group in
      for first in 0..<concurrent {
        group.addTask {
          var answered = 0
          while ContinuousClock.now - start < .seconds(seconds) {
            try await call(first + answered * concurrent, .defaults)
            answered += 1
          }
          return answered
        }
      }
      return try await group.reduce(0, +)
    }
    return Double(counts) / ((ContinuousClock.now - start) / .seconds(1))
  }
}
