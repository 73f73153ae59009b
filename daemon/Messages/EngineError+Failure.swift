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
      case .unavailable: .unavailable
      case .internal: .internalError
      }
    self.init(code: code, reason: error.reason, message: error.message)
    retryAfter = error.retryAfter
    field = error.field ?? (code == .invalidArgument ? Self.fields[error.reason] : nil)
  }

  /// What a reason is about, where it is one field in every request.
  private static let fields: [Reason: String] = [
    .noFace: "photo", .severalFaces: "photo", .lowQuality: "photo", .notAnImage: "photo",
    .imageTooLarge: "photo", .imageDamaged: "photo", .modelRefused: "chunk", .modelAmbiguous: "model",
    .invalidVector: "vectors", .tooManyFaces: "vectors",
  ]

  init(_ error: InvalidName) {
    self.init(code: .invalidArgument, reason: .invalidName, message: error.message)
    field = error.field
  }

  /// - Parameter field: of the request, as its .proto file calls it.
  static func invalidArgument(_ message: String, field: String? = nil) -> Failure {
    var failure = Failure(code: .invalidArgument, reason: .invalidArgument, message: message)
    failure.field = field
    return failure
  }
}

/// Says which field of the request a name is from, where it is refused.
func inField<Value>(
  _ field: String, _ body: @autoclosure () throws(InvalidName) -> Value
) throws(InvalidName) -> Value {
  do throws(InvalidName) {
    return try body()
  } catch {
    var named = error
    named.field = named.field ?? field
    throw named
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
