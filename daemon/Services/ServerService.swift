import AuditLog
import FaceAPI
import FaceEngine
import FaceStore
import Foundation
import GRPCCore
import Images
import SwiftProtobuf

struct ServerService: Faced_V1_ServerService.SimpleServiceProtocol {
  let engine: FaceEngine
  let calls: RecentCalls
  let hour: LastHour
  let audit: AuditLog

  func diagnose(request: Faced_V1_DiagnoseRequest, context: ServerContext) async throws -> Faced_V1_Diagnosis {
    try await answering {
      var findings = try await engine.diagnose(
        MachineLimits.current(), freeBytes: Machine.freeBytes(at: engine.options.directory))
      if let failure = audit.failure {
        findings.append(
          .init(
            "audit log", .problem, "it cannot be written: \(failure)",
            advice: "free some space, or correct its permissions"))
      }
      if Date() < Date(timeIntervalSince1970: 1_700_000_000) {
        findings.append(.init("clock", .problem, "the machine's clock is years slow", advice: "set it"))
      }
      return .with {
        $0.time = Google_Protobuf_Timestamp(date: Date())
        $0.findings = findings.map(Faced_V1_Finding.init)
      }
    }
  }

  func getLastHour(request: Faced_V1_GetLastHourRequest, context: ServerContext) async throws -> Faced_V1_LastHour {
    .init(hour.minutes)
  }

  func getServerStatus(
    request: Faced_V1_GetServerStatusRequest, context: ServerContext
  ) async throws -> Faced_V1_ServerStatus {
    try await answering {
      let totals = try engine.statistics()
      return .with {
        $0.version = Version.text
        $0.startTime = Google_Protobuf_Timestamp(date: engine.startedAt)
        let active = engine.activeVectors
        ($0.activeModel, $0.vectorSize) = (ResourceName.model(active.model), Int32(clamping: active.dimension))
        $0.galleryCount = Int64(totals.galleries)
        $0.identityCount = Int64(totals.identities)
        $0.faceCount = Int64(totals.faces)
        $0.storeBytes = Int64(totals.bytesOnDisk)
        $0.maxPhotoBytes = Int64(engine.options.photoLimits.bytes)
        $0.maxPhotoPixels = Int64(engine.options.photoLimits.pixels)
        $0.falsePositiveRate = engine.options.falsePositiveRate
        $0.kernels = engine.kernels
        $0.writeRefusal = engine.writes.refusal ?? ""
        $0.state = .init(engine.writes)
        $0.stateTime = Google_Protobuf_Timestamp(date: engine.writes.since)
        $0.diskFreeBytes = Machine.freeBytes(at: engine.options.directory).map { Int64(clamping: $0) } ?? 0
        let load = engine.load
        $0.workers = Int32(clamping: load.workers)
        $0.waiting = Int32(clamping: load.waiting)
        $0.waitingLimit = Int32(clamping: load.maximumWaiting)
        $0.calls = .init(calls.summary)
        $0.scrub = .init(engine.scrubbing.report)
        if let search = engine.searchStatus { $0.search = .init(search) }
        if engine.replica.isShared { $0.replicaLagSeconds = engine.replica.lagSeconds }
        $0.recalls = engine.recalls.prefix(100).map(Faced_V1_GalleryRecall.init)
      }
    }
  }
}
