import CoreTransport
import Foundation
import GRPCCore
import GRPCProtobuf

/// A connection to one Milvus server, for any number of calls at once. It connects when it is first needed, and again after a
/// lost connection.
public final class MilvusClient: Sendable {
  typealias Stub = Milvus_Proto_Milvus_MilvusService.Client<CoreClientTransport>

  /// Where the server is.
  public let address: MilvusAddress
  private let client: GRPCClient<CoreClientTransport>
  private let running: Task<Void, Never>
  private let metadata: Metadata

  /// - Throws: `invalidArgument` for an address that no connection can be made to, or a file of authorities that cannot be read.
  public init(_ address: MilvusAddress) throws(MilvusError) {
    self.address = address
    var options = CoreClientTransport.Options()
    options.maximumReceiveMessageBytes = 64 << 20
    options.maximumReconnectDelay = .seconds(1)
    options.keepalive = Keepalive(interval: .seconds(30), timeout: .seconds(10))
    do throws(CoreTransportError) {
      client = GRPCClient(
        transport: try CoreClientTransport(
          target: address.target, security: try Self.security(address), options: options))
    } catch {
      throw MilvusError(.invalidArgument, error.message)
    }
    running = Task { [client] in try? await client.runConnections() }
    metadata = address.credentials.map { ["authorization": "\(Data($0.utf8).base64EncodedString())"] } ?? [:]
  }

  deinit { client.beginGracefulShutdown() }

  private static func security(
    _ address: MilvusAddress
  ) throws(CoreTransportError) -> CoreClientTransport.Security {
    guard address.usesTLS else { return .plaintext }
    guard let path = address.certificateAuthorities else { return .tls(trustRootsPEM: nil) }
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw CoreTransportError(.badCredentials, "the file '\(path)' of authorities cannot be read")
    }
    return .tls(trustRootsPEM: String(decoding: bytes, as: UTF8.self))
  }

  /// One call; what the transport says becomes a `MilvusError`.
  func call<Request: Sendable, Answer: Sendable>(
    _ request: Request,
    _ method: @Sendable (Stub, ClientRequest<Request>, CallOptions) async throws -> Answer
  ) async throws(MilvusError) -> Answer {
    var options = CallOptions.defaults
    options.timeout = .seconds(address.timeout)
    do {
      return try await method(
        Stub(wrapping: client), ClientRequest(message: request, metadata: metadata), options)
    } catch let error as MilvusError {
      throw error
    } catch let error as RPCError {
      throw MilvusError(error)
    } catch {
      throw MilvusError(.failed, "\(error)")
    }
  }

  func check(_ status: Milvus_Proto_Milvus_Status) throws(MilvusError) {
    if let error = MilvusError(status) { throw error }
  }
}
