import Foundation

/// The daemon and its client as processes, used as a person uses them.
enum Programs {
  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  final class Daemon {
    let address: String
    private let process = Process()

    /// Starts faced on a free port and waits until it is ready.
    init(programs: String, data: String, model: String, falsePositiveRate: Double) throws {
      process.executableURL = URL(fileURLWithPath: programs).appendingPathComponent("faced")
      process.arguments = [
        "--data", data, "--address", "127.0.0.1:0", "--model", model, "--log-level", "warning",
        "--false-positive-rate", "\(falsePositiveRate)",
      ]
      let output = Pipe()
      process.standardOutput = output
      try process.run()
      var said = ""
      while !said.contains("ready\n") {
        let data = output.fileHandleForReading.availableData
        guard !data.isEmpty else { throw Failed(description: "faced ended before it was ready") }
        said += String(decoding: data, as: UTF8.self)
      }
      guard let line = said.split(separator: "\n").first(where: { $0.hasPrefix("address ") }) else {
        throw Failed(description: "faced did not say its address")
      }
      address = String(line.dropFirst("address ".count))
    }

    func stop() {
      guard process.isRunning else { return }
      process.terminate()
      process.waitUntilExit()
    }
  }

  struct Client {
    let programs: String
    let address: String

    /// Runs facectl; its standard error goes to the person.
    func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: programs).appendingPathComponent("facectl")
      process.arguments = ["--address", address] + arguments
      let output = Pipe()
      process.standardOutput = output
      try process.run()
      let data = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    /// The JSON objects that facectl prints, one a line.
    func objects<Value: Decodable>(_ arguments: [String], as type: Value.Type) throws -> [Value] {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try run(arguments + ["--json"]).output.split(separator: "\n")
        .map { try decoder.decode(Value.self, from: Data($0.utf8)) }
    }
  }
}
