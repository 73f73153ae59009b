import CoreTransport
import GRPCCore
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5)))
struct LifecycleTests {
  @Test func gracefulShutdownFinishesRunningCalls() async throws {
    let started = Latch()
    let goOn = Latch()
    let handler: Handler = { request, _ in
      started.open()
      await goOn.wait()
      let message = try await request.messages.first { _ in true }
      return StreamingServerResponse(single: ServerResponse(message: message ?? []))
    }
    let server = Server(transport: try CoreServerTransport(), services: [TestService(handlers: [.echo: handler])])
    let serving = Task { try await server.serve() }
    let address = try await server.transport.boundAddress
    try await withGRPCClient(transport: try CoreClientTransport(target: address)) { client in
      async let running = client.unary([42]).message
      await started.wait()
      server.beginGracefulShutdown()
      // A client that comes now finds nobody.
      try await withGRPCClient(transport: try CoreClientTransport(target: address)) { late in
        let code = try await rpcCode { _ = try await late.unary([1]).message }
        #expect(code == .unavailable)
      }
      goOn.open()
      let answer = try await running
      #expect(answer == [42])
      try await serving.value
    }
    #expect(await server.transport.ledger.settled() == .nothing)
  }

  @Test func cancellingTheServerCancelsItsCalls() async throws {
    let started = Latch()
    let cancelled = Latch()
    let handler = CancellationTests.waiting(started: started, cancelled: cancelled)
    let server = Server(transport: try CoreServerTransport(), services: [TestService(handlers: [.chat: handler])])
    let serving = Task { try await server.serve() }
    let address = try await server.transport.boundAddress
    try await withGRPCClient(transport: try CoreClientTransport(target: address)) { client in
      async let code = rpcCode { _ = try await client.unary([1], .chat).message }
      await started.wait()
      serving.cancel()
      await cancelled.wait()
      try await serving.value
      let received = try await code
      #expect(received == .cancelled || received == .unavailable)
    }
    #expect(await server.transport.ledger.settled() == .nothing)
  }

  @Test func absentServerIsUnavailable() async throws {
    // A port that was free a moment ago and belongs to nobody now.
    let vacated = try await withGRPCServer(transport: try CoreServerTransport(), services: []) { server in
      try await server.transport.boundAddress
    }
    try await withGRPCClient(transport: try CoreClientTransport(target: vacated)) { client in
      for method in [MethodDescriptor.echo, .chat] {
        do {
          _ = try await client.unary([1], method).message
          Issue.record("somebody answered")
        } catch let error as RPCError {
          #expect(error.code == .unavailable)
          #expect(error.message.contains(vacated))
        }
      }
    }
  }

  @Test func waitForReadyOutlastsARestart() async throws {
    let service = TestService(handlers: standardHandlers)
    let first = Server(transport: try CoreServerTransport(), services: [service])
    let firstServing = Task { try await first.serve() }
    let address = try await first.transport.boundAddress
    var options = CallOptions.defaults
    options.waitForReady = true
    let patient = options
    try await withGRPCClient(transport: try CoreClientTransport(target: address)) { client in
      let before = try await client.unary([1]).message
      #expect(before == [1])
      first.beginGracefulShutdown()
      try await firstServing.value
      let answer = Task { try await client.unary([2], options: patient).message }
      // The same port at once: nothing of the first server is left on it.
      try await withGRPCServer(transport: try CoreServerTransport(address: address), services: [service]) { _ in
        let after = try await answer.value
        #expect(after == [2])
      }
    }
  }

  @Test func portInUse() async throws {
    try await withGRPCServer(transport: try CoreServerTransport(), services: []) { server in
      let second = try CoreServerTransport(address: try await server.transport.boundAddress)
      await #expect { try await second.listen { _, _ in } } throws: { error in
        (error as? CoreTransportError)?.code == .addressUnavailable
      }
      await #expect { try await second.boundPort } throws: { error in
        (error as? CoreTransportError)?.code == .addressUnavailable
      }
    }
  }

  @Test(arguments: ["", "nowhere.invalid:1", "no address at all"])
  func badAddress(address: String) async {
    await #expect { try await CoreServerTransport(address: address).listen { _, _ in } } throws: { error in
      let code = (error as? CoreTransportError)?.code
      return code == .invalidAddress || code == .addressUnavailable
    }
  }

  @Test func shutdownBeforeListening() async throws {
    let transport = try CoreServerTransport()
    transport.beginGracefulShutdown()
    try await transport.listen { _, _ in }
    await #expect(throws: CoreTransportError.self) { try await transport.boundPort }
  }

  @Test func listeningAndConnectingTwice() async throws {
    try await withPair { client, server, transport in
      _ = try await client.unary([1]).message
      await #expect { try await server.listen { _, _ in } } throws: { error in
        (error as? CoreTransportError)?.code == .alreadyStarted
      }
      await #expect { try await transport.connect() } throws: { error in
        (error as? CoreTransportError)?.code == .alreadyStarted
      }
    }
  }

  @Test func clientThatIsShutDownRefusesStreams() async throws {
    let transport = try CoreClientTransport(target: "127.0.0.1:1")
    transport.beginGracefulShutdown()
    let code = try await rpcCode {
      try await transport.withStream(descriptor: .echo, options: .defaults) { _, _ in }
    }
    #expect(code == .failedPrecondition)
    try await transport.connect()
  }

  /// A stream whose closure sends nothing leaves nothing behind.
  @Test func unusedStream() async throws {
    let transport = try CoreClientTransport(target: "127.0.0.1:1")
    async let connected: Void = transport.connect()
    try await transport.withStream(descriptor: .chat, options: .defaults) { _, context in
      #expect(context.remotePeer == "127.0.0.1:1")
    }
    transport.beginGracefulShutdown()
    try await connected
    #expect(await transport.ledger.settled() == .nothing)
  }

  /// A call made before `connect()` waits for it, and one that is cancelled meanwhile does not wait for ever.
  @Test func callsBeforeConnecting() async throws {
    let transport = try CoreClientTransport(target: "127.0.0.1:1")
    let ran = Mutex(false)
    let early = Task {
      try await transport.withStream(descriptor: .chat, options: .defaults) { _, _ in ran.withLock { $0 = true } }
    }
    let cancelled = Task { try await transport.withStream(descriptor: .chat, options: .defaults) { _, _ in } }
    cancelled.cancel()
    _ = await cancelled.result
    try await Task.sleep(for: .milliseconds(50))
    #expect(!ran.withLock { $0 })
    async let connected: Void = transport.connect()
    try await early.value
    #expect(ran.withLock { $0 })
    transport.beginGracefulShutdown()
    try await connected
    #expect(await transport.ledger.settled() == .nothing)
  }

  @Test func unixSocket() async throws {
    let path = "unix:/tmp/core-transport-\(UInt64.random(in: 0 ... .max)).sock"
    try await withPair(server: try CoreServerTransport(address: path)) { client, server, _ in
      let bound = try await server.boundAddress
      #expect(bound == path)
      let answer = try await client.unary([4]).message
      #expect(answer == [4])
    }
  }
}
