internal import FaceStore
internal import FaceTypes
internal import Foundation
internal import Logging

// Between compatible models the switch comes first: the vectors of the model before stand in until each face has its own.

extension FaceEngine {
  /// Switches to a model whose vectors may be compared with those that are there, and lets the faces follow.
  func switchAhead(_ job: JobRecord, _ next: ServingModel) async throws(EngineError) {
    if search != nil {
      // Its faces are at the search server before it answers.
      try await gate.alone { [self] () async throws(EngineError) in
        try next.rebuild(from: store, orElse: next.stand, logger)
        install(EngineView(active: currentView().active, next: next))
      }
      await awaitSearch(of: next) { true }
    }
    try await gate.alone { [self] () async throws(EngineError) in
      if search == nil { try next.rebuild(from: store, orElse: next.stand, logger) }
      try await translating { () async throws(StoreError) in try await store.switchActiveModel(to: next.id) }
      install(EngineView(active: next, next: nil))
      await checkpoints.takeAllAway()
    }
    logger.info("the compatible model answers", metadata: ["job": "\(job.id.value)", "model": "\(next.id.short)"])
    follow(job, next)
  }

  /// Embeds in the background what the active model lacks.
  func follow(_ job: JobRecord, _ active: ServingModel) { work(on: job, active) }

  /// Ends a job whose faces were following, because its model is left: what it embedded stays.
  func stopFollowing(_ job: JobRecord) async throws(EngineError) {
    await end(job.id, .stop)
    guard var left = try? reindexJob(job.id.value), !left.state.isFinished else { return }
    left.state = .cancelled
    left.message = "the model was left before all faces had followed"
    left.finishedAt = Int64(Date().timeIntervalSince1970 * 1000)
    try await save(left)
  }
}
