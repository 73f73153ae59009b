import CoreTransport
import GRPCCore
import Testing

@Suite(.timeLimit(.minutes(5)))
struct MetadataTests {
  static let everyByte = Array(UInt8.min...UInt8.max)

  /// Sends the request's `x-` metadata back as initial and as trailing metadata.
  static let mirror: Handler = { request, _ in
    var mirrored = Metadata()
    for (key, value) in request.metadata where key.hasPrefix("x-") {
      mirrored.add(contentsOf: [(key: key, value: value)])
    }
    let sent = mirrored
    return StreamingServerResponse(metadata: sent) { writer in
      for try await message in request.messages { try await writer.write(message) }
      return sent
    }
  }

  @Test(arguments: [MethodDescriptor.echo, .chat])
  func bothWays(method: MethodDescriptor) async throws {
    try await withPair([method: Self.mirror]) { client, _, _ in
      let metadata: Metadata = [
        "x-text": "plain text, with ~ and spaces", "X-Case": "upper", "x-twice": "1", "x-twice": "2",
        "x-raw-bin": .binary(Self.everyByte), "x-empty-bin": .binary([]), "x-coded-bin": "AAEC",
      ]
      let response = try await client.unary([1], method, metadata: metadata)
      for received in [response.metadata, response.trailingMetadata] {
        #expect(Array(received[stringValues: "x-text"]) == ["plain text, with ~ and spaces"])
        #expect(Array(received[stringValues: "x-case"]) == ["upper"])
        #expect(Array(received[stringValues: "x-twice"]) == ["1", "2"])
        #expect(Array(received[binaryValues: "x-raw-bin"]) == [Self.everyByte])
        #expect(Array(received[binaryValues: "x-empty-bin"]) == [[]])
        #expect(Array(received[binaryValues: "x-coded-bin"]) == [[0, 1, 2]])
      }
    }
  }

  @Test(arguments: [MethodDescriptor.echo, .chat])
  func trailersOfAnError(method: MethodDescriptor) async throws {
    let refuse: Handler = { _, _ in
      throw RPCError(
        code: .notFound, message: "keine Gesichter für “Zoë”", metadata: ["x-detail-bin": .binary([9, 8])])
    }
    try await withPair([method: refuse]) { client, _, _ in
      let response = try await client.unary([1], method)
      if method == .echo, case .success = response.accepted {
        Issue.record("the call was not refused outright, which is what retries look at")
      }
      let error = try #require(throws: RPCError.self) { try response.message }
      #expect(error.code == .notFound)
      #expect(error.message == "keine Gesichter für “Zoë”")
      #expect(Array(error.metadata[binaryValues: "x-detail-bin"]) == [[9, 8]])
    }
  }

  @Test func illegalMetadataIsRefused() async throws {
    try await withPair { client, _, _ in
      for metadata: Metadata in [["x y": "1"], ["x-line": "a\nb"], ["x-bad-bin": "***"]] {
        let code = try await rpcCode { _ = try await client.unary([1], metadata: metadata).message }
        #expect(code == .internalError)
      }
    }
  }

  @Test func tooMuchMetadataIsRefused() async throws {
    try await withPair { client, _, _ in
      let metadata: Metadata = ["x-long": .string(String(repeating: "a", count: 40_000))]
      let code = try await rpcCode { _ = try await client.unary([1], metadata: metadata).message }
      #expect(code == .resourceExhausted)
    }
  }

  @Test func contextTellsWhoCalls() async throws {
    let who: Handler = { _, context in
      let text = "\(context.remotePeer)|\(context.descriptor.fullyQualifiedMethod)"
      return StreamingServerResponse(single: ServerResponse(message: Array(text.utf8)))
    }
    try await withPair([.echo: who]) { client, _, _ in
      let answer = String(decoding: try await client.unary([]).message, as: UTF8.self)
      #expect(answer.hasPrefix("ipv4:127.0.0.1:"))
      #expect(answer.hasSuffix("|test.Service/Echo"))
    }
  }
}
