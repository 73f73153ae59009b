import CoreMetrics
import FaceAPI
import Foundation
import GRPCCore
import Synchronization

/// The last hour, minute by minute: calls, the time that their parts took, and why some were refused.
///
/// Parts are timed in the engine, which tells swift-metrics; `StageTimers` hands those times on to here.
final class LastHour: CallListener {
  struct Minute: Sendable {
    /// Minutes since 1970 UTC.
    let number: Int
    var calls = 0
    var failures = 0
    /// By `call` and the engine's stages.
    var stages: [String: LatencyHistogram] = [:]
    var reasons: [String: Int] = [:]
  }

  static let length = 60
  /// Different reasons of a minute; more are not told apart.
  private static let maximumReasons = 64
  private static let otherReasons = "OTHER"
  /// Whoever looks after the daemon would hide what people wait for.
  private static let unheard = ["grpc.", Faced_V1_ServerService.descriptor.fullyQualifiedService]

  /// Oldest first; minutes without anything are missing.
  private let kept = Mutex<[Minute]>([])

  func ended(_ report: CallReport) {
    guard !Self.unheard.contains(where: { report.call.method.hasPrefix($0) }) else { return }
    change { minute in
      minute.calls += 1
      guard report.status != .ok else {
        minute.stages["call", default: .init()].add(report.duration.milliseconds / 1000)
        return
      }
      if RecentCalls.ours.contains(report.status) { minute.failures += 1 }
      let reason = report.reason.isEmpty ? "\(report.status)" : report.reason
      let isKnown = minute.reasons[reason] != nil || minute.reasons.count < Self.maximumReasons
      minute.reasons[isKnown ? reason : Self.otherReasons, default: 0] += 1
    }
  }

  func note(_ stage: String, seconds: Double) { change { $0.stages[stage, default: .init()].add(seconds) } }

  /// Oldest first, the last one running still.
  var minutes: [Minute] {
    let first = Self.now - Self.length + 1
    return kept.withLock { $0 }.filter { $0.number >= first }
  }

  private static var now: Int { Int(Date().timeIntervalSince1970 / 60) }

  private func change(_ body: (inout Minute) -> Void) {
    kept.withLock { kept in
      // A clock that is set back goes on in the newest minute.
      let now = max(Self.now, kept.last?.number ?? 0)
      if kept.last?.number != now {
        kept.append(Minute(number: now))
        kept.removeAll { $0.number <= now - Self.length }
      }
      body(&kept[kept.count - 1])
    }
  }
}

/// swift-metrics' timers of the engine's stages, for the last hour; everything else is passed over.
struct StageTimers: MetricsFactory {
  let hour: LastHour

  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    guard label == "faced.stage", let stage = dimensions.first(where: { $0.0 == "stage" })?.1 else {
      return NOOPMetricsHandler.instance
    }
    return Handler(hour: hour, stage: stage)
  }

  private final class Handler: TimerHandler {
    let hour: LastHour
    let stage: String

    init(hour: LastHour, stage: String) { (self.hour, self.stage) = (hour, stage) }

    func recordNanoseconds(_ duration: Int64) { hour.note(stage, seconds: Double(duration) / 1e9) }
  }

  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler { NOOPMetricsHandler.instance }
  func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler { NOOPMetricsHandler.instance }
  func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    NOOPMetricsHandler.instance
  }
  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyMeter(_ handler: any MeterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}
}
