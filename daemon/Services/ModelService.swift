import FaceAPI
import FaceEngine
import FaceStore
import GRPCCore
import ServiceLifecycle
import SwiftProtobuf

struct ModelService: Faced_V1_ModelService.SimpleServiceProtocol {
  private let engine: FaceEngine
  private let uploads: ModelUploads

  init(engine: FaceEngine) {
    self.engine = engine
    uploads = ModelUploads(limit: engine.options.maximumModelBytes)
  }

  func listModels(
    request: Faced_V1_ListModelsRequest, context: ServerContext
  ) async throws -> Faced_V1_ListModelsResponse {
    try await answering {
      let models = try await engine.models()
      return .with { $0.models = models.map(Faced_V1_Model.init) }
    }
  }

  func addModel(
    request: RPCAsyncSequence<Faced_V1_AddModelRequest, any Error>, context: ServerContext
  ) async throws -> Faced_V1_Model {
    try await answering {
      let (label, preset, bytes) = try await uploads.receive(
        request.map { ModelPiece(label: $0.label, preset: $0.preset, bytes: [UInt8]($0.chunk)) })
      return .init(try await engine.addModel(bytes, label: label, preset: preset))
    }
  }

  func startReindex(
    request: Faced_V1_StartReindexRequest, context: ServerContext
  ) async throws -> Faced_V1_ReindexJob {
    try await answering {
      let options = ReindexOptions(
        workers: request.maxWorkers == 0 ? nil : Int(request.maxWorkers),
        requiredAgreement: request.hasRequiredAgreement ? request.requiredAgreement : nil,
        asks: request.askBeforeSwitch)
      return message(
        try await engine.startReindex(to: try inField("model", try ResourceName.parseModel(request.model)), options))
    }
  }

  func getReindexJob(
    request: Faced_V1_GetReindexJobRequest, context: ServerContext
  ) async throws -> Faced_V1_ReindexJob {
    try await answering {
      message(try engine.reindexJob(try inField("name", try ResourceName.parseReindexJob(request.name))))
    }
  }

  func listReindexJobs(
    request: Faced_V1_ListReindexJobsRequest, context: ServerContext
  ) async throws -> Faced_V1_ListReindexJobsResponse {
    try await answering {
      let jobs = try engine.reindexJobs()
      return .with { $0.jobs = jobs.map(message) }
    }
  }

  func watchReindexJob(
    request: Faced_V1_WatchReindexJobRequest, response: RPCWriter<Faced_V1_ReindexJob>, context: ServerContext
  ) async throws {
    try await answering {
      let first = try engine.reindexJob(try inField("name", try ResourceName.parseReindexJob(request.name)))
      var last: Faced_V1_ReindexJob?
      // A shutdown ends the watching, not the job.
      while !Task.isShuttingDownGracefully {
        let job = try engine.reindexJob(first.id.value)
        let message = message(job)
        if message != last { try await response.write(message) }
        // One that waits for a decision does not move on by itself.
        if job.state.isFinished || job.state == .awaitingDecision { return }
        last = message
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .milliseconds(500)) }
        try Task.checkCancellation()
      }
    }
  }

  func cancelReindexJob(
    request: Faced_V1_CancelReindexJobRequest, context: ServerContext
  ) async throws -> Faced_V1_ReindexJob {
    try await answering {
      message(try await engine.cancelReindex(try inField("name", try ResourceName.parseReindexJob(request.name))))
    }
  }

  func pauseReindexJob(
    request: Faced_V1_PauseReindexJobRequest, context: ServerContext
  ) async throws -> Faced_V1_ReindexJob {
    try await answering {
      message(try await engine.pauseReindex(try inField("name", try ResourceName.parseReindexJob(request.name))))
    }
  }

  func resumeReindexJob(
    request: Faced_V1_ResumeReindexJobRequest, context: ServerContext
  ) async throws -> Faced_V1_ReindexJob {
    try await answering {
      message(try await engine.resumeReindex(try inField("name", try ResourceName.parseReindexJob(request.name))))
    }
  }

  func rollBackReindex(
    request: Faced_V1_RollBackReindexRequest, context: ServerContext
  ) async throws -> Faced_V1_ReindexJob {
    try await answering { message(try await engine.rollBackReindex()) }
  }

  func compareReindexJob(
    request: Faced_V1_CompareReindexJobRequest, context: ServerContext
  ) async throws -> Faced_V1_ReindexComparison {
    try await answering {
      let job = try inField("name", try ResourceName.parseReindexJob(request.name))
      return .init(try await engine.compareModels(job))
    }
  }

  func dropModelVectors(
    request: Faced_V1_DropModelVectorsRequest, context: ServerContext
  ) async throws -> Faced_V1_Model {
    try await answering {
      .init(try await engine.dropVectors(try inField("name", try ResourceName.parseModel(request.name))))
    }
  }

  private func message(_ job: JobRecord) -> Faced_V1_ReindexJob { .init(engine.reindexProgress(job)) }
}
