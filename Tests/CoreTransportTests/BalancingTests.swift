import CoreTransport
import GRPCCore
import Synchronization
import Testing

/// What the service config says: retries, deadlines, and calls spread over several servers.
@Suite(.timeLimit(.minutes(5)))
struct BalancingTests {
  @Test func roundRobinReachesEveryServer() async throws {
    func named(_ name: UInt8) -> TestService {
      TestService(handlers: [
        .echo: { _, _ in StreamingServerResponse(single: ServerResponse(message: [name])) }
      ])
    }
    try await withGRPCServer(transport: try CoreServerTransport(), services: [named(1)]) { first in
      try await withGRPCServer(transport: try CoreServerTransport(), services: [named(2)]) { second in
        var options = CoreClientTransport.Options()
        options.serviceConfig.loadBalancingConfig = [.roundRobin]
        let targets = [try await first.transport.boundAddress, try await second.transport.boundAddress]
        try await withGRPCClient(transport: try CoreClientTransport(targets: targets, options: options)) { client in
          var patient = CallOptions.defaults
          patient.waitForReady = true
          var answers: Set<[UInt8]> = []
          // Each connection is used as soon as it is there.
          for _ in 0..<10_000 where answers.count < 2 {
            answers.insert(try await client.unary([], options: patient).message)
          }
          #expect(answers == [[1], [2]])
        }
      }
    }
  }

  @Test func retriesAsTheServiceConfigSays() async throws {
    let calls = Mutex(0)
    let flaky: Handler = { _, _ in
      let number = calls.withLock { calls in
        calls += 1
        return calls
      }
      guard number > 2 else { throw RPCError(code: .unavailable, message: "not yet") }
      return StreamingServerResponse(single: ServerResponse(message: [UInt8(number)]))
    }
    var options = CoreClientTransport.Options()
    options.serviceConfig.methodConfig = [
      MethodConfig(
        names: [.init(service: "test.Service")],
        executionPolicy: .retry(
          RetryPolicy(
            maxAttempts: 4, initialBackoff: .milliseconds(1), maxBackoff: .milliseconds(2), backoffMultiplier: 1,
            retryableStatusCodes: [.unavailable])))
    ]
    try await withPair([.echo: flaky], clientOptions: options) { client, _, _ in
      let answer = try await client.unary([]).message
      #expect(answer == [3])
    }
  }

  @Test func aDeadlineFromTheServiceConfig() async throws {
    var options = CoreClientTransport.Options()
    options.serviceConfig.methodConfig = [MethodConfig(names: [.init(service: "")], timeout: .milliseconds(50))]
    let never: Handler = { _, context in
      try await context.cancellation.cancelled
      throw RPCError(code: .unknown, message: "cancelled")
    }
    try await withPair([.echo: never], clientOptions: options) { client, _, _ in
      let code = try await rpcCode { _ = try await client.unary([]).message }
      #expect(code == .deadlineExceeded)
    }
  }

  @Test func compressedBothWays() async throws {
    let compressing: Handler = { request, _ in
      StreamingServerResponse(metadata: Metadata().compressing(with: .deflate)) { writer in
        try await writer.write(contentsOf: request.messages)
        return [:]
      }
    }
    try await withPair([.echo: compressing]) { client, _, _ in
      for algorithm in [CompressionAlgorithm.gzip, .deflate, .none] {
        var options = CallOptions.defaults
        options.compression = algorithm
        let message = [UInt8](repeating: 7, count: 300_000)
        let answer = try await client.unary(message, options: options).message
        #expect(answer == message)
      }
    }
  }

  @Test func aMessageThatGrowsTooLargeIsRefused() async throws {
    var options = CoreServerTransport.Options()
    options.maximumReceiveMessageBytes = 100_000
    try await withPair(server: try CoreServerTransport(options: options)) { client, _, _ in
      var compressed = CallOptions.defaults
      compressed.compression = .gzip
      let message = [UInt8](repeating: 0, count: 100_001)
      let code = try await rpcCode { [compressed] in _ = try await client.unary(message, options: compressed).message }
      #expect(code == .resourceExhausted)
      let answer = try await client.unary(Array(message.dropLast()), options: compressed).message
      #expect(answer.count == 100_000)
    }
  }
}
