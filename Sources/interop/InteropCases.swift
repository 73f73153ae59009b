import CoreTransport
import Foundation
import GRPCCore
import SwiftProtobuf

/// The cases, by the names and with the numbers of gRPC's own list.
struct InteropCases: Sendable {
  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  private let service: Grpc_Testing_TestService.Client<CoreClientTransport>
  private let unimplemented: Grpc_Testing_UnimplementedService.Client<CoreClientTransport>

  init(client: GRPCClient<CoreClientTransport>) {
    service = .init(wrapping: client)
    unimplemented = .init(wrapping: client)
  }

  static let all: [(String, @Sendable (InteropCases) -> @Sendable () async throws -> Void)] = [
    ("empty_unary", { $0.emptyUnary }), ("large_unary", { $0.largeUnary }),
    ("large_unary_64_megabytes", { $0.largeUnary64Megabytes }),
    ("client_compressed_unary", { $0.clientCompressedUnary }),
    ("server_compressed_unary", { $0.serverCompressedUnary }),
    ("client_streaming", { $0.clientStreaming }),
    ("client_compressed_streaming", { $0.clientCompressedStreaming }), ("server_streaming", { $0.serverStreaming }),
    ("server_compressed_streaming", { $0.serverCompressedStreaming }), ("ping_pong", { $0.pingPong }),
    ("empty_stream", { $0.emptyStream }), ("custom_metadata", { $0.customMetadata }),
    ("status_code_and_message", { $0.statusCodeAndMessage }), ("special_status_message", { $0.specialStatusMessage }),
    ("unimplemented_method", { $0.unimplementedMethod }), ("unimplemented_service", { $0.unimplementedService }),
    ("cancel_after_begin", { $0.cancelAfterBegin }),
    ("cancel_after_first_response", { $0.cancelAfterFirstResponse }),
    ("timeout_on_sleeping_server", { $0.timeoutOnSleepingServer }),
  ]

  static let requestSizes: [Int32] = [27182, 8, 1828, 45904]
  static let responseSizes: [Int32] = [31415, 9, 2653, 58979]

  static func expect<Value: Equatable>(_ value: Value, _ wanted: Value, _ what: String) throws {
    guard value == wanted else { throw Failed(description: "\(what) is \(value), not \(wanted)") }
  }

  /// The error that `body` ends with.
  static func error(_ body: () async throws -> Void) async throws -> RPCError {
    do {
      try await body()
    } catch let error as RPCError {
      return error
    }
    throw Failed(description: "the call did not fail")
  }

  // MARK: Unary

  @Sendable private func emptyUnary() async throws { _ = try await service.emptyCall(.init()) }

  private func large(
    _ requestBytes: Int32 = 271_828, _ responseBytes: Int32 = 314_159, compressed: Bool = false,
    options: CallOptions = .defaults
  ) async throws {
    let answer = try await service.unaryCall(
      .with {
        $0.responseSize = responseBytes
        $0.payload = .zeros(requestBytes)
        if compressed { $0.responseCompressed = .with { $0.value = true } }
      }, options: options)
    try Self.expect(answer.payload.body, Data(count: Int(responseBytes)), "the payload")
  }

  @Sendable private func largeUnary() async throws { try await large() }

  @Sendable private func largeUnary64Megabytes() async throws { try await large(60 << 20, 60 << 20) }

  @Sendable private func clientCompressedUnary() async throws {
    var options = CallOptions.defaults
    options.compression = .gzip
    try await large(options: options)
  }

  @Sendable private func serverCompressedUnary() async throws {
    try await large(compressed: true)
    try await large()
  }

  // MARK: Streams

  @Sendable private func clientStreaming() async throws { try await clientStream(.defaults) }

  @Sendable private func clientCompressedStreaming() async throws {
    var options = CallOptions.defaults
    options.compression = .gzip
    try await clientStream(options)
  }

  private func clientStream(_ options: CallOptions) async throws {
    let answer = try await service.streamingInputCall(options: options) { writer in
      for size in Self.requestSizes { try await writer.write(.with { $0.payload = .zeros(size) }) }
    }
    try Self.expect(answer.aggregatedPayloadSize, 74_922, "the total")
  }

  private func serverStream(compressed: Bool) async throws {
    let request = Grpc_Testing_StreamingOutputCallRequest.with { request in
      request.responseParameters = Self.responseSizes.map { size in
        .with {
          $0.size = size
          if compressed { $0.compressed = .with { $0.value = true } }
        }
      }
    }
    let sizes = try await service.streamingOutputCall(request) { response in
      try await response.messages.reduce(into: [Int32]()) { $0.append(Int32($1.payload.body.count)) }
    }
    try Self.expect(sizes, Self.responseSizes, "the sizes")
  }

