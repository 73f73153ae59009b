import FaceAPI
import GRPCCore
import ServiceLifecycle
import SwiftProtobuf

/// grpc.health.v1: whatever is registered serves from the first call to the last.
struct HealthService: Grpc_Health_V1_Health.SimpleServiceProtocol {
  private let names: Set<String>

  init(services: [ServiceDescriptor]) {
    names = Set(services.map(\.fullyQualifiedService) + [""])
  }

  func check(
    request: Grpc_Health_V1_HealthCheckRequest, context: ServerContext
  ) async throws -> Grpc_Health_V1_HealthCheckResponse {
    guard names.contains(request.service) else {
      throw RPCError(code: .notFound, message: "there is no service '\(request.service)'")
    }
    return .with { $0.status = .serving }
  }

  func watch(
    request: Grpc_Health_V1_HealthCheckRequest, response: RPCWriter<Grpc_Health_V1_HealthCheckResponse>,
    context: ServerContext
  ) async throws {
    try await response.write(.with { $0.status = names.contains(request.service) ? .serving : .serviceUnknown })
    // The state changes once more: when the daemon ends.
    try? await gracefulShutdown()
    if names.contains(request.service) { try await response.write(.with { $0.status = .notServing }) }
  }
}
