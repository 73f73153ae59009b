import ArgumentParser
import Foundation

/// The same service on three transports, asked by the same client, each in a process of its own.
struct RPCCommand: ParsableCommand {
  enum Transport: String, CaseIterable, ExpressibleByArgument {
    case core
    case nio
    case cpp
  }

  enum Call: String, CaseIterable, ExpressibleByArgument {
    case unary
    case streaming
  }

  static let configuration = CommandConfiguration(
    commandName: "rpc", abstract: "Calls over loopback: CoreTransport beside SwiftNIO's transport and gRPC for C++.",
    discussion: """
      The servers and the client are programs of the package benchmarks/: make benchmarks builds them. The transports take turns, \
      so that what disturbs the machine disturbs all of them; each figure is the median of the rounds.
      """)

  @Option(help: "Where echo-server, echo-cpp and echo-load are.") var programs = "benchmarks/.build/release"
  @Option(parsing: .upToNextOption, help: "core, nio, cpp.") var transport = Transport.allCases
  @Option(parsing: .upToNextOption, help: "unary, streaming.") var call = Call.allCases
  @Option(parsing: .upToNextOption, help: "Bytes of a message, each way.") var payload = [0, 1024, 102_400]
  @Option(parsing: .upToNextOption, help: "Calls in flight.") var inFlight = [1, 16, 128]
  @Option(help: "Seconds that a measurement lasts.") var seconds = 2.0
  @Option(help: "Measurements of each; their median is printed.") var rounds = 3
  @Flag(help: "Print one JSON object a line.") var json = false

  func validate() throws {
    guard seconds > 0, rounds > 0, inFlight.allSatisfy({ $0 > 0 }), payload.allSatisfy({ $0 >= 0 }) else {
      throw ValidationError("--seconds, --rounds and --in-flight are more than 0, --payload is not negative")
    }
    for program in ["echo-server", "echo-cpp", "echo-load"] {
      let path = "\(programs)/\(program)"
      guard FileManager.default.isExecutableFile(atPath: path) else {
        throw ValidationError("\(path) is not there: run make benchmarks, or say where it is with --programs")
      }
    }
  }

  func run() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    for call in call {
      for payload in payload {
        for inFlight in inFlight {
          let figures = try measure(.init(call: call.rawValue, payloadBytes: payload, inFlight: inFlight))
          for row in figures {
            print(json ? String(decoding: try encoder.encode(row), as: UTF8.self) : row.text)
          }
          fflush(nil)
        }
      }
    }
  }

  private func measure(_ load: EchoLoad) throws -> [RPCFigures] {
    var taken: [Transport: [RPCFigures]] = [:]
    for _ in 0..<rounds {
      for transport in transport {
        let server = try EchoProcess(transport.rawValue, programs: programs)
        defer { server.stop() }
        let before = server.processorSeconds
        let answers = try load.run(against: server.port, seconds: seconds, programs: programs)
        // The client begins half a second before it counts, so that calls and processor time are of the same span only by
        // their ratio to all calls.
        let spent = (server.processorSeconds - before) * 1e6 / Double(max(1, answers.allCalls))
        taken[transport, default: []].append(
          RPCFigures(transport.rawValue, load, answers, cpuMicroseconds: spent, peakBytes: server.peakBytes))
      }
    }
    return transport.map { .median(of: taken[$0] ?? []) }
  }
}
