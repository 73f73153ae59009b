import Foundation
import Hummingbird

/// What a program of CompreFace's sends.
struct CompreFaceRequest {
  let request: Request
  let parameters: Parameters

  /// What a call may ask of its answer.
  struct Options {
    /// At most so many faces, largest first; 0 for all.
    var limit = 0
    var predictionCount = 1
    /// Faces of a lower score are left out.
    var detectionThreshold = 0.0
    var plugins: Set<String> = []
  }

  func query(_ name: String) -> String? {
    request.queryFields.first { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
  }

  func options() -> Options {
    var options = Options()
    options.limit = query("limit").flatMap { Int($0) } ?? 0
    options.predictionCount = min(max(query("prediction_count").flatMap { Int($0) } ?? 1, 1), 100)
    options.detectionThreshold = query("det_prob_threshold").flatMap { Double($0) } ?? 0
    options.plugins = Set((query("face_plugins") ?? "").split(separator: ",").map(String.init))
    return options
  }

  func page() -> (number: Int, size: Int) {
    (max(query("page").flatMap { Int($0) } ?? 0, 0), min(max(query("size").flatMap { Int($0) } ?? 20, 1), 1000))
  }

  func subject() throws -> String {
    let name = try parameters.require("subject")
    return name.removingPercentEncoding ?? name
  }

  func image() throws -> ImageID { try ImageID(try parameters.require("image")) }

  func json<Value: Decodable>() async throws -> Value {
    let data = try await Body.read(request, limit: 1 << 20)
    guard let value = try? JSONDecoder().decode(Value.self, from: data) else {
      throw HTTPFailure(.badRequest, "INVALID_ARGUMENT", "the body is not the JSON that this call takes")
    }
    return value
  }

  func photo(_ name: String) async throws -> Data { try await photos([name])[0] }

  /// Photographs from a form's files, or as Base64 in JSON.
  func photos(_ names: [String]) async throws -> [Data] {
    let body = try await Body.read(request)
    if Body.type(request) == "multipart/form-data" {
      let form = try MultipartForm(body, type: request.headers[.contentType] ?? "")
      return try names.map {
        guard let data = form[$0] else { throw CompreFaceFailure.missingPhoto }
        return data
      }
    }
    let fields = (try? JSONDecoder().decode([String: String].self, from: body)) ?? [:]
    return try names.map {
      guard let data = fields[$0].flatMap({ Data(base64Encoded: $0) }) else { throw CompreFaceFailure.missingPhoto }
      return data
    }
  }
}

/// A face's number in the form of CompreFace's image ids.
struct ImageID: Encodable, Decodable, CustomStringConvertible {
  let face: UInt64

  init(face: UInt64) { self.face = face }

  init(_ text: String) throws {
    guard text.count == 36, text.hasPrefix("00000000-0000-4000-8000-"), let face = UInt64(text.suffix(12), radix: 16)
    else { throw HTTPFailure(.notFound, "FACE_NOT_FOUND", "there is no example of that id") }
    self.face = face
  }

  init(resource: String) { face = UInt64(resource.split(separator: "/").last ?? "") ?? 0 }

  init(from decoder: any Decoder) throws { try self.init(try decoder.singleValueContainer().decode(String.self)) }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  var description: String { "00000000-0000-4000-8000-" + String(format: "%012llx", face) }
}
