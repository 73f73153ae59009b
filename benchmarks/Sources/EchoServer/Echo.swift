import GRPCCore

/// `faced.bench.Echo`: the bytes that came go back, in a unary call and in a stream. Without protobuf, so that the transport
/// is what is measured.
struct Echo: RegistrableRPCService {
  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerHandler(
      forMethod: method("Unary", .unary), deserializer: Bytes(), serializer: Bytes()
    ) { request, _ in
      let request = try await ServerRequest(stream: request)
      return StreamingServerResponse(single: ServerResponse(message: request.message))
    }
    router.registerHandler(
      forMethod: method("Streaming", .bidirectionalStreaming), deserializer: Bytes(), serializer: Bytes()
    ) { request, _ in
      StreamingServerResponse { writer in
        for try await message in request.messages { try await writer.write(message) }
        return [:]
      }
    }
  }

  private func method(_ name: String, _ type: MethodDescriptor.RPCType) -> MethodDescriptor {
    MethodDescriptor(fullyQualifiedService: "faced.bench.Echo", method: name, type: type)
  }
}

private struct Bytes: MessageSerializer, MessageDeserializer {
  func serialize<Output: GRPCContiguousBytes>(_ message: [UInt8]) -> Output { Output(message) }
  func deserialize<Input: GRPCContiguousBytes>(_ bytes: Input) -> [UInt8] { bytes.withUnsafeBytes { Array($0) } }
}
