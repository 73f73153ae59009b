import FaceAPI
import Foundation
import HTTPTypes
import SwiftProtobuf

extension Endpoint {
  /// What somebody should look at in a gallery: the daemon's stream of findings as one answer.
  static let check = Endpoint(
    method: .post, path: "/v1/galleries/{gallery}/check",
    summary: "Find duplicates, wrong labels, outliers, and identities with few or poor faces. Nothing is changed.",
    bound: (field: "gallery", template: "galleries/{gallery}"), photo: nil,
    request: Faced_V1_CheckGalleryRequest.protoMessageName, response: Self.checkAnswer
  ) { daemon, json, token in
    let request: Faced_V1_CheckGalleryRequest
    do {
      request = try Faced_V1_CheckGalleryRequest(jsonUTF8Data: json)
    } catch {
      throw HTTPFailure(
        .badRequest, "INVALID_ARGUMENT", "the request is not faced.v1.CheckGalleryRequest as JSON: \(explain(error))")
    }
    let findings = try await daemon.check(request, as: token)
    let list = try findings.map { try $0.jsonString() }.joined(separator: ",")
    return (Data("{\"findings\":[\(list)]}".utf8), Faced_V1_GalleryFinding())
  }

  static let checkAnswer = "CheckAnswer"
  static var checkSchema: [String: Any] {
    let finding = ["$ref": "#/components/schemas/\(Faced_V1_GalleryFinding.protoMessageName)"]
    return ["type": "object", "properties": ["findings": ["type": "array", "items": finding] as [String: Any]]]
  }
}
