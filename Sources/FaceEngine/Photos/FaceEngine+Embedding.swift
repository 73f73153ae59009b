internal import CoreMetrics
internal import FaceNet
internal import FaceTypes

/// The faces of calls that are embedded together.
typealias FaceBatches = MicroBatches<Embedder, [FaceViews], [Embedding]>

extension FaceEngine {
  /// Made when it is first recorded: metrics are set up after the engine.
  private static let batchSizes = Recorder(label: "faced.embedding.batch")

  static func faceBatches(_ pool: WorkerPool, _ options: EngineOptions) -> FaceBatches {
    return FaceBatches(pool, limits: .init(size: options.batchSize, wait: options.batchWait)) {
      embedder, calls throws(EngineError) in
      var rest = try Reembedding.embed(inputs: calls.flatMap { $0 }, embedder)[...]
      batchSizes.record(rest.count)
      return calls.map { call in
        defer { rest.removeFirst(call.count) }
        return Array(rest.prefix(call.count))
      }
    }
  }

  /// The faces' embeddings, in their order; together with those of other calls where there are some. Not on a worker.
  func embeddings(of faces: [FaceViews], _ model: ServingModel) async throws(EngineError) -> [Embedding] {
    guard !faces.isEmpty else { return [] }
    return try await batches.output(of: faces, weight: faces.reduce(0) { $0 + $1.crops.count }, model.embedder)
  }
}
