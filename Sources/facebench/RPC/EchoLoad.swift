import ArgumentParser
import Foundation

/// What the client asks of a server.
struct EchoLoad {
  let call: String
  let payloadBytes: Int
  let inFlight: Int

  /// What it saw.
  struct Answers: Decodable {
    var qps: Double
    var p50Us: Double
    var p99Us: Double
    var errors: Int
    /// Those of the warm-up too.
    var allCalls: Int
  }

  func run(against port: Int, seconds: Double, programs: String) throws -> Answers {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "\(programs)/echo-load")
    process.arguments = ["\(port)", call, "\(payloadBytes)", "\(inFlight)", "\(seconds)"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let line = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ValidationError("echo-load ended with status \(process.terminationStatus)")
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Answers.self, from: line)
  }
}
