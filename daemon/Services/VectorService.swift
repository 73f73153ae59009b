import FaceAPI
import FaceEngine
import FaceTypes
import GRPCCore

struct VectorService: Faced_V1_VectorService.SimpleServiceProtocol {
  let engine: FaceEngine

  func embed(request: Faced_V1_EmbedRequest, context: ServerContext) async throws -> Faced_V1_EmbedResponse {
    try await answering {
      .init(
        try await engine.embed(
          [UInt8](request.photo), try FaceSelection(request.selection, otherwise: .all),
          from: request.hasMinimumFace ? try MinimumFace(request.minimumFace) : nil))
    }
  }
}
