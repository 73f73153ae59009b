import FaceAPI
import FaceEngine
import FaceTypes
import GRPCCore

extension Failure {
  /// The one table from what the engine says to what gRPC says.
  init(_ error: EngineError) {
    let code: RPCError.Code =
      switch error.kind {
      case .invalidArgument: .invalidArgument
      case .notFound: .notFound
      case .alreadyExists: .alreadyExists
      case .failedPrecondition: .failedPrecondition
      case .resourceExhausted: .resourceExhausted
      case .dataLoss: .dataLoss
      case .cancelled: .cancelled
      case .internal: .internalError
      }
    self.init(code: code, reason: error.reason, message: error.message)
    retryAfter = error.retryAfter
  }

  init(_ error: InvalidName) {
    self.init(code: .invalidArgument, reason: "INVALID_NAME", message: error.message)
  }

  static func invalidArgument(_ message: String) -> Failure {
    Failure(code: .invalidArgument, reason: "INVALID_ARGUMENT", message: message)
  }
}

/// Runs a call's body; what it throws becomes a status with its details.
func answering<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
  do {
    return try await body()
  } catch let error as EngineError {
    throw Failure(error).status
  } catch let error as InvalidName {
    throw Failure(error).status
  } catch let error as Failure {
    throw error.status
  }
}
