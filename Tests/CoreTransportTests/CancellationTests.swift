import CoreTransport
import GRPCCore
import Testing

@Suite(.timeLimit(.minutes(5)))
struct CancellationTests {
  /// A handler that reports its start, waits to be cancelled, and reports that it was.
  static func waiting(started: Latch, cancelled: Latch, taskCancelled: Latch = Latch()) -> Handler {
    { _, context in
      started.open()
      await withTaskCancellationHandler {
        try? await context.cancellation.cancelled
        if context.cancellation.isCancelled { cancelled.open() }
        await taskCancelled.wait()
      } onCancel: {
        taskCancelled.open()
      }
      throw RPCError(code: .cancelled, message: "as told")
    }
  }

  @Test(arguments: [MethodDescriptor.echo, .chat])
  func deadlineReachesBothSides(method: MethodDescriptor) async throws {
    let started = Latch()
    let cancelled = Latch()
    let taskCancelled = Latch()
    let handler = Self.waiting(started: started, cancelled: cancelled, taskCancelled: taskCancelled)
    try await withPair([method: handler]) { client, _, _ in
      // On a busy machine a short deadline may pass before the request gets to the handler; then ask again.
      for seconds in [0.2, 1, 5, 20] where !started.isOpen {
        var options = CallOptions.defaults
        options.timeout = .seconds(seconds)
        let limited = options
        let code = try await rpcCode { _ = try await client.unary([1], method, options: limited).message }
        #expect(code == .deadlineExceeded)
      }
      await cancelled.wait()
      await taskCancelled.wait()
      #expect(cancelled.isOpen && taskCancelled.isOpen)
    }
  }

  @Test func handlerKnowsTheDeadline() async throws {
    let tell: Handler = { _, context in
      let own = context.transportSpecific as? CoreServerContext
      let left = own?.deadline.map { ContinuousClock.now.duration(to: $0) } ?? .zero
      let isNear = left > .seconds(30) && left <= .seconds(601)
      return StreamingServerResponse(
        single: ServerResponse(message: [own?.deadline == nil ? 2 : isNear ? 1 : 0]))
    }
    try await withPair([.echo: tell]) { client, _, _ in
      var options = CallOptions.defaults
      options.timeout = .seconds(600)
      let limited = try await client.unary([], options: options).message
      #expect(limited == [1])
      let unlimited = try await client.unary([]).message
      #expect(unlimited == [2])
    }
  }

  /// A client that goes away ends what is written together, in its middle.
  @Test func goingAwayEndsWhatIsWrittenTogether() async throws {
    let ended = Latch()
    let handler: Handler = { _, _ in
      StreamingServerResponse { writer in
        do {
          try await writer.write(contentsOf: (0..<100).map { _ in [UInt8](repeating: 7, count: 1 << 20) })
        } catch {
          ended.open()
          throw error
        }
        return [:]
      }
    }
    try await withPair([.count: handler]) { client, _, _ in
      await #expect(throws: (any Error).self) {
        try await client.stream(.count) {
          try await $0.write([0])
        } receive: { response in
          for try await _ in response.messages { throw CancellationError() }
        }
      }
      await ended.wait()
      #expect(ended.isOpen)
    }
  }

  @Test(arguments: [MethodDescriptor.echo, .chat])
  func cancellingTheClientsTaskReachesTheHandler(method: MethodDescriptor) async throws {
    let started = Latch()
    let cancelled = Latch()
    try await withPair([method: Self.waiting(started: started, cancelled: cancelled)]) { client, _, _ in
      let call = Task { try await rpcCode { _ = try await client.unary([1], method).message } }
      await started.wait()
      call.cancel()
      await cancelled.wait()
      let code = try await call.value
      #expect(code == .cancelled)
    }
  }

  /// The client's handler returns without reading the rest.
  @Test func leavingTheResponseCancelsTheCall() async throws {
    let cancelled = Latch()
    let endless: Handler = { _, context in
      StreamingServerResponse { writer in
        do {
          while true { try await writer.write([0]) }
        } catch {
          try? await context.cancellation.cancelled
          cancelled.open()
          throw error
        }
      }
    }
    try await withPair([.count: endless]) { client, _, _ in
      let first = try await client.stream(.count) {
        try await $0.write([1])
      } receive: { response in
        try await response.messages.first { _ in true }
      }
      #expect(first == [0])
      await cancelled.wait()
    }
  }

  @Test func failingRequestProducerCancelsTheCall() async throws {
    struct Surprise: Error {}
    let cancelled = Latch()
    let reader: Handler = { request, context in
      do {
        for try await _ in request.messages {}
      } catch {
        try? await context.cancellation.cancelled
        cancelled.open()
        throw error
      }
      return StreamingServerResponse(single: ServerResponse(message: [1]))
    }
    try await withPair([.chat: reader]) { client, _, _ in
      let code = try await rpcCode {
        try await client.stream(.chat) { writer in
          try await writer.write([1])
          throw Surprise()
        } receive: { response in
          for try await _ in response.messages {}
        }
      }
      #expect(code == .unknown)
      await cancelled.wait()
    }
  }

  /// A reader that a handler has in a child task can be stopped without losing the call.
  @Test func cancellingAServersReaderLeavesTheCall() async throws {
    let handler: Handler = { request, _ in
      await withTaskGroup(of: Void.self) { group in
        group.addTask { _ = try? await request.messages.reduce(0) { count, _ in count + 1 } }
        group.cancelAll()
      }
      return StreamingServerResponse(single: ServerResponse(message: [3]))
    }
    try await withPair([.chat: handler]) { client, _, _ in
      let answered = Latch()
      let answer = try await client.stream(.chat) { writer in
        try await writer.write([1])
        await answered.wait()
      } receive: { response in
        defer { answered.open() }
        return try await response.messages.first { _ in true }
      }
      #expect(answer == [3])
    }
  }

  @Test func closingTheClientCancelsItsCalls() async throws {
    let started = Latch()
    let cancelled = Latch()
    let handler = Self.waiting(started: started, cancelled: cancelled)
    try await withGRPCServer(transport: try CoreServerTransport(), services: [TestService(handlers: [.chat: handler])])
    { server in
      let address = try await server.transport.boundAddress
      let client = Client(transport: try CoreClientTransport(target: address))
      let connection = Task { try await client.runConnections() }
      let call = Task { try await rpcCode { _ = try await client.unary([1], .chat).message } }
      await started.wait()
      connection.cancel()
      let code = try await call.value
      #expect(code == .cancelled)
      await cancelled.wait()
      _ = await connection.result
    }
  }
}
