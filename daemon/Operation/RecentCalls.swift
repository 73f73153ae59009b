import Foundation
import GRPCCore
import Synchronization

/// The calls of the last minute, and the last one that failed on this side: what an operator looks for first.
final class RecentCalls: CallListener {
  struct Failed: Sendable {
    let time: Date
    let method: String
    let reason: String
  }

  struct Summary: Sendable {
    let count: Int
    /// Milliseconds; nil where there was no call.
    let median: Double?
    let p99: Double?
    let lastFailure: Failed?
  }

  private struct State {
    /// The newest calls, in a ring.
    var ends: [ContinuousClock.Instant] = []
    var durations: [Double] = []
    var next = 0
    var lastFailure: Failed?
  }

  /// Calls that are kept; at a higher load the minute is shorter.
  private static let capacity = 65_536
  private static let window = Duration.seconds(60)
  /// Statuses for which the daemon or the machine is to blame, not the request.
  static let ours: Set<Status.Code> = [.internalError, .unknown, .dataLoss, .unavailable, .resourceExhausted]

  private let state = Mutex(State())

  func ended(_ report: CallReport) {
    // Health checks would hide what people wait for.
    guard !report.call.method.hasPrefix("grpc.") else { return }
    let now = ContinuousClock.now
    state.withLock { state in
      if state.ends.count < Self.capacity {
        state.ends.append(now)
        state.durations.append(report.duration.milliseconds)
      } else {
        state.ends[state.next] = now
        state.durations[state.next] = report.duration.milliseconds
        state.next = (state.next + 1) % Self.capacity
      }
      if Self.ours.contains(report.status) {
        let reason = report.reason.isEmpty ? "\(report.status)" : report.reason
        state.lastFailure = Failed(time: Date(), method: report.call.method, reason: reason)
      }
    }
  }

  var summary: Summary {
    let begin = ContinuousClock.now - Self.window
    let (durations, failure) = state.withLock { state in
      (zip(state.ends, state.durations).filter { $0.0 >= begin }.map(\.1), state.lastFailure)
    }
    let sorted = durations.sorted()
    func quantile(_ share: Double) -> Double? {
      sorted.isEmpty ? nil : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
    return Summary(count: sorted.count, median: quantile(0.5), p99: quantile(0.99), lastFailure: failure)
  }
}
