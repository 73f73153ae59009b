import FaceAPI
import Foundation
import HTTPTypes
import Hummingbird
import SwiftProtobuf

/// /v1: every endpoint of the table, its document, and the stream of events.
struct APIRoutes: Sendable {
  let daemon: Daemon
  let credentials: Credentials
  let events: Events
  let descriptors: Google_Protobuf_FileDescriptorSet

  func add(to router: Router<WebContext>) {
    for endpoint in Endpoint.all {
      router.on(RouterPath(endpoint.path), method: endpoint.method) { request, context in
        try await answer(endpoint, request, context)
      }
    }
    router.get("/v1/openapi.json") { _, _ in
      Response.json(try OpenAPI.document(Endpoint.all, descriptors))
    }
    router.get("/v1/events") { request, _ in
      // The stream tells names: who may not read may not listen.
      _ = try await daemon.status(as: try await credentials.token(of: request))
      return events.response()
    }
  }

  private func answer(_ endpoint: Endpoint, _ request: Request, _ context: WebContext) async throws -> Response {
    let token = try await credentials.token(of: request)
    let json = try await Self.message(endpoint, request, context.parameters)
    let (data, message) = try await endpoint.call(daemon, json, token)
    if let crop = message as? Faced_V1_FaceCrop, !(request.headers[.accept] ?? "").contains("application/json") {
      // A face: shown, and never left in the browser's cache.
      return Response(
        status: .ok, headers: [.contentType: "image/jpeg", .cacheControl: "no-store"],
        body: .init(byteBuffer: ByteBuffer(bytes: crop.image)))
    }
    events.note(message, path: request.uri.path)
    return .json(data)
  }

  /// The request message as JSON: the body's fields, the query's, and what the path says.
  private static func message(_ endpoint: Endpoint, _ request: Request, _ parameters: Parameters) async throws -> Data {
    var fields: [String: Any] = [:]
    for (name, value) in request.queryFields { fields[name] = ["true": true, "false": false][value] ?? value }
    if request.method == .post || request.method == .patch || request.method == .put {
      let type = Body.type(request)
      let body = try await Body.read(request)
      if let photo = endpoint.photo, type.hasPrefix("image/") || type == "application/octet-stream" {
        fields[photo] = body.base64EncodedString()
      } else if type == "multipart/form-data" {
        for part in try MultipartForm(body, type: request.headers[.contentType] ?? "").parts {
          fields[part.name] =
            part.fileName == nil ? String(decoding: part.data, as: UTF8.self) : part.data.base64EncodedString()
        }
      } else if !body.isEmpty {
        guard type == "application/json" || type.isEmpty else {
          throw HTTPFailure(
            .unsupportedMediaType, "UNSUPPORTED_TYPE",
            "send application/json\(endpoint.photo == nil ? "" : ", an image, or multipart/form-data")")
        }
        guard let object = try? JSONSerialization.jsonObject(with: body) as? [String: Any] else {
          throw HTTPFailure(.badRequest, "INVALID_ARGUMENT", "the body is not a JSON object")
        }
        fields.merge(object) { _, new in new }
      }
    }
    if let bound = endpoint.bound {
      var value = bound.template
      for (name, part) in parameters {
        let part = part.removingPercentEncoding ?? String(part)
        guard !part.contains("/") else { throw HTTPFailure(.notFound, "NOT_FOUND", "a name has no '/'") }
        value = value.replacing("{\(name)}", with: part)
      }
      fields[bound.field] = value
    }
    return try JSONSerialization.data(withJSONObject: fields)
  }
}
