import CoreTransport
import GRPCCore
import Testing

@Suite(.timeLimit(.minutes(5)))
struct LimitsTests {
  @Test func largeMessagesBothWays() async throws {
    try await withPair { client, _, _ in
      let message = (0..<10_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
      let answer = try await client.unary(message).message
      #expect(answer == message)
    }
  }

  @Test func messageOfExactlyTheLimitPasses() async throws {
    var options = CoreServerTransport.Options()
    options.maximumReceiveMessageBytes = 1000
    try await withPair(server: CoreServerTransport(options: options)) { client, _, _ in
      let answer = try await client.unary([UInt8](repeating: 1, count: 1000)).message
      #expect(answer.count == 1000)
      let code = try await rpcCode { _ = try await client.unary([UInt8](repeating: 1, count: 1001)).message }
      #expect(code == .resourceExhausted)
    }
  }

  @Test func requestOverTheDefaultLimit() async throws {
    try await withPair { client, _, _ in
      let code = try await rpcCode { _ = try await client.unary([UInt8](repeating: 1, count: (16 << 20) + 1)).message }
      #expect(code == .resourceExhausted)
      // The connection is as good as before.
      let answer = try await client.unary([5]).message
      #expect(answer == [5])
    }
  }

  @Test(arguments: [MethodDescriptor.echo, .untypedEcho])
  func responseOverTheTransportsLimit(method: MethodDescriptor) async throws {
    var options = CoreClientTransport.Options()
    options.maximumReceiveMessageBytes = 1000
    try await withPair(clientOptions: options) { client, _, _ in
      let code = try await rpcCode { _ = try await client.unary([UInt8](repeating: 1, count: 1001), method).message }
      #expect(code == .resourceExhausted)
    }
  }

  @Test(arguments: [MethodDescriptor.echo, .untypedEcho])
  func limitsOfOneCall(method: MethodDescriptor) async throws {
    try await withPair { client, _, _ in
      var options = CallOptions.defaults
      options.maxRequestMessageBytes = 100
      let sent = try await rpcCode {
        _ = try await client.unary([UInt8](repeating: 1, count: 101), method, options: options).message
      }
      #expect(sent == .resourceExhausted)
      options.maxRequestMessageBytes = nil
      options.maxResponseMessageBytes = 100
      let received = try await rpcCode {
        _ = try await client.unary([UInt8](repeating: 1, count: 101), method, options: options).message
      }
      #expect(received == .resourceExhausted)
      let answer = try await client.unary([UInt8](repeating: 1, count: 100), method, options: options).message
      #expect(answer.count == 100)
    }
  }

  /// The reader does not read; the writer must come to a stop long before it has sent everything.
  @Test func writerWaitsForASlowReader() async throws {
    let hasWrittenAll = Latch()
    let slow: Handler = { request, _ in
      // Too short a pause could only hide a failure, never make one.
      try await Task.sleep(for: .milliseconds(300))
      let hadWrittenAll = hasWrittenAll.isOpen
      var count: UInt8 = 0
      for try await _ in request.messages { count += 1 }
      return StreamingServerResponse(single: ServerResponse(message: [hadWrittenAll ? 1 : 0, count]))
    }
    try await withPair([.sum: slow]) { client, _, _ in
      let answer = try await client.stream(.sum) { writer in
        for _ in 0..<100 { try await writer.write([UInt8](repeating: 0, count: 1 << 20)) }
        hasWrittenAll.open()
      } receive: { response in
        try await response.messages.first { _ in true }
      }
      #expect(answer == [0, 100])
    }
  }

  @Test func optionsOutOfRange() {
    var options = CoreServerTransport.Options()
    options.maximumReceiveMessageBytes = 0
    #expect(throws: CoreTransportError.self) { try CoreServerTransport(options: options) }
    var clientOptions = CoreClientTransport.Options()
    clientOptions.pollingThreads = 65
    #expect(throws: CoreTransportError.self) { try CoreClientTransport(target: "x:1", options: clientOptions) }
  }
}
