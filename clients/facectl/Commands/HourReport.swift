import FaceAPI
import Foundation
import GRPCCore
import SwiftProtobuf

/// What `status --hour` tells.
struct HourReport {
  let shared: SharedOptions

  private struct Output: Encodable {
    struct Stage: Encodable {
      let stage: String
      let count: Int64
      let median: Double
      let p99: Double

      private enum CodingKeys: String, CodingKey {
        case stage, count, median = "p50_ms", p99 = "p99_ms"
      }
    }
    struct Minute: Encodable {
      let start: String
      let calls: Int64
      let failures: Int64
      let stages: [Stage]
    }
    struct Reason: Encodable {
      let reason: String
      let count: Int64
    }
    let stages: [Stage]
    let reasons: [Reason]
    let minutes: [Minute]
  }

  func run() async throws {
    let answer = try await shared.withDaemon { client in
      try await Faced_V1_ServerService.Client(wrapping: client).getLastHour(.init())
    }
    func stages(_ times: [Faced_V1_StageTimes]) -> [Output.Stage] {
      times.map { .init(stage: $0.stage, count: $0.count, median: $0.medianMilliseconds, p99: $0.p99Milliseconds) }
    }
    let output = Output(
      stages: stages(answer.stages), reasons: answer.reasons.map { .init(reason: $0.reason, count: $0.count) },
      minutes: answer.minutes.map {
        .init(start: $0.startTime.iso8601, calls: $0.calls, failures: $0.failures, stages: stages($0.stages))
      })
    if shared.json { return Terminal.printJSON(output) }
    let calls = output.minutes.reduce(0) { $0 + $1.calls }
    guard calls > 0 else { return Terminal.print("there was no call within the last hour") }
    Terminal.print("\(calls) calls within the last hour")
    func milliseconds(_ value: Double) -> String { String(format: "%.1f ms", value) }
    Terminal.printTable(
      ["PART", "COUNT", "HALF WITHIN", "99 % WITHIN"],
      output.stages.map { [$0.stage, String($0.count), milliseconds($0.median), milliseconds($0.p99)] })
    guard !output.reasons.isEmpty else { return }
    Terminal.printTable(["REFUSED BECAUSE", "COUNT"], output.reasons.map { [$0.reason, String($0.count)] })
  }
}
