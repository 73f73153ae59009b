import Foundation

/// One row: a transport under one load.
struct RPCFigures: Encodable {
  var transport: String
  var call: String
  var payloadBytes: Int
  var inFlight: Int
  var qps: Double
  /// The slowest and the fastest round.
  var qpsLeast: Double
  var qpsMost: Double
  var p50Us: Double
  var p99Us: Double
  var cpuUsPerCall: Double
  var errors: Int
  var peakBytes: Int

  enum CodingKeys: String, CodingKey {
    case transport
    case call
    case payloadBytes = "payload_bytes"
    case inFlight = "in_flight"
    case qps
    case qpsLeast = "qps_least"
    case qpsMost = "qps_most"
    case p50Us = "p50_us"
    case p99Us = "p99_us"
    case cpuUsPerCall = "cpu_us_per_call"
    case errors
    case peakBytes = "peak_bytes"
  }

  init(
    _ transport: String, _ load: EchoLoad, _ answers: EchoLoad.Answers, cpuMicroseconds: Double, peakBytes: Int
  ) {
    self.transport = transport
    call = load.call
    payloadBytes = load.payloadBytes
    inFlight = load.inFlight
    qps = answers.qps
    qpsLeast = answers.qps
    qpsMost = answers.qps
    p50Us = answers.p50Us
    p99Us = answers.p99Us
    cpuUsPerCall = cpuMicroseconds
    errors = answers.errors
    self.peakBytes = peakBytes
  }

  /// Each figure's median over the rounds; errors are added up, and of the memory it is the most.
  static func median(of rounds: [RPCFigures]) -> RPCFigures {
    func middle(_ figure: KeyPath<RPCFigures, Double>) -> Double {
      rounds.map { $0[keyPath: figure] }.sorted()[rounds.count / 2]
    }
    var all = rounds[0]
    all.qps = middle(\.qps)
    all.qpsLeast = rounds.map(\.qps).min() ?? 0
    all.qpsMost = rounds.map(\.qps).max() ?? 0
    all.p50Us = middle(\.p50Us)
    all.p99Us = middle(\.p99Us)
    all.cpuUsPerCall = middle(\.cpuUsPerCall)
    all.errors = rounds.reduce(0) { $0 + $1.errors }
    all.peakBytes = rounds.map(\.peakBytes).max() ?? 0
    return all
  }

  var text: String {
    let name = transport + String(repeating: " ", count: max(0, 5 - transport.count))
    return String(
      format: "\(name) \(call), %d bytes, %d in flight: %.0f a second (%.0f to %.0f), p50 %.0f µs, p99 %.0f µs, "
        + "%.1f µs of processor, %d errors, %d MiB", payloadBytes, inFlight, qps, qpsLeast, qpsMost, p50Us, p99Us,
      cpuUsPerCall, errors, peakBytes >> 20)
  }
}
