import FaceAPI
import FaceEngine
import GRPCCore
import ServiceLifecycle
import SwiftProtobuf

/// grpc.health.v1: what is registered serves from the first call to the last. Services that write, and the daemon as a
/// whole, do not serve while the store takes no changes.
struct HealthService: Grpc_Health_V1_Health.SimpleServiceProtocol {
  private let names: Set<String>
  private let writing: Set<String>
  private let writes: WriteState

  /// - Parameters:
  ///   - services: all that are registered.
  ///   - writing: those of them that change the store.
  init(services: [ServiceDescriptor], writing: [ServiceDescriptor], writes: WriteState) {
    names = Set(services.map(\.fullyQualifiedService) + [""])
    self.writing = Set(writing.map(\.fullyQualifiedService) + [""])
    self.writes = writes
  }

  private func status(
    of service: String, _ refusal: String?
  ) -> Grpc_Health_V1_HealthCheckResponse.ServingStatus {
    guard names.contains(service) else { return .serviceUnknown }
    return refusal != nil && writing.contains(service) ? .notServing : .serving
  }

  func check(
    request: Grpc_Health_V1_HealthCheckRequest, context: ServerContext
  ) async throws -> Grpc_Health_V1_HealthCheckResponse {
    guard names.contains(request.service) else {
      throw RPCError(code: .notFound, message: "there is no service '\(request.service)'")
    }
    return .with { $0.status = status(of: request.service, writes.refusal) }
  }

  func watch(
    request: Grpc_Health_V1_HealthCheckRequest, response: RPCWriter<Grpc_Health_V1_HealthCheckResponse>,
    context: ServerContext
  ) async throws {
    var last: Grpc_Health_V1_HealthCheckResponse.ServingStatus?
    for await refusal in writes.changes().cancelOnGracefulShutdown() {
      let now = status(of: request.service, refusal)
      if now != last { try await response.write(.with { $0.status = now }) }
      last = now
    }
    // The daemon ends.
    if names.contains(request.service), last != .notServing {
      try await response.write(.with { $0.status = .notServing })
    }
  }
}
