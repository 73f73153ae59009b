import CoreTransport
import GRPCCore
import Testing

@Suite(.timeLimit(.minutes(5)))
struct StatusTests {
  static let codes: [RPCError.Code] = [
    .cancelled, .unknown, .invalidArgument, .deadlineExceeded, .notFound, .alreadyExists, .permissionDenied,
    .resourceExhausted, .failedPrecondition, .aborted, .outOfRange, .unimplemented, .internalError, .unavailable,
    .dataLoss, .unauthenticated,
  ]

  @Test(arguments: [MethodDescriptor.echo, .chat])
  func everyCodeArrives(method: MethodDescriptor) async throws {
    let fail: Handler = { request, _ in
      let wanted = try await request.messages.first { _ in true }?[0] ?? 0
      let code = StatusTests.codes[Int(wanted)]
      throw RPCError(code: code, message: "as asked: \(code)")
    }
    try await withPair([method: fail]) { client, _, _ in
      for (index, code) in Self.codes.enumerated() {
        do {
          _ = try await client.unary([UInt8(index)], method).message
          Issue.record("\(code) did not arrive")
        } catch let error as RPCError {
          #expect(error.code == code)
          #expect(error.message == "as asked: \(code)")
        }
      }
    }
  }

  @Test func failureAfterSomeMessages() async throws {
    let breakOff: Handler = { _, _ in
      StreamingServerResponse { writer in
        try await writer.write([1])
        try await writer.write([2])
        throw RPCError(code: .dataLoss, message: "the rest is lost", metadata: ["x-at": "2"])
      }
    }
    try await withPair([.count: breakOff]) { client, _, _ in
      try await client.stream(.count) {
        try await $0.write([0])
      } receive: { response in
        var received: [UInt8] = []
        do {
          for try await message in response.messages { received += message }
          Issue.record("the stream ended well")
        } catch let error as RPCError {
          #expect(error.code == .dataLoss)
          #expect(Array(error.metadata[stringValues: "x-at"]) == ["2"])
        }
        #expect(received == [1, 2])
      }
    }
  }

  @Test func trailingMetadataAfterMessages() async throws {
    try await withPair { client, _, _ in
      let trailing = try await client.stream(.count) {
        try await $0.write([3])
      } receive: { response in
        guard case .success(let contents) = response.accepted else { return Metadata() }
        for try await part in contents.bodyParts {
          if case .trailingMetadata(let metadata) = part { return metadata }
        }
        return Metadata()
      }
      #expect(Array(trailing[stringValues: "count"]) == ["3"])
    }
  }

  @Test func unknownMethod() async throws {
    try await withPair { client, _, _ in
      let code = try await rpcCode { _ = try await client.unary([1], .test("Nothing", .unary)).message }
      #expect(code == .unimplemented)
    }
  }

  @Test func handlersOtherErrorsBecomeUnknown() async throws {
    struct Surprise: Error {}
    try await withPair([.echo: { _, _ in throw Surprise() }]) { client, _, _ in
      let code = try await rpcCode { _ = try await client.unary([1]).message }
      #expect(code == .unknown)
    }
  }
}
