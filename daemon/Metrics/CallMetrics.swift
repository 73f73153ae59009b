import CoreMetrics
import GRPCCore

/// Calls by method and status, how long they took, how many run, and how near the decisions were.
struct CallMetrics: CallListener {
  func began(_ method: String) {
    Meter(label: "faced.calls.running", dimensions: [("method", method)]).increment()
  }

  func passed(_ item: StreamItem, of call: CallStart) {
    Counter(
      label: "faced.stream.items", dimensions: [("method", call.method), ("reason", item.reason)]
    ).increment()
  }

  func ended(_ report: CallReport) {
    let method = report.call.method
    Meter(label: "faced.calls.running", dimensions: [("method", method)]).decrement()
    Counter(label: "faced.calls", dimensions: [("method", method), ("status", "\(report.status)")]).increment()
    Timer(label: "faced.call", dimensions: [("method", method)]).recordNanoseconds(report.duration.nanoseconds)
    if report.status != .ok {
      Counter(label: "faced.refusals", dimensions: [("reason", report.reason)]).increment()
    }
    for distance in report.facts.distances {
      Recorder(
        label: "faced.distance", dimensions: [("decision", distance.isIdentified ? "identified" : "unknown")],
        aggregate: true
      ).record(distance.value)
    }
  }
}

extension Duration {
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
