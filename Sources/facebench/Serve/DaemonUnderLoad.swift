import ArgumentParser
import CoreTransport
import FaceAPI
import Foundation
import GRPCCore

/// A daemon as a process of its own, with a data folder that goes with it unless it was there before.
///
/// `@unchecked Sendable`: everything is constant after construction, and the process is touched by `deinit` alone.
final class DaemonUnderLoad: @unchecked Sendable {
  let address: String
  let data: String
  private let process = Process()
  private let identifier: Int32
  private let keepsData: Bool

  /// Starts faced on a free port and waits until it is ready.
  ///
  /// - Parameters:
  ///   - program: its path; nil means the one that lies beside this program.
  ///   - data: nil means a temporary folder.
  init(program: String?, data: String?, arguments: [String]) throws {
    let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    let program = program ?? own.appendingPathComponent("faced").path
    guard FileManager.default.isExecutableFile(atPath: program) else {
      throw ValidationError("there is no daemon at '\(program)'; say where faced is with --faced")
    }
    self.data = data ?? NSTemporaryDirectory() + "/facebench-\(UUID().uuidString)"
    keepsData = data != nil
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["--data", self.data, "--address", "127.0.0.1:0", "--log-level", "error"] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    identifier = process.processIdentifier
    var said = ""
    while !said.contains("ready\n") {
      let bytes = output.fileHandleForReading.availableData
      guard !bytes.isEmpty else { throw ValidationError("the daemon ended before it was ready") }
      said += String(decoding: bytes, as: UTF8.self)
    }
    let line = said.split(separator: "\n").first { $0.hasPrefix("address ") }
    guard let line else { throw ValidationError("the daemon did not say its address") }
    address = String(line.dropFirst("address ".count))
  }

  var processorTime: ProcessorTime { ProcessorTime(of: identifier) }

  /// The most memory that it had since it started.
  var peakBytes: Int {
    let status = (try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) << 10
  }

  deinit {
    if process.isRunning {
      process.terminate()
      process.waitUntilExit()
    }
    if !keepsData { try? FileManager.default.removeItem(atPath: data) }
  }
}

extension DaemonUnderLoad {
  typealias Client = GRPCClient<CoreClientTransport>

  /// The active model's name, and the elements of its vectors.
  static func model(_ client: Client) async throws -> (name: String, dimension: Int) {
    let status = try await Faced_V1_ServerService.Client(wrapping: client).getServerStatus(.init())
    let models = try await Faced_V1_ModelService.Client(wrapping: client).listModels(.init()).models
    guard let model = models.first(where: { $0.name == status.activeModel }) else {
      throw LoadFailure(description: "the daemon has no active model")
    }
    return (model.name, Int(model.embeddingSize))
  }

  /// Calls `body` with so many connections to this daemon.
  func withClients<Value: Sendable>(
    _ count: Int, _ body: @Sendable @escaping ([Client]) async throws -> Value
  ) async throws -> Value {
    try await [self].withClients(count, body)
  }
}

extension [DaemonUnderLoad] {
  /// Calls `body` with so many connections, to one daemon after the other, or with one to each if that is more.
  func withClients<Value: Sendable>(
    _ count: Int, _ body: @Sendable @escaping ([DaemonUnderLoad.Client]) async throws -> Value
  ) async throws -> Value {
    try await Self.withClients((0..<Swift.max(count, self.count)).map { self[$0 % self.count].address }, [], body)
  }

  private static func withClients<Value: Sendable>(
    _ addresses: [String], _ open: [DaemonUnderLoad.Client],
    _ body: @Sendable @escaping ([DaemonUnderLoad.Client]) async throws -> Value
  ) async throws -> Value {
    guard open.count < addresses.count else { return try await body(open) }
    return try await withGRPCClient(transport: try CoreClientTransport(target: addresses[open.count])) { client in
      try await withClients(addresses, open + [client], body)
    }
  }
}
