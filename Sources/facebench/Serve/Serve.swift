import ArgumentParser
import FaceAPI
import Foundation
import GRPCCore
import SwiftProtobuf

/// `facebench serve`: a daemon from idle to overload.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "A daemon from idle to overload: offered load against throughput, p50, p99, refusals.",
    discussion: """
      Starts faced as a process of its own, with face-like vectors in its gallery, and identifies. First so many calls \
      are kept under way (--concurrent), which gives what it can do; then calls come at random moments at shares of \
      that rate, whatever becomes of the earlier ones. A call's time counts from the moment at which it was due. \
      What follows `--` is given to faced. Several daemons (--daemons) share the store that it names, and connections are \
      spread over them.
      """)

  @Option(help: "What is identified: vectors, photographs; both where nothing is said.") var kind: [LoadKind] = []
  @Option(help: "Faces of the gallery.") var faces = 10_000
  @Option(help: "A folder of photographs to identify. [drawn ones]") var photographs: String?
  @Option(help: "Calls a second to offer, separated by commas. [shares of what it can do: 0.1 to 3]") var rates: String?
  @Option(help: "Seconds of each rate.") var seconds = 5.0
  @Option(help: "Milliseconds that a caller waits.") var deadline = 1_000
  @Option(help: "Calls under way to find out what it can do.") var concurrent = 32
  @Option(help: "Connections.") var connections = 4
  @Option(help: "Daemons over one store: `-- --store postgres://…`.") var daemons = 1
  @Option(help: "The daemon's program. [faced beside this program]") var faced: String?
  @Option(help: "A data folder to use and keep; vectors that are in it are not added again. [a temporary one]")
  var data: String?
  @Option(help: "A folder for charts of what was measured, as SVG.") var charts: String?
  @Flag(help: "Print one JSON object.") var json = false
  @Argument(parsing: .postTerminator, help: "Options for the daemon.") var options: [String] = []

  private static let shares = [0.1, 0.25, 0.5, 0.75, 0.9, 1, 1.25, 1.5, 2, 3]
  private static let queries = 1_000

  func validate() throws {
    guard faces >= 0, seconds > 0, deadline > 0, concurrent > 0, (1...64).contains(connections) else {
      throw ValidationError("--faces is at least 0, --connections 1 to 64, and the other numbers more than 0")
    }
    guard (1...16).contains(daemons), daemons == 1 || (options.contains("--store") && data == nil) else {
      throw ValidationError(
        "--daemons is 1 to 16; more than one share a store, so add `-- --store postgres://…` and leave --data out")
    }
    _ = try wantedRates()
  }

  private func wantedRates() throws -> [Double]? {
    guard let rates else { return nil }
    return try rates.split(separator: ",").map {
      guard let rate = Double($0), rate > 0 else { throw ValidationError("--rates are numbers more than 0") }
      return rate
    }
  }

  func run() async throws {
    let daemons = try (0..<daemons).map { _ in try DaemonUnderLoad(program: faced, data: data, arguments: options) }
    let rates = try wantedRates()
    let figures = try await daemons.withClients(connections) { [self] clients in
      try await measure(daemons, clients, rates)
    }
    try report(figures, json: json)
    if let charts { try ServeCharts.write(figures, to: charts) }
  }

  private func measure(
    _ daemons: [DaemonUnderLoad], _ clients: [DaemonUnderLoad.Client], _ rates: [Double]?
  ) async throws -> ServeFigures {
    let server = Faced_V1_ServerService.Client(wrapping: clients[0])
    var status = try await server.getServerStatus(.init())
    let (model, dimension) = try await DaemonUnderLoad.model(clients[0])
    let vectors = VectorSet(count: max(5, faces), dimension: dimension, queries: Self.queries, seed: 7)
    var loading: Double?
    if Int(status.faceCount) < faces {
      loading = try await VectorLoader.load(vectors, dimension: dimension, model: model, over: clients[0])
      status = try await server.getServerStatus(.init())
    }
    for client in clients.prefix(daemons.count) { try await Self.wait(for: Int(status.faceCount), of: client) }
    var figures = ServeFigures(
      daemons: daemons.count, faces: Int(status.faceCount), kernels: status.kernels,
      loadingSeconds: loading.map(shortened), deadlineMs: deadline, secondsEach: seconds)
    for kind in kind.isEmpty ? LoadKind.allCases : kind {
      let probes =
        switch kind {
        case .vectors: LoadProbes(vectors: vectors.queries, model: model)
        case .photographs: LoadProbes(photographs: try LoadProbes.photographs(photographs))
        }
      figures.kinds.append(try await drive(kind, probes, daemons, clients, rates))
    }
    return figures
  }

  /// What one daemon was told the others find a moment later.
  private static func wait(for faces: Int, of client: DaemonUnderLoad.Client) async throws {
    let server = Faced_V1_ServerService.Client(wrapping: client)
    let deadline = ContinuousClock.now + .seconds(600)
    while Int(try await server.getServerStatus(.init()).faceCount) < faces {
      guard ContinuousClock.now < deadline else { throw LoadFailure(description: "a daemon did not find all faces") }
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  private func drive(
    _ kind: LoadKind, _ probes: LoadProbes, _ daemons: [DaemonUnderLoad], _ clients: [DaemonUnderLoad.Client],
    _ rates: [Double]?
  ) async throws -> ServeFigures.Kind {
    let services = clients.map { Faced_V1_RecognitionService.Client(wrapping: $0) }
    let call: @Sendable (Int, CallOptions) async throws -> Void = { number, options in
      _ = try await services[number % services.count].identify(
        probes.requests[number % probes.requests.count], options: options)
    }
    let capacity = try await ClosedLoop.run(concurrent: concurrent, seconds: min(seconds, 5), call)
    var steps: [LoadStep] = []
    for rate in rates ?? Self.shares.map({ $0 * capacity }) {
      let loop = OpenLoop(rate: rate, seconds: seconds, deadline: .milliseconds(deadline), call: call)
      var step = await loop.run()
      step.daemonPeakBytes = daemons.map(\.peakBytes).max() ?? 0
      if !json { print("\(kind.rawValue): \(step.sentence)") }
      steps.append(step)
    }
    return ServeFigures.Kind(kind: kind, capacity: shortened(capacity), concurrent: concurrent, steps: steps)
  }
}

/// All that was measured.
struct ServeFigures: Encodable, CustomStringConvertible {
  struct Kind: Encodable {
    let kind: LoadKind
    /// Calls a second with `concurrent` under way.
    let capacity: Double
    let concurrent: Int
    let steps: [LoadStep]
  }

  let daemons: Int
  let faces: Int
  let kernels: String
  /// Of adding the vectors; nil where they were there.
  let loadingSeconds: Double?
  let deadlineMs: Int
  let secondsEach: Double
  var kinds: [Kind] = []

  var description: String {
    kinds.map {
      "\($0.kind.rawValue), \(faces) faces, \(daemons) daemon(s) (\(kernels)): \($0.capacity) calls a second with \($0.concurrent) under way"
    }.joined(separator: "\n")
  }
}

extension LoadStep {
  var sentence: String {
    func shown(_ value: Double?) -> String { value.map { "\($0)" } ?? "–" }
    let quantiles = "p50 \(shown(p50Ms)) ms, p99 \(shown(p99Ms)) ms"
    return "offered \(offered)/s, answered \(answered)/s (\(quantiles)), refused \(refused)/s, late \(late)/s"
      + (failed > 0 ? ", failed \(failed): \(failure ?? "")" : "") + "; made late p99 \(shown(madeLateP99Ms)) ms"
      + "; daemon \(daemonPeakBytes >> 20) MiB"
  }
}
