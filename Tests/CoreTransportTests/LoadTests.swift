import CoreTransport
import GRPCCore
import Testing

@Suite(.timeLimit(.minutes(5)))
struct LoadTests {
  @Test func twoHundredCallsAtOnce() async throws {
    // No call ends before all have begun.
    let (arrivals, arrive) = AsyncStream.makeStream(of: Void.self)
    let all = Latch()
    let gathering: Handler = { request, _ in
      arrive.yield()
      await all.wait()
      let message = try await request.messages.first { _ in true }
      return StreamingServerResponse(single: ServerResponse(message: message ?? []))
    }
    try await withPair([.echo: gathering]) { client, _, _ in
      async let gathered: Void = {
        var count = 0
        for await _ in arrivals {
          count += 1
          if count == 200 { break }
        }
        all.open()
      }()
      let answers = try await withThrowingTaskGroup(of: (UInt8, [UInt8]).self) { group in
        for number: UInt8 in 0..<200 {
          group.addTask { (number, try await client.unary([number, 1, 2]).message) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      await gathered
      #expect(answers.count == 200)
      for (number, answer) in answers { #expect(answer == [number, 1, 2]) }
    }
  }

  @Test func manyWritersOnOneCall() async throws {
    try await withPair { client, _, _ in
      let total = try await client.stream(.chat) { writer in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for number: UInt8 in 0..<50 {
            group.addTask { for _ in 0..<10 { try await writer.write([UInt8](repeating: number, count: 100)) } }
          }
          try await group.waitForAll()
        }
      } receive: { response in
        var total = 0
        for try await message in response.messages {
          #expect(message.count == 100 && message.allSatisfy { $0 == message[0] })
          total += 1
        }
        return total
      }
      #expect(total == 500)
    }
  }

  /// Hundreds of calls, ended in every way there is; afterwards the C core holds nothing of ours.
  @Test func nothingIsLeftBehind() async throws {
    let failing = MethodDescriptor.test("Fail", .unary)
    let hanging = MethodDescriptor.test("Hang", .bidirectionalStreaming)
    var handlers = standardHandlers
    handlers[failing] = { _, _ in throw RPCError(code: .aborted, message: "no") }
    handlers[hanging] = { _, context in
      try? await context.cancellation.cancelled
      throw CancellationError()
    }
    let ledgers = try await withPair(handlers) { client, server, transport in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<600 {
          group.addTask {
            switch number % 6 {
            case 0: _ = try await client.unary([UInt8](repeating: 1, count: number * 50)).message
            case 1: _ = try await rpcCode { _ = try await client.unary([1], failing).message }
            case 2:
              var options = CallOptions.defaults
              options.timeout = .milliseconds(number % 40)
              let limited = options
              _ = try await rpcCode { _ = try await client.unary([1], hanging, options: limited).message }
            case 3:
              let call = Task { try await rpcCode { _ = try await client.unary([1], hanging).message } }
              if number % 4 == 1 { await Task.yield() }
              call.cancel()
              _ = await call.result
            case 4:
              _ = try await client.stream(.count) {
                try await $0.write([100])
              } receive: { response in
                try await response.messages.first { _ in true }
              }
            default:
              try await client.stream(.chat) { writer in
                for _ in 0..<5 { try await writer.write([UInt8](repeating: 2, count: 5000)) }
              } receive: { response in
                for try await _ in response.messages {}
              }
            }
          }
        }
        try await group.waitForAll()
      }
      return [server.ledger, transport.ledger]
    }
    // Both transports have ended, and they end only after their last event.
    for ledger in ledgers { #expect(await ledger.settled() == .nothing) }
  }
}
