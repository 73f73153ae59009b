import ArgumentParser
import Foundation

/// `facebench folder`: photographs a second of `facectl identify` or `enroll` over a folder.
struct FolderCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "folder",
    abstract: "Measure how many photographs of a folder facectl and the daemon get through a second.",
    discussion: """
      Starts faced, fills its gallery with --gallery vectors, and runs facectl over the folder --rounds times: from its start \
      to its end, with the reading of files. When enrolling, every round has a daemon of its own. Figures are medians with \
      the least and the greatest. benchmarks/peers/folder.py makes a folder of mixed sizes and runs this in turn with a peer.
      """)

  @Argument(help: "The folder of photographs.") var folder: String
  @Option(help: "identify or enroll; to enroll the folder has one sub-folder for each identity.")
  var verb = FolderVerb.identify
  @Option(help: "How often.") var rounds = 3
  @Option(help: "Vectors in the gallery.") var gallery = 100_000
  @Option(help: "The daemon's program. [faced beside this program]") var faced: String?
  @Option(help: "The client's program. [facectl beside this program]") var facectl: String?
  @Flag(help: "Print one JSON object.") var json = false

  func validate() throws {
    guard (1...100).contains(rounds), gallery >= 0 else {
      throw ValidationError("--rounds is 1 to 100, --gallery is not negative")
    }
  }

  func run() async throws {
    let beside = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    let client = facectl ?? beside.appendingPathComponent("facectl").path
    guard FileManager.default.isExecutableFile(atPath: client) else {
      throw ValidationError("there is no client at '\(client)'; say where facectl is with --facectl")
    }
    var daemon = try await start()
    var found: [FolderRun] = []
    for round in 0..<rounds {
      if round > 0, verb == .enroll { daemon = try await start() }
      found.append(try FolderRun(client, verb, folder, daemon))
    }
    try report(FolderFigures(found, verb: verb, gallery: gallery), json: json)
  }

  private func start() async throws -> DaemonUnderLoad {
    let daemon = try DaemonUnderLoad(program: faced, data: nil, arguments: [])
    guard gallery > 0 else { return daemon }
    try await daemon.withClients(1) { [gallery] clients in
      let (model, dimension) = try await DaemonUnderLoad.model(clients[0])
      let vectors = VectorSet(count: gallery, dimension: dimension, queries: 1, seed: 7)
      _ = try await VectorLoader.load(vectors, dimension: dimension, model: model, over: clients[0])
    }
    return daemon
  }
}

enum FolderVerb: String, ExpressibleByArgument, Encodable {
  case identify, enroll
}

/// What is printed.
struct FolderFigures: Encodable, CustomStringConvertible {
  let verb: FolderVerb
  let photographs: Int
  /// Photographs that had no answer, the most of a round.
  let refused: Int
  let gallery: Int
  let rounds: Int
  let photographsPerSecond: Double
  let photographsPerSecondLeast: Double
  let photographsPerSecondMost: Double
  /// Processor time of daemon and client for a photograph.
  let processorMs: Double
  /// Processors that daemon and client had, and those that they would have had on a machine of their own: over the whole run,
  /// and in its first second. No fewer than there are means that none was ever idle for want of work.
  let processors: Double
  let processorsWanted: Double
  let processorsWantedInFirstSecond: Double
  let daemonPeakBytes: Int

  init(_ runs: [FolderRun], verb: FolderVerb, gallery: Int) {
    let rates = runs.map { Double($0.photographs) / $0.seconds }.sorted()
    func middle(_ values: [Double]) -> Double { rounded(values.sorted()[values.count / 2], 2) }
    self.verb = verb
    self.gallery = gallery
    rounds = runs.count
    photographs = runs.map(\.photographs).max() ?? 0
    refused = runs.map(\.refused).max() ?? 0
    photographsPerSecond = middle(rates)
    photographsPerSecondLeast = rounded(rates[0], 2)
    photographsPerSecondMost = rounded(rates[rates.count - 1], 2)
    processorMs = middle(runs.map { $0.processorTime.used * 1e3 / Double(max(1, $0.photographs)) })
    processors = middle(runs.map { $0.processorTime.used / $0.seconds })
    processorsWanted = middle(runs.map { $0.processorTime.wanted / $0.seconds })
    processorsWantedInFirstSecond = middle(runs.map { $0.processorTimeOfFirstSecond.wanted / min(1, $0.seconds) })
    daemonPeakBytes = runs.map(\.daemonPeakBytes).max() ?? 0
  }

  var description: String {
    "\(verb.rawValue): \(photographsPerSecond) photographs/s (\(photographsPerSecondLeast) to \(photographsPerSecondMost), "
      + "\(rounds) rounds of \(photographs), \(refused) refused), \(processorMs) ms of a processor each; "
      + "\(processors) processors busy, \(processorsWanted) wanted (\(processorsWantedInFirstSecond) in the first second), daemon \(daemonPeakBytes >> 20) MiB"
  }
}
