import CoreTransport
import Foundation
import GRPCCore
import SwiftProtobuf

/// grpc.testing.TestService: answers with as many bytes, and ends with such a status, as it is told.
struct TestService: Grpc_Testing_TestService.ServiceProtocol {
  func emptyCall(
    request: ServerRequest<Grpc_Testing_Empty>, context: ServerContext
  ) async throws -> ServerResponse<Grpc_Testing_Empty> {
    ServerResponse(
      message: .init(), metadata: request.metadata.echoedInitially, trailingMetadata: request.metadata.echoedLast)
  }

  func unaryCall(
    request: ServerRequest<Grpc_Testing_SimpleRequest>, context: ServerContext
  ) async throws -> ServerResponse<Grpc_Testing_SimpleResponse> {
    let message = request.message
    try message.responseStatus.check()
    var metadata = request.metadata.echoedInitially
    if message.responseCompressed.value { metadata = metadata.compressing(with: .gzip) }
    return ServerResponse(
      message: .with { $0.payload = .zeros(message.responseSize) }, metadata: metadata,
      trailingMetadata: request.metadata.echoedLast)
  }

  func streamingOutputCall(
    request: ServerRequest<Grpc_Testing_StreamingOutputCallRequest>, context: ServerContext
  ) async throws -> StreamingServerResponse<Grpc_Testing_StreamingOutputCallResponse> {
    let message = request.message
    let isCompressed = message.responseParameters.contains { $0.compressed.value }
    return StreamingServerResponse(metadata: isCompressed ? Metadata().compressing(with: .gzip) : [:]) { writer in
      try await Self.answer(message, writer)
      return [:]
    }
  }

  func streamingInputCall(
    request: StreamingServerRequest<Grpc_Testing_StreamingInputCallRequest>, context: ServerContext
  ) async throws -> ServerResponse<Grpc_Testing_StreamingInputCallResponse> {
    var total = 0
    for try await message in request.messages { total += message.payload.body.count }
    return ServerResponse(message: .with { [total] in $0.aggregatedPayloadSize = Int32(total) })
  }

  func fullDuplexCall(
    request: StreamingServerRequest<Grpc_Testing_StreamingOutputCallRequest>, context: ServerContext
  ) async throws -> StreamingServerResponse<Grpc_Testing_StreamingOutputCallResponse> {
    StreamingServerResponse(metadata: request.metadata.echoedInitially) { writer in
      for try await message in request.messages { try await Self.answer(message, writer) }
      return request.metadata.echoedLast
    }
  }

  func unimplementedCall(
    request: ServerRequest<Grpc_Testing_Empty>, context: ServerContext
  ) async throws -> ServerResponse<Grpc_Testing_Empty> {
    throw RPCError(code: .unimplemented, message: "nobody implements it")
  }

  private static func answer(
    _ message: Grpc_Testing_StreamingOutputCallRequest,
    _ writer: RPCWriter<Grpc_Testing_StreamingOutputCallResponse>
  ) async throws {
    try message.responseStatus.check()
    for parameters in message.responseParameters {
      if parameters.intervalUs > 0 { try await Task.sleep(for: .microseconds(parameters.intervalUs)) }
      try await writer.write(.with { $0.payload = .zeros(parameters.size) })
    }
  }
}

extension Grpc_Testing_Payload {
  static func zeros(_ count: Int32) -> Self { .with { $0.body = Data(count: Int(max(0, count))) } }
}

extension Grpc_Testing_EchoStatus {
  func check() throws {
    guard code != 0, let code = Status.Code(rawValue: Int(code)).flatMap({ RPCError.Code($0) }) else { return }
    throw RPCError(code: code, message: message)
  }
}

extension Metadata {
  /// What the cases send to have it back.
  static let initialKey = "x-grpc-test-echo-initial"
  static let lastKey = "x-grpc-test-echo-trailing-bin"

  fileprivate var echoedInitially: Metadata {
    Metadata(self[stringValues: Self.initialKey].map { (Self.initialKey, .string($0)) })
  }

  fileprivate var echoedLast: Metadata {
    Metadata(self[binaryValues: Self.lastKey].map { (Self.lastKey, .binary($0)) })
  }
}