  @Sendable private func serverStreaming() async throws { try await serverStream(compressed: false) }
  @Sendable private func serverCompressedStreaming() async throws { try await serverStream(compressed: true) }

  @Sendable private func pingPong() async throws {
    let (pongs, pong) = AsyncStream.makeStream(of: Void.self)
    try await service.fullDuplexCall { writer in
      var answers = pongs.makeAsyncIterator()
      for (size, wanted) in zip(Self.requestSizes, Self.responseSizes) {
        try await writer.write(
          .with {
            $0.payload = .zeros(size)
            $0.responseParameters = [.with { $0.size = wanted }]
          })
        guard await answers.next() != nil else { return }
      }
    } onResponse: { response in
      defer { pong.finish() }
      var sizes: [Int32] = []
      for try await message in response.messages {
        sizes.append(Int32(message.payload.body.count))
        pong.yield()
      }
      try Self.expect(sizes, Self.responseSizes, "the sizes")
    }
  }

  @Sendable private func emptyStream() async throws {
    try await service.fullDuplexCall { _ in
    } onResponse: { response in
      for try await _ in response.messages { throw Failed(description: "there is an answer") }
    }
  }

  // MARK: Metadata and status

  @Sendable private func customMetadata() async throws {
    let bytes: [UInt8] = [0xab, 0xab, 0xab]
    var metadata = Metadata()
    metadata.addString("test_initial_metadata_value", forKey: Metadata.initialKey)
    metadata.addBinary(bytes, forKey: Metadata.lastKey)
    try await service.unaryCall(.init(), metadata: metadata) { response in
      try Self.expect(
        Array(response.metadata[stringValues: Metadata.initialKey]), ["test_initial_metadata_value"], "the first")
      try Self.expect(Array(response.trailingMetadata[binaryValues: Metadata.lastKey]), [bytes], "the last")
    }
  }

  private func status(_ text: String) async throws {
    let status = Grpc_Testing_EchoStatus.with {
      $0.code = 2
      $0.message = text
    }
    let unary = try await Self.error { _ = try await service.unaryCall(.with { $0.responseStatus = status }) }
    let stream = try await Self.error {
      try await service.fullDuplexCall { writer in
        try await writer.write(.with { $0.responseStatus = status })
      } onResponse: { response in
        for try await _ in response.messages {}
      }
    }
    for error in [unary, stream] {
      try Self.expect(error.code, .unknown, "the code")
      try Self.expect(error.message, text, "the message")
    }
  }

  @Sendable private func statusCodeAndMessage() async throws { try await status("test status message") }
  @Sendable private func specialStatusMessage() async throws {
    try await status("\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n")
  }

  @Sendable private func unimplementedMethod() async throws {
    try Self.expect(
      try await Self.error { _ = try await service.unimplementedCall(.init()) }.code, .unimplemented, "the code")
  }

  @Sendable private func unimplementedService() async throws {
    try Self.expect(
      try await Self.error { _ = try await unimplemented.unimplementedCall(.init()) }.code, .unimplemented, "the code")
  }

  // MARK: Ends

  @Sendable private func cancelAfterBegin() async throws {
    let call = Task {
      try await Self.error {
        _ = try await service.streamingInputCall { _ in try await Task.sleep(for: .seconds(60)) }
      }
    }
    try await Task.sleep(for: .milliseconds(20))
    call.cancel()
    try Self.expect(try await call.value.code, .cancelled, "the code")
  }

  @Sendable private func cancelAfterFirstResponse() async throws {
    let (firsts, first) = AsyncStream.makeStream(of: Void.self)
    let call = Task {
      try await Self.error {
        try await service.fullDuplexCall { writer in
          try await writer.write(
            .with {
              $0.payload = .zeros(27182)
              $0.responseParameters = [.with { $0.size = 31415 }]
            })
          try await Task.sleep(for: .seconds(60))
        } onResponse: { response in
          for try await _ in response.messages { first.yield() }
        }
      }
    }
    _ = await firsts.first { _ in true }
    call.cancel()
    try Self.expect(try await call.value.code, .cancelled, "the code")
  }

  @Sendable private func timeoutOnSleepingServer() async throws {
    var options = CallOptions.defaults
    options.timeout = .milliseconds(1)
    let error = try await Self.error {
      try await service.fullDuplexCall(options: options) { writer in
        try? await writer.write(.with { $0.payload = .zeros(27182) })
        try? await Task.sleep(for: .seconds(60))
      } onResponse: { response in
        for try await _ in response.messages {}
      }
    }
    try Self.expect(error.code, .deadlineExceeded, "the code")
  }
}
