import GRPCCore
import Logging

/// One line for each call, at info; health checks, which come every few seconds, at debug.
struct CallLog: CallListener {
  let logger: Logger

  func ended(_ report: CallReport) {
    var metadata: Logger.Metadata = [
      "method": "\(report.call.method)", "status": "\(report.status)", "ms": "\(report.duration.milliseconds)",
      "peer": "\(report.call.peer)", "caller": "\(report.facts.caller)", "request": "\(report.call.requestID)",
    ]
    if !report.reason.isEmpty { metadata["reason"] = "\(report.reason)" }
    if let gallery = report.facts.gallery { metadata["gallery"] = "\(gallery)" }
    if let decision = report.facts.decision { metadata["decision"] = "\(decision)" }
    if report.facts.photoBytes > 0 { metadata["bytes"] = "\(report.facts.photoBytes)" }
    if report.facts.done + report.facts.refused > 0 {
      metadata["done"] = "\(report.facts.done)"
      metadata["refused"] = "\(report.facts.refused)"
    }
    let isHealth = report.call.method.hasPrefix("grpc.health.")
    logger.log(level: isHealth ? .debug : .info, "call", metadata: metadata)
  }
}

extension Duration {
  /// With three places.
  var milliseconds: Double {
    let (seconds, attoseconds) = components
    return (Double(seconds) * 1_000_000 + Double(attoseconds) / 1e12).rounded() / 1000
  }
}
