import FaceAPI
import FaceEngine
import FaceStore
import GRPCCore
import ServiceLifecycle
import SwiftProtobuf

struct ModelService: Faced_V1_ModelService.SimpleServiceProtocol {
  let engine: FaceEngine

  private static let maximumChunkBytes = 4 << 20

  func listModels(
    request: Faced_V1_ListModelsRequest, context: ServerContext
  ) async throws -> Faced_V1_ListModelsResponse {
    try await answering {
      let models = try engine.models()
      return .with { $0.models = models.map(Faced_V1_Model.init) }
    }
  }

  func addModel(
    request: RPCAsyncSequence<Faced_V1_AddModelRequest, any Error>, context: ServerContext
  ) async throws -> Faced_V1_Model {
    try await answering {
      var label: String?
      var bytes: [UInt8] = []
      for try await message in request {
        if label == nil { label = message.label }
        guard message.chunk.count <= Self.maximumChunkBytes else {
          throw Failure.invalidArgument("a chunk of a model file has at most \(Self.maximumChunkBytes >> 20) MiB")
        }
        bytes += message.chunk
        guard bytes.count <= engine.options.maximumModelBytes else {
          throw Failure.invalidArgument("a model file has at most \(engine.options.maximumModelBytes >> 20) MiB")
        }
      }
      return .init(try await engine.addModel(bytes, label: label ?? ""))
    }
  }

  func startReindex(
    request: Faced_V1_StartReindexRequest, context: ServerContext
  ) async throws -> Faced_V1_ReindexJob {
    try await answering { .init(try await engine.startReindex(to: try ResourceName.parseModel(request.model))) }
  }

  func getReindexJob(
    request: Faced_V1_GetReindexJobRequest, context: ServerContext
  ) async throws -> Faced_V1_ReindexJob {
    try await answering { .init(try engine.reindexJob(try ResourceName.parseReindexJob(request.name))) }
  }

  func listReindexJobs(
    request: Faced_V1_ListReindexJobsRequest, context: ServerContext
  ) async throws -> Faced_V1_ListReindexJobsResponse {
    try await answering {
      let jobs = try engine.reindexJobs()
      return .with { $0.jobs = jobs.map(Faced_V1_ReindexJob.init) }
    }
  }

  func watchReindexJob(
    request: Faced_V1_WatchReindexJobRequest, response: RPCWriter<Faced_V1_ReindexJob>, context: ServerContext
  ) async throws {
    try await answering {
      let first = try engine.reindexJob(try ResourceName.parseReindexJob(request.name))
      var last: Faced_V1_ReindexJob?
      // A shutdown ends the watching, not the job.
      while !Task.isShuttingDownGracefully {
        let job = try engine.reindexJob(first.id.value)
        let message = Faced_V1_ReindexJob(job)
        if message != last { try await response.write(message) }
        if job.state.isFinished { return }
        last = message
        try await Task.sleep(for: .milliseconds(500))
      }
    }
  }

  func cancelReindexJob(
    request: Faced_V1_CancelReindexJobRequest, context: ServerContext
  ) async throws -> Faced_V1_ReindexJob {
    try await answering { .init(try await engine.cancelReindex(try ResourceName.parseReindexJob(request.name))) }
  }
}
