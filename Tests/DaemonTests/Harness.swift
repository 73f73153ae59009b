import Foundation
import Images
import SyntheticFaces
import Testing

/// The daemon and its client as processes: what these tests see is what a person sees.
final class DaemonProcess {
  let address: String
  /// The lines before `ready`, by their first word.
  let announced: [String: String]
  private let process = Process()
  /// Kept for as long as the daemon uses it.
  private let data: TemporaryFolder

  static let programs: URL = {
    // The test bundle lies beside the programs.
    let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let built = Manifest.root.appendingPathComponent(".build/release")
    let beside = FileManager.default.isExecutableFile(atPath: bundle.appendingPathComponent("faced").path)
    return beside ? bundle : built
  }()

  enum Manifest {
    static let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static func model(_ name: String) -> String {
      root.appendingPathComponent("daemon/Models/\(name).safetensors").path
    }
  }

  /// Starts faced on a free port and waits until it says `ready`.
  ///
  /// - Parameters:
  ///   - log: where its log goes; nil means to the tests' own.
  ///   - environment: variables beside those of the tests.
  init(
    data: TemporaryFolder, model: String? = nil, arguments: [String] = [], log: String? = nil,
    environment: [String: String] = [:]
  ) throws {
    self.data = data
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.executableURL = Self.programs.appendingPathComponent("faced")
    process.arguments =
      ["--data", data.path, "--address", "127.0.0.1:0", "--log-level", "warning"]
      + (model.map { ["--model", Manifest.model($0)] } ?? []) + arguments
    let output = Pipe()
    process.standardOutput = output
    if let log {
      try Data().write(to: URL(fileURLWithPath: log))
      process.standardError = FileHandle(forWritingAtPath: log)
    }
    try process.run()
    var said = ""
    while !said.contains("ready\n") {
      let data = output.fileHandleForReading.availableData
      try #require(!data.isEmpty, "faced ended before it was ready")
      said += String(decoding: data, as: UTF8.self)
    }
    let lines = said.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
    announced = Dictionary(
      lines.filter { $0.count == 2 }.map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
    address = try #require(announced["address"])
  }

  deinit { kill() }

  var processIdentifier: Int32 { process.processIdentifier }

  /// SIGTERM; the exit status.
  func stop() -> Int32 {
    process.terminate()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// SIGKILL: no chance to write anything.
  func kill() {
    guard process.isRunning else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  struct Output {
    let status: Int32
    let text: String
    let errors: String

    func objects<Value: Decodable>(_ type: Value.Type) throws -> [Value] {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try text.split(separator: "\n").map { try decoder.decode(Value.self, from: Data($0.utf8)) }
    }
  }

  func facectl(_ arguments: [String]) throws -> Output {
    try Self.run("facectl", ["--address", address] + arguments)
  }

  /// A line of shell in which `$FACECTL` talks to this daemon: for what arguments cannot say, as where the output goes.
  func shell(_ script: String, environment: [String: String] = [:]) throws -> Output {
    let own = ["FACECTL": Self.programs.appendingPathComponent("facectl").path, "FACED_ADDRESS": address]
    return try Self.run(
      URL(fileURLWithPath: "/bin/sh"), ["-c", script], environment: own.merging(environment) { $1 })
  }

  static func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws -> Output {
    try run(programs.appendingPathComponent(program), arguments, environment: environment)
  }

  private static func run(_ program: URL, _ arguments: [String], environment: [String: String]) throws -> Output {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // Files, not pipes: a program that says much on one of them never waits for a reader of the other.
    let folder = try TemporaryFolder()
    let (output, errors) = (folder.file("out"), folder.file("err"))
    for file in [output, errors] { try Data().write(to: URL(fileURLWithPath: file)) }
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    process.waitUntilExit()
    return Output(
      status: process.terminationStatus, text: try String(contentsOfFile: output, encoding: .utf8),
      errors: try String(contentsOfFile: errors, encoding: .utf8))
  }
}

/// Runs what waits for processes on a thread of its own: the threads that all tests share are few.
func onOwnThread(_ body: @escaping @Sendable () throws -> Void) async throws {
  try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
    Thread { continuation.resume(with: Result(catching: body)) }.start()
  }
}

/// A folder that is gone with the last reference to it.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("faced-test-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  /// A picture of a synthetic person.
  func picture(_ person: UInt64, view: UInt64, name: String? = nil) throws -> String {
    let file = file(name ?? "\(person)-\(view).jpg")
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: file).deletingLastPathComponent(), withIntermediateDirectories: true)
    let image = SyntheticFace(identity: person).photograph(.snapshot(seed: person * 1000 + view))
    try Data(try image.encodeJPEG()).write(to: URL(fileURLWithPath: file))
    return file
  }

  /// One sub-folder `p0`, `p1`, … for each person, with the given number of pictures.
  func gallery(people: Int, pictures: Int) throws -> String {
    for person in 0..<people {
      for view in 0..<pictures {
        _ = try picture(UInt64(person), view: UInt64(view), name: "gallery/p\(person)/\(view).jpg")
      }
    }
    return file("gallery")
  }
}

// What facectl prints with --json.

struct Identified: Decodable {
  struct Face: Decodable {
    let box: [Double]
    let decision: String
    let identity: String?
    let distance: Double?
    let threshold: Double
    let candidates: [Candidate]
  }
  struct Candidate: Decodable {
    let identity: String
    let distance: Double
  }
  let file: String
  let faces: [Face]
  let model: String?
  let error: Problem?
}

struct Problem: Decodable {
  let reason: String
  let message: String
}

struct Enrolled: Decodable {
  let photographs: Int
  let enrolledFaces: Int
  let enrolledBefore: Int
  let identities: Int
  let identitiesCreated: Int
  let refused: [Refused]
  struct Refused: Decodable {
    let file: String
    let reason: String
    let message: String
  }
}

/// What ends a command early.
struct Failed: Decodable {
  let error: Problem
}

struct ListedIdentity: Decodable {
  let name: String
  let identity: String
  let faces: Int
}

struct ListedModel: Decodable {
  let model: String
  let active: Bool
}
