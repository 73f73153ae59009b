import FaceAPI
import FaceEngine
import FaceTypes
import GRPCCore
import SwiftProtobuf

struct ClusterService: Faced_V1_ClusterService.SimpleServiceProtocol {
  let engine: FaceEngine

  /// Members in one message of an answer: some ten kilobytes.
  private static let chunk = 2_000

  func cluster(
    request: RPCAsyncSequence<Faced_V1_ClusterRequest, any Error>, response: RPCWriter<Faced_V1_ClusterResponse>,
    context: ServerContext
  ) async throws {
    try await answering {
      let (question, gallery) = try await Self.read(request)
      let result = try await engine.cluster(question)
      var message = Faced_V1_ClusterResponse()
      var count = 0
      for (number, members) in ([result.ungrouped] + result.groups).enumerated() {
        for start in stride(from: 0, to: members.count, by: Self.chunk) {
          let some = members[start..<min(start + Self.chunk, members.count)]
          message.groups.append(
            .with {
              $0.group = Int32(number)
              $0.members = some.map(Int64.init)
              if let gallery { $0.faces = some.map { ResourceName.face(result.faces[$0], in: gallery) } }
            })
          count += some.count
          guard count >= Self.chunk else { continue }
          try await response.write(message)
          (message, count) = (Faced_V1_ClusterResponse(), 0)
        }
      }
      if !message.groups.isEmpty { try await response.write(message) }
    }
  }

  /// The whole question; what is too much is refused before it is kept.
  private static func read(
    _ messages: RPCAsyncSequence<Faced_V1_ClusterRequest, any Error>
  ) async throws -> (ClusterRequest, GalleryID?) {
    var first: Faced_V1_ClusterRequest?
    var vectors: [[Float]] = []
    for try await message in messages {
      if first == nil { first = message }
      guard vectors.count + message.vectors.count <= ClusterRequest.faceLimit else {
        throw Failure.invalidArgument(
          "at most \(ClusterRequest.faceLimit) vectors are grouped at once", field: "vectors")
      }
      for vector in message.vectors {
        guard vector.values.count <= 4_096 else {
          throw Failure.invalidArgument(
            "a vector has \(vector.values.count) components; at most 4096 are allowed", field: "vectors")
        }
        vectors.append(vector.values)
      }
    }
    guard let first else {
      throw Failure.invalidArgument("set what to group: vectors with their model, or a gallery", field: "vectors")
    }
    let threshold = first.threshold == 0 ? nil : first.threshold
    if first.gallery.isEmpty {
      guard !first.model.isEmpty else {
        throw Failure.invalidArgument("name the model that made the vectors: set model", field: "model")
      }
      let model = try ModelID(hex: try inField("model", try ResourceName.parseModel(first.model)))
      return (ClusterRequest(.vectors(vectors, model), threshold: threshold), nil)
    }
    guard vectors.isEmpty else {
      throw Failure.invalidArgument("give either vectors or a gallery to group", field: "vectors")
    }
    let gallery = try inField("gallery", try ResourceName.parseGallery(first.gallery))
    return (ClusterRequest(.gallery(gallery), threshold: threshold), gallery)
  }
}
