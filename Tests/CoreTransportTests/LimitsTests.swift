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

  @Test func callsBeyondTheLimitAreRefusedAtOnce() async throws {
    let (started, release) = ([Latch(), Latch()], Latch())
    let held: Handler = { request, _ in
      for try await message in request.messages { started[Int(message[0])].open() }
      await release.wait()
      return StreamingServerResponse(single: ServerResponse(message: [1]))
    }
    var options = CoreServerTransport.Options()
    var refusal = RPCError(code: .resourceExhausted, message: "too many")
    refusal.metadata = ["why": "full"]
    options.callLimit = CallLimit(calls: 2, refusal: refusal, exemptServices: ["other.Service"])
    let exempt = MethodDescriptor(fullyQualifiedService: "other.Service", method: "Echo", type: .unary)
    let transport = try CoreServerTransport(options: options)
    try await withPair([.echo: held, exempt: echo], server: transport) { client, server, _ in
      let first = (0..<2).map { number in Task { try await client.unary([UInt8(number)]).message } }
      for latch in started { await latch.wait() }
      let error = await #expect(throws: RPCError.self) { _ = try await client.unary([0]).message }
      #expect(error?.code == .resourceExhausted && error?.message == "too many")
      let why = (error?.metadata ?? [:])[stringValues: "why"].map { $0 }
      #expect(why == ["full"])
      #expect(server.refusedCalls == 1)
      let other = try await client.unary([5], exempt).message
      #expect(other == [5])
      release.open()
      for task in first {
        let answer = try await task.value
        #expect(answer == [1])
      }
      // There is room again.
      let later = try await client.unary([0]).message
      #expect(later == [1])
    }
  }

  @Test func oneConnectionDoesNotTakeAllPlaces() async throws {
    let (started, release) = ((0..<4).map { _ in Latch() }, Latch())
    let held: Handler = { request, _ in
      for try await message in request.messages where message[0] < 4 {
        started[Int(message[0])].open()
        await release.wait()
      }
      return StreamingServerResponse(single: ServerResponse(message: [1]))
    }
    var options = CoreServerTransport.Options()
    options.callLimit = CallLimit(calls: 8, refusal: RPCError(code: .resourceExhausted, message: "too many"))
    let transport = try CoreServerTransport(options: options)
    try await withPair([.echo: held], server: transport) { client, server, _ in
      let calls = (0..<4).map { number in Task { try await client.unary([UInt8(number)]).message } }
      for latch in started { await latch.wait() }
      let code = try await rpcCode { _ = try await client.unary([9]).message }
      #expect(code == .resourceExhausted)
      let other = try CoreClientTransport(target: try await server.boundAddress)
      let answer = try await withGRPCClient(transport: other) { try await $0.unary([9]).message }
      #expect(answer == [1])
      release.open()
      for call in calls { _ = try await call.value }
      let later = try await client.unary([9]).message
      #expect(later == [1])
    }
  }

  /// A client that never sends its one request does not hold a place for ever.
  @Test func silentCallsGiveTheirPlaceBack() async throws {
    var options = CoreServerTransport.Options()
    options.requestTimeout = .milliseconds(200)
    options.callLimit = CallLimit(calls: 1, refusal: RPCError(code: .resourceExhausted, message: "too many"))
    let transport = try CoreServerTransport(options: options)
    // The server knows it as a method with one request.
    let silent = MethodDescriptor(fullyQualifiedService: "test.Service", method: "Echo", type: nil)
    try await withPair(server: transport) { client, _, _ in
      let forever = Latch()
      let code = try await rpcCode {
        _ = try await client.stream(silent) { _ in
          await forever.wait()
        } receive: { response in
          for try await _ in response.messages {}
        }
      }
      #expect(code == .deadlineExceeded)
      let answer = try await client.unary([7]).message
      #expect(answer == [7])
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
