import FaceAPI
import Foundation
import HTTPTypes
import SwiftProtobuf

extension Endpoint {
  /// Groups of vectors, or of a gallery's faces: the daemon's stream of groups as one answer.
  static let cluster = Endpoint(
    method: .post, path: "/v1/cluster",
    summary: "Group vectors, or the faces of a gallery, by person. Nothing is kept.", bound: nil, photo: nil,
    request: Faced_V1_ClusterRequest.protoMessageName, response: Self.clusterAnswer
  ) { daemon, json, token in
    let request: Faced_V1_ClusterRequest
    do {
      request = try Faced_V1_ClusterRequest(jsonUTF8Data: json)
    } catch {
      throw HTTPFailure(
        .badRequest, "INVALID_ARGUMENT", "the request is not faced.v1.ClusterRequest as JSON: \(explain(error))")
    }
    let groups = try await daemon.cluster(request, as: token)
    let list = try groups.map { try $0.jsonString() }.joined(separator: ",")
    return (Data("{\"groups\":[\(list)]}".utf8), Faced_V1_FaceGroup())
  }

  static let clusterAnswer = "ClusterAnswer"
  static var clusterSchema: [String: Any] {
    let group = ["$ref": "#/components/schemas/\(Faced_V1_FaceGroup.protoMessageName)"]
    return ["type": "object", "properties": ["groups": ["type": "array", "items": group] as [String: Any]]]
  }
}
