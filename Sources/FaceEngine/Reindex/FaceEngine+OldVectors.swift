internal import FaceStore
internal import FaceTypes
internal import Foundation
internal import Logging

// What a switch leaves behind: the vectors of the model before, kept for a while so that going back is quick.

extension FaceEngine {
  /// Until when a model's vectors are kept, in milliseconds since 1970 UTC; nil for the active model, and where there are
  /// none.
  func vectorsKeptUntil(_ model: ModelRecord) -> Int64? {
    guard model.state == .retired, (try? store.hasEmbeddings(model: model.id)) == true else { return nil }
    return model.stateChangedAt + Int64(options.rollbackSeconds) * 1000
  }

  /// Drops the vectors of a model that does not answer. Going back to it means to embed every face again.
  ///
  /// - Parameter digits: of the model's id, at least 6.
  /// - Throws: `MODEL_NOT_FOUND`, `MODEL_AMBIGUOUS`, `MODEL_ACTIVE`, `REINDEX_RUNNING`, `VECTORS_IN_USE`.
  public func dropVectors(_ digits: String) async throws(EngineError) -> ModelDescription {
    let model = try requireModel(digits)
    try await steering.alone { [self] () async throws(EngineError) in
      if let reason = try reasonToKeep(model.id) { throw reason }
      try await translating { () async throws(StoreError) in try await store.deleteEmbeddings(model: model.id) }
    }
    return describe(try requireModel(model.id.hex))
  }

  /// Why the vectors cannot go now, beside that somebody may want them.
  private func reasonToKeep(_ model: ModelID) throws(EngineError) -> EngineError? {
    let active = currentView().active
    if active.id == model {
      return EngineError(
        .failedPrecondition, .modelActive, "model \(model.short) is active; its vectors are the galleries' own")
    }
    if let job = try reindexJobs().first, !job.state.isFinished, job.from == model || job.to == model {
      return EngineError(
        .failedPrecondition, .reindexRunning, "job \(job.id.value) needs the vectors; wait for it or cancel it")
    }
    guard active.stand == model, try lacksVectors(active.id) else { return nil }
    return EngineError(
      .failedPrecondition, .vectorsInUse,
      "faces that have no vector of the active model are found by these; `facectl reindex start \(active.id.short)` "
        + "embeds them")
  }

  /// Looks from time to time whether a window has passed, until the task is cancelled.
  func dropOldVectorsInTime() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: .seconds(min(60, max(1, options.rollbackSeconds / 10))))
      guard !Task.isCancelled else { return }
      guard writes.refusal == nil else { continue }
      await dropOldVectors()
    }
  }

  private func dropOldVectors() async {
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    do throws(EngineError) {
      try await steering.alone { [self] () async throws(EngineError) in
        for model in try translating({ () throws(StoreError) in try store.models() }) {
          guard let end = vectorsKeptUntil(model), end <= now, try reasonToKeep(model.id) == nil else { continue }
          try await translating { () async throws(StoreError) in try await store.deleteEmbeddings(model: model.id) }
          logger.info("the vectors of an earlier model were dropped", metadata: ["model": "\(model.id.short)"])
        }
      }
    } catch {
      logger.warning("earlier vectors were not dropped", metadata: ["reason": "\(error.reason)"])
    }
  }
}
