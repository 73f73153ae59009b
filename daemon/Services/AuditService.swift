import AuditLog
import FaceAPI
import FaceTypes
import GRPCCore
import SwiftProtobuf

struct AuditService: Faced_V1_AuditService.SimpleServiceProtocol {
  let log: AuditLog

  func tailAuditLog(
    request: Faced_V1_TailAuditLogRequest, response: RPCWriter<Faced_V1_AuditLogLine>, context: ServerContext
  ) async throws {
    try await answering {
      guard (0...Int32(RequestLimits.auditLines)).contains(request.lines) else {
        throw Failure.invalidArgument("lines is 0 to 10,000", field: "lines")
      }
      let lines = try await reading { try log.tail(request.lines == 0 ? 20 : Int(request.lines)) }
      for line in lines { try await response.write(.with { $0.line = line }) }
    }
  }

  func verifyAuditLog(
    request: Faced_V1_VerifyAuditLogRequest, context: ServerContext
  ) async throws -> Faced_V1_AuditLogVerification {
    try await answering {
      let wanted = request.containsHash.isEmpty ? nil : request.containsHash
      let found = try await reading { try log.verify(containing: wanted) }
      return .with {
        $0.lines = Int64(found.lines)
        $0.lastHash = found.lastHash ?? ""
        $0.problem = found.problem ?? ""
      }
    }
  }

  /// Reads files away from the threads that move requests about.
  private func reading<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    do {
      return try await Blocking.run(body)
    } catch let error as AuditError {
      throw Failure(code: .internalError, reason: .auditLogUnreadable, message: error.message)
    }
  }
}
