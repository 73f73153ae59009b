import FaceAPI
import Foundation
import HTTPTypes
import Hummingbird

/// CompreFace's REST API, for programs that speak it already. A subject is an identity, an example is a face, and the key
/// in x-api-key is a token of the daemon.
struct CompreFaceRoutes: Sendable {
  let daemon: Daemon
  let credentials: Credentials
  let gallery: String

  func add(to router: Router<WebContext>) {
    let subjects = "/api/v1/recognition/subjects"
    on(router, .get, subjects) { call, _ in try await call.subjects() }
    on(router, .post, subjects) { try await $0.addSubject(try await $1.json()) }
    on(router, .delete, subjects) { call, _ in try await call.deleteAllSubjects() }
    on(router, .put, "\(subjects)/{subject}") { try await $0.rename(try $1.subject(), try await $1.json()) }
    on(router, .delete, "\(subjects)/{subject}") { try await $0.deleteSubject(try $1.subject()) }

    let faces = "/api/v1/recognition/faces"
    on(router, .get, faces) { try await $0.examples(subject: $1.query("subject"), $1.page()) }
    on(router, .post, faces, status: .created) {
      try await $0.addExample(subject: $1.query("subject"), try await $1.photo("file"))
    }
    on(router, .delete, faces) { try await $0.deleteExamples(subject: $1.query("subject")) }
    on(router, .post, "\(faces)/delete") { try await $0.deleteExamples(try await $1.json()) }
    on(router, .delete, "\(faces)/{image}") { try await $0.deleteExample(try $1.image()) }
    on(router, .post, "\(faces)/{image}/verify") {
      try await $0.verify(try $1.image(), try await $1.photo("file"), $1.options())
    }
    router.get("\(faces)/{image}/img") { request, context in
      try await answering {
        let asked = CompreFaceRequest(request: request, parameters: context.parameters)
        return try await call(request).picture(try asked.image())
      }
    }
    // For pages that show a picture by its address: the key stands in the path.
    router.get("/api/v1/static/{key}/images/{image}") { request, context in
      try await answering {
        let asked = CompreFaceRequest(request: request, parameters: context.parameters)
        var head = request.head
        head.headerFields[.apiKey] = try context.parameters.require("key")
        return try await call(Request(head: head, body: request.body)).picture(try asked.image())
      }
    }

    on(router, .post, "/api/v1/recognition/recognize") {
      try await $0.recognize(try await $1.photo("file"), $1.options())
    }
    on(router, .post, "/api/v1/detection/detect") { try await $0.detect(try await $1.photo("file"), $1.options()) }
    on(router, .post, "/api/v1/verification/verify") {
      let photos = try await $1.photos(["source_image", "target_image"])
      return try await $0.verify(source: photos[0], target: photos[1], $1.options())
    }
  }

  private func on<Answer: Encodable>(
    _ router: Router<WebContext>, _ method: HTTPRequest.Method, _ path: String, status: HTTPResponse.Status = .ok,
    _ answer: @escaping @Sendable (CompreFaceCall, CompreFaceRequest) async throws -> Answer
  ) {
    router.on(RouterPath(path), method: method) { request, context in
      try await answering {
        let asked = CompreFaceRequest(request: request, parameters: context.parameters)
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return .json(try encoder.encode(try await answer(try await call(request), asked)), status: status)
      }
    }
  }

  private func call(_ request: Request) async throws -> CompreFaceCall {
    guard Credentials.ownToken(request) != nil else { throw CompreFaceFailure.missingKey }
    return CompreFaceCall(daemon: daemon, token: try await credentials.token(of: request), gallery: gallery)
  }

  /// Failures in CompreFace's form.
  private func answering(_ body: () async throws -> Response) async throws -> Response {
    do {
      return try await body()
    } catch {
      return try CompreFaceFailure(error).response
    }
  }
}
