import CoreTransport
import FaceAPI
import Foundation
import GRPCCore
import GRPCProtobuf
import SwiftProtobuf
import Synchronization

/// The daemon, as every request here sees it: one connection, and the caller's own token with every call.
struct Daemon: Sendable {
  let client: GRPCClient<CoreClientTransport>
  /// The server's own, for whoever brings none; nil where it has none.
  let token: String?
  /// Whether the connection itself, by the token above or by a certificate, may give rights to whoever brings no token.
  let lendsRights: Bool

  /// A unary call.
  /// - Throws: `RPCError`.
  func call<Request: Message, Response: Message>(
    _ method: MethodDescriptor, _ request: Request, as token: String?, timeout: Duration = .seconds(60)
  ) async throws -> Response {
    var options = CallOptions.defaults
    options.timeout = timeout
    return try await client.unary(
      request: ClientRequest(message: request, metadata: metadata(for: token)), descriptor: method,
      serializer: ProtobufSerializer<Request>(), deserializer: ProtobufDeserializer<Response>(), options: options
    ) { try $0.message }
  }

  /// The groups of vectors or of a gallery's faces, which come as a stream.
  /// - Throws: `RPCError`.
  func cluster(_ request: Faced_V1_ClusterRequest, as token: String?) async throws -> [Faced_V1_FaceGroup] {
    var options = CallOptions.defaults
    options.timeout = .seconds(300)
    return try await Faced_V1_ClusterService.Client(wrapping: client).cluster(
      metadata: metadata(for: token), options: options,
      requestProducer: { writer in try await writer.write(request) },
      onResponse: { response in
        var groups: [Faced_V1_FaceGroup] = []
        for try await message in response.messages { groups += message.groups }
        return groups
      })
  }

  /// What somebody should look at in a gallery, which comes as a stream.
  /// - Throws: `RPCError`.
  func check(_ request: Faced_V1_CheckGalleryRequest, as token: String?) async throws -> [Faced_V1_GalleryFinding] {
    var options = CallOptions.defaults
    options.timeout = .seconds(300)
    return try await Faced_V1_ReviewService.Client(wrapping: client).checkGallery(
      request, metadata: metadata(for: token), options: options
    ) { response in
      var findings: [Faced_V1_GalleryFinding] = []
      for try await finding in response.messages { findings.append(finding) }
      return findings
    }
  }

  private func metadata(for token: String?) -> Metadata {
    var metadata = Metadata()
    if let token = token ?? self.token { metadata.addString("Bearer \(token)", forKey: "authorization") }
    return metadata
  }

  func status(as token: String?) async throws -> Faced_V1_ServerStatus {
    try await call(
      Faced_V1_ServerService.Method.GetServerStatus.descriptor, Faced_V1_GetServerStatusRequest(), as: token,
      timeout: .seconds(10))
  }

  /// Whether calls of somebody who brings no token are refused.
  func wantsToken() async throws -> Bool {
    do {
      _ = try await status(as: nil)
      return false
    } catch let error as RPCError where error.code == .unauthenticated {
      return true
    }
  }
}
