import FaceAPI
import FaceEngine
import FaceStore
import GRPCCore
import Images
import SwiftProtobuf

struct ServerService: Faced_V1_ServerService.SimpleServiceProtocol {
  let engine: FaceEngine

  func getServerStatus(
    request: Faced_V1_GetServerStatusRequest, context: ServerContext
  ) async throws -> Faced_V1_ServerStatus {
    try await answering {
      let totals = try engine.statistics()
      return .with {
        $0.version = Version.text
        $0.startTime = Google_Protobuf_Timestamp(date: engine.startedAt)
        $0.activeModel = ResourceName.model(engine.activeModel)
        $0.galleryCount = Int64(totals.galleries)
        $0.identityCount = Int64(totals.identities)
        $0.faceCount = Int64(totals.faces)
        $0.storeBytes = Int64(totals.bytesOnDisk)
        $0.maxPhotoBytes = Int64(engine.options.photoLimits.bytes)
        $0.maxPhotoPixels = Int64(engine.options.photoLimits.pixels)
        $0.falsePositiveRate = engine.options.falsePositiveRate
        $0.kernels = engine.kernels
        $0.writeRefusal = engine.writes.refusal ?? ""
      }
    }
  }
}
