import FaceAPI
import Foundation
import GRPCCore
import HTTPTypes
import SwiftProtobuf

/// One method of the daemon under an HTTP path. Messages are the protos' own, as proto3 JSON.
struct Endpoint: Sendable {
  let method: HTTPRequest.Method
  /// With `{parameter}`s.
  let path: String
  let summary: String
  /// The request's field that the path fills, and its value with the path's `{parameter}`s.
  let bound: (field: String, template: String)?
  /// The field that a body of an image's type fills.
  let photo: String?
  /// For the document: the messages' names.
  let request: String
  let response: String
  /// Calls the daemon: JSON in, JSON out.
  let call: @Sendable (Daemon, _ request: Data, _ token: String?) async throws -> (json: Data, message: any Message)

  static func unary<Request: Message, Response: Message>(
    _ method: HTTPRequest.Method, _ path: String, _ descriptor: MethodDescriptor, _ request: Request.Type,
    _ response: Response.Type, bound: (String, String)? = nil, photo: String? = nil, _ summary: String
  ) -> Endpoint {
    Endpoint(
      method: method, path: path, summary: summary, bound: bound.map { (field: $0.0, template: $0.1) }, photo: photo,
      request: Request.protoMessageName, response: Response.protoMessageName
    ) { daemon, json, token in
      let message: Request
      do {
        message = try Request(jsonUTF8Data: json)
      } catch {
        throw HTTPFailure(
          .badRequest, "INVALID_ARGUMENT",
          "the request is not \(Request.protoMessageName) as JSON: \(Self.explain(error))")
      }
      let answer: Response = try await daemon.call(descriptor, message, as: token)
      return (try answer.jsonUTF8Data(), answer)
    }
  }

  static func explain(_ error: any Error) -> String {
    switch error as? JSONDecodingError {
    case .unknownField(let name): "it has no field '\(name)'"
    case .malformedNumber, .numberRange: "a number is out of range or not a number"
    case .malformedString: "a string is not one"
    case .unrecognizedEnumValue: "a value is not one of those that the field knows"
    case .illegalNull: "null stands where a value must"
    default: "it is not well formed"
    }
  }
}
