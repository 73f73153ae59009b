import CoreTransport
import GRPCCore
import RPCHealth

/// The shortest server and client: it serves one method on a free port, calls it, and ends.
///
/// Messages are plain bytes here, so that nothing is generated; with protobuf the generated services and clients take the
/// place of `EchoService` and `client.unary`.
@main
struct Echo {
  static func main() async throws {
    let transport = try CoreServerTransport(address: "127.0.0.1:0")
    let health = HealthBoard(services: ["example.Echo"])
    try await withGRPCServer(transport: transport, services: [EchoService(), HealthService(board: health)]) { server in
      let address = try await server.transport.boundAddress
      try await withGRPCClient(transport: try CoreClientTransport(target: address)) { client in
        let answer = try await client.unary(
          request: ClientRequest(message: "hello"), descriptor: EchoService.method, serializer: Text(),
          deserializer: Text(), options: .defaults
        ) { try $0.message }
        print("\(address) says \(answer)")
      }
    }
  }
}

struct EchoService: RegistrableRPCService {
  static let method = MethodDescriptor(fullyQualifiedService: "example.Echo", method: "Say", type: .unary)

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerHandler(forMethod: Self.method, deserializer: Text(), serializer: Text()) { request, _ in
      let message = try await ServerRequest(stream: request).message
      return StreamingServerResponse(single: ServerResponse(message: message))
    }
  }
}

/// UTF-8 as it is.
struct Text: MessageSerializer, MessageDeserializer {
  func serialize<Bytes: GRPCContiguousBytes>(_ message: String) throws -> Bytes { Bytes(Array(message.utf8)) }
  func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> String {
    bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }
}
