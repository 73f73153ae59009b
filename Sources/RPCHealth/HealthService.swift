import GRPCCore
import SwiftProtobuf

/// grpc.health.v1 over a `HealthBoard`.
public struct HealthService: Grpc_Health_V1_Health.SimpleServiceProtocol {
  private let board: HealthBoard

  /// Answers from the board; whoever sets its statuses decides what clients see.
  public init(board: HealthBoard) { self.board = board }

  /// One service's status now. The empty name stands for the server as a whole.
  ///
  /// - Throws: `NOT_FOUND` for a service that the board does not know.
  public func check(
    request: Grpc_Health_V1_HealthCheckRequest, context: ServerContext
  ) async throws -> Grpc_Health_V1_HealthCheckResponse {
    guard let status = board.status(of: request.service) else {
      throw RPCError(code: .notFound, message: "there is no service '\(request.service)'")
    }
    return .with { $0.status = .init(status) }
  }

  /// The statuses of all services that the board knows.
  public func list(
    request: Grpc_Health_V1_HealthListRequest, context: ServerContext
  ) async throws -> Grpc_Health_V1_HealthListResponse {
    .with { response in
      response.statuses = board.all.mapValues { status in .with { $0.status = .init(status) } }
    }
  }

  /// Sends the service's status now and after every change, until the client cancels. A service that the board does not
  /// know is `SERVICE_UNKNOWN`, and the call goes on.
  public func watch(
    request: Grpc_Health_V1_HealthCheckRequest, response: RPCWriter<Grpc_Health_V1_HealthCheckResponse>,
    context: ServerContext
  ) async throws {
    var last: Grpc_Health_V1_HealthCheckResponse.ServingStatus?
    for await status in board.changes(of: request.service) {
      let now = status.map(Grpc_Health_V1_HealthCheckResponse.ServingStatus.init) ?? .serviceUnknown
      if now != last { try await response.write(.with { $0.status = now }) }
      last = now
    }
  }
}

extension Grpc_Health_V1_HealthCheckResponse.ServingStatus {
  fileprivate init(_ status: HealthBoard.Status) {
    switch status {
    case .serving: self = .serving
    case .notServing: self = .notServing
    }
  }
}
