import FaceAPI
import Foundation
import SwiftProtobuf

extension Faced_V1_LastHour {
  /// Reasons that an answer lists.
  private static let listed = 20

  init(_ minutes: [LastHour.Minute]) {
    self.init()
    self.minutes = minutes.map { minute in
      .with {
        $0.startTime = Google_Protobuf_Timestamp(date: Date(timeIntervalSince1970: Double(minute.number) * 60))
        $0.calls = Int64(minute.calls)
        $0.failures = Int64(minute.failures)
        $0.stages = Self.times(minute.stages)
      }
    }
    stages = Self.times(
      minutes.reduce(into: [:]) { all, minute in
        for (stage, times) in minute.stages { all[stage, default: .init()] += times }
      })
    let counts = minutes.reduce(into: [String: Int]()) { all, minute in all.merge(minute.reasons, uniquingKeysWith: +) }
    reasons = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.listed).map { reason, count in
      .with { ($0.reason, $0.count) = (reason, Int64(count)) }
    }
  }

  /// In the order in which a photograph goes through them, the whole call first.
  private static let order = ["call", "decode", "detect", "embed", "search", "store"]

  private static func times(_ stages: [String: LatencyHistogram]) -> [Faced_V1_StageTimes] {
    order.compactMap { stage in
      stages[stage].map { times in
        .with {
          $0.stage = stage
          $0.count = Int64(times.count)
          $0.medianMilliseconds = 1000 * times.quantile(0.5)
          $0.p99Milliseconds = 1000 * times.quantile(0.99)
        }
      }
    }
  }
}
