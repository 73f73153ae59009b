import CoreTransport
import GRPCCore
import Testing

@Suite(.timeLimit(.minutes(5)))
struct KindsTests {
  @Test(arguments: [MethodDescriptor.echo, .untypedEcho, .chat])
  func unary(method: MethodDescriptor) async throws {
    try await withPair { client, _, _ in
      for size in [0, 1, 15, 16, 17, 23, 24, 1000, 70_000] {
        let message = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let answer = try await client.unary(message, method).message
        #expect(answer == message)
      }
    }
  }

  @Test func serverStreaming() async throws {
    try await withPair { client, _, _ in
      let received = try await client.stream(.count) {
        try await $0.write([200])
      } receive: { response in
        var received: [UInt8] = []
        for try await message in response.messages { received += message }
        return received
      }
      #expect(received == Array(0..<200))
    }
  }

  /// What is written together may wait to be sent together, but not for what comes after it.
  @Test func writtenTogether() async throws {
    let latch = Latch()
    let handler: Handler = { _, _ in
      StreamingServerResponse { writer in
        let messages = (0..<300).map { [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: 500) }
        try await writer.write(contentsOf: messages)
        await latch.wait()
        try await writer.write(contentsOf: [])
        try await writer.write(contentsOf: [[1], [2]])
        return [:]
      }
    }
    try await withPair([.count: handler]) { client, _, _ in
      let received = try await client.stream(.count) {
        try await $0.write([0])
      } receive: { response in
        var received: [UInt8] = []
        var count = 0
        for try await message in response.messages {
          received.append(message[0])
          count += 1
          if count == 300 { latch.open() }
        }
        return received
      }
      #expect(received == (0..<300).map { UInt8(truncatingIfNeeded: $0) } + [1, 2])
    }
  }

  @Test func clientStreaming() async throws {
    try await withPair { client, _, _ in
      let total = try await client.stream(.sum) { writer in
        for number: UInt8 in 0..<20 { try await writer.write([number]) }
      } receive: { response in
        try await response.messages.first { _ in true }
      }
      #expect(total == [190])
    }
  }

  /// Each message is sent only after the answer to the one before has come.
  @Test(arguments: [MethodDescriptor.chat, .untypedEcho])
  func bidirectionalInTurns(method: MethodDescriptor) async throws {
    try await withPair { client, _, _ in
      let (turns, next) = AsyncStream.makeStream(of: UInt8.self)
      next.yield(0)
      let received = try await client.stream(method) { writer in
        for await turn in turns { try await writer.write([turn]) }
      } receive: { response in
        var received: [UInt8] = []
        for try await message in response.messages {
          received += message
          if message[0] == 99 { next.finish() } else { next.yield(message[0] + 1) }
        }
        return received
      }
      #expect(received == Array(0..<100))
    }
  }

  /// The client starts to send only when it has the response's metadata.
  @Test func metadataComesBeforeAnyMessage() async throws {
    try await withPair { client, _, _ in
      let answered = Latch()
      let received = try await client.stream(.chat) { writer in
        await answered.wait()
        try await writer.write([7])
      } receive: { response in
        answered.open()
        return try await response.messages.first { _ in true }
      }
      #expect(received == [7])
    }
  }
}
