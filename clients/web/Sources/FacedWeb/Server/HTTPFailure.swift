import FaceAPI
import Foundation
import GRPCCore
import HTTPTypes
import Hummingbird
import Logging

/// A refusal as HTTP: a status, and JSON with the daemon's code, reason and message.
struct HTTPFailure: Error {
  let status: HTTPResponse.Status
  let code: String
  let reason: String
  let message: String

  init(_ status: HTTPResponse.Status, _ reason: String, _ message: String) {
    self.status = status
    code = status.reasonPhrase
    self.reason = reason
    self.message = message
  }

  init(_ error: RPCError) {
    let failure = Failure(error)
    status = Self.status(error.code)
    code = "\(error.code)"
    reason = failure.reason
    message =
      error.code == .unavailable
      ? "the daemon does not answer: start faced, or say where it is with --daemon"
      : failure.message
  }

  /// The mapping of google.rpc.Code to HTTP.
  private static func status(_ code: RPCError.Code) -> HTTPResponse.Status {
    switch code {
    case .invalidArgument, .failedPrecondition, .outOfRange: .badRequest
    case .unauthenticated: .unauthorized
    case .permissionDenied: .forbidden
    case .notFound: .notFound
    case .alreadyExists, .aborted: .conflict
    case .resourceExhausted: .tooManyRequests
    case .unimplemented: .notImplemented
    case .unavailable: .serviceUnavailable
    case .deadlineExceeded: .gatewayTimeout
    default: .internalServerError
    }
  }

  var response: Response {
    let body = ["error": ["code": code, "reason": reason, "message": message]]
    return .json((try? JSONEncoder().encode(body)) ?? Data(), status: status)
  }
}

extension Response {
  static func json(_ data: Data, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(bytes: data)))
  }
}

/// Turns whatever a handler throws into an answer.
struct FailureMiddleware: RouterMiddleware {
  typealias Context = WebContext

  func handle(
    _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as HTTPFailure {
      return error.response
    } catch let error as RPCError {
      return HTTPFailure(error).response
    } catch let error as HTTPError {
      return HTTPFailure(
        error.status, error.status.reasonPhrase.uppercased().replacing(" ", with: "_"),
        error.body ?? error.status.reasonPhrase
      ).response
    } catch {
      context.logger.error("a request failed", metadata: ["error": "\(type(of: error))"])
      return HTTPFailure(.internalServerError, "INTERNAL", "something went wrong in faced-web; its log says more")
        .response
    }
  }
}
