import ArgumentParser
import CoreTransport
import Foundation
import GRPCCore
import RPCHealth
import SwiftProtobuf

/// What a call costs beside its work: health checks over loopback, one at a time and many at once.
struct RPCCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rpc", abstract: "Round trips of a unary call over loopback.",
    discussion: "Without --address it serves itself, in the same process, over a real socket.")

  @Option(help: "HOST:PORT of a daemon that runs.") var address: String?
  @Option(help: "Calls, one after another.") var calls = 5000
  @Option(help: "Calls in flight for the second figure.") var concurrent = 32
  @Flag(help: "Print one JSON object.") var json = false

  func run() async throws {
    guard calls > 0, concurrent > 0 else { throw ValidationError("--calls and --concurrent are at least 1") }
    if let address { return try await measure(address) }
    let transport = try CoreServerTransport(address: "127.0.0.1:0")
    let server = GRPCServer(transport: transport, services: [Healthy()])
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask { try await server.serve() }
      try await measure(try await transport.boundAddress)
      server.beginGracefulShutdown()
    }
  }

  private func measure(_ address: String) async throws {
    let transport = try CoreClientTransport(target: address)
    try await withGRPCClient(transport: transport) { client in
      let health = Grpc_Health_V1_Health.Client(wrapping: client)
      for _ in 0..<200 { _ = try await health.check(.init()) }
      var times: [Double] = []
      for _ in 0..<calls {
        let start = ContinuousClock.now
        _ = try await health.check(.init())
        times.append((ContinuousClock.now - start) / .microseconds(1))
      }
      let rate = try await throughput(health)
      report(times.sorted(), rate)
    }
  }

  private func throughput(_ health: Grpc_Health_V1_Health.Client<CoreClientTransport>) async throws -> Double {
    let each = (calls + concurrent - 1) / concurrent
    let start = ContinuousClock.now
    try await withThrowingDiscardingTaskGroup { group in
      for _ in 0..<concurrent {
        group.addTask { for _ in 0..<each { _ = try await health.check(.init()) } }
      }
    }
    return Double(each * concurrent) / ((ContinuousClock.now - start) / .seconds(1))
  }

  private func report(_ times: [Double], _ rate: Double) {
    let p50 = times[times.count / 2]
    let p99 = times[min(times.count - 1, times.count * 99 / 100)]
    if json {
      print(
        String(
          format: #"{"calls":%d,"p50_us":%.1f,"p99_us":%.1f,"calls_per_second":%.0f,"concurrent":%d}"#, calls, p50, p99,
          rate, concurrent))
    } else {
      print(String(format: "one at a time: %.1f µs (median), %.1f µs (p99)", p50, p99))
      print(String(format: "%d at once: %.0f calls a second", concurrent, rate))
    }
  }
}

/// The least that a service can do.
private struct Healthy: Grpc_Health_V1_Health.SimpleServiceProtocol {
  func check(
    request: Grpc_Health_V1_HealthCheckRequest, context: ServerContext
  ) async throws -> Grpc_Health_V1_HealthCheckResponse {
    .with { $0.status = .serving }
  }

  func watch(
    request: Grpc_Health_V1_HealthCheckRequest, response: RPCWriter<Grpc_Health_V1_HealthCheckResponse>,
    context: ServerContext
  ) async throws {
    try await response.write(.with { $0.status = .serving })
  }

  func list(
    request: Grpc_Health_V1_HealthListRequest, context: ServerContext
  ) async throws -> Grpc_Health_V1_HealthListResponse { .init() }
}
