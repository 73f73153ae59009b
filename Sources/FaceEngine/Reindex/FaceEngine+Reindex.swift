public import FaceStore
internal import FaceTypes
internal import Foundation
internal import Logging
internal import Synchronization

/// The job that is under way, if one is.
struct ReindexState: Sendable {
  enum Wish: Sendable {
    case goOn
    /// Ends the job for good and drops what it embedded.
    case cancel
    /// Leaves the job as it is, to go on at the next start.
    case pause
  }

  var task: Task<Void, Never>?
  var wish = Wish.goOn
}

extension FaceEngine {
  /// Starts to move every kept face to another model. Searches go on under the active one until the switch.
  ///
  /// - Parameter digits: the model's id or at least its first 6 digits.
  /// - Throws: `MODEL_NOT_FOUND`, `MODEL_AMBIGUOUS`, `ALREADY_ACTIVE`, `REINDEX_RUNNING`.
  public func startReindex(to digits: String) async throws(EngineError) -> JobRecord {
    let model = try requireModel(digits)
    return try await gate.alone { [self] () async throws(EngineError) in
      let view = currentView()
      guard model.id != view.active.id else {
        throw EngineError(.failedPrecondition, "ALREADY_ACTIVE", "model \(model.id.short) answers already")
      }
      guard view.next == nil else {
        throw EngineError(
          .failedPrecondition, "REINDEX_RUNNING",
          "a reindex is under way; wait for it (`facectl reindex watch`) or cancel it (`facectl reindex cancel`)")
      }
      let next = try library.load(model.id)
      var job = try await translating { () async throws(StoreError) in
        try await store.createJob(from: view.active.id, to: model.id)
      }
      job.total = try statistics().faces
      job.state = .running
      try await save(job)
      try begin(job, next)
      return job
    }
  }

  /// - Throws: `JOB_NOT_FOUND`.
  public func reindexJob(_ number: UInt64?) throws(EngineError) -> JobRecord {
    let record = try translating { () throws(StoreError) in
      if let number { return try store.job(JobID(number)) }
      return try store.jobs(limit: Self.jobLimit).max { $0.id.value < $1.id.value }
    }
    guard let record else {
      throw EngineError(.notFound, "JOB_NOT_FOUND", "there is no such job; `facectl reindex start` starts one")
    }
    return record
  }

  /// Newest first.
  public func reindexJobs() throws(EngineError) -> [JobRecord] {
    try translating { () throws(StoreError) in try store.jobs(limit: Self.jobLimit) }
      .sorted { $0.id.value > $1.id.value }
  }

  /// Stops a running job and drops what it embedded.
  /// - Throws: `JOB_NOT_FOUND`, `JOB_ENDED`.
  public func cancelReindex(_ number: UInt64?) async throws(EngineError) -> JobRecord {
    let job = try reindexJob(number)
    guard !job.state.isFinished else {
      throw EngineError(.failedPrecondition, "JOB_ENDED", "job \(job.id.value) has ended already")
    }
    await end(.cancel)
    return try reindexJob(job.id.value)
  }

  /// At start-up: goes on with the job that the last stop or crash interrupted.
  func resumeReindex() throws(EngineError) {
    guard let job = try reindexJobs().first, !job.state.isFinished else { return }
    logger.info("reindex goes on", metadata: ["job": "\(job.id.value)", "to": "\(job.to.short)"])
    let next = try library.load(job.to)
    try begin(job, next)
  }

  func stopReindex() async { await end(.pause) }

  private static let jobLimit = 100

  /// Shows the next model to enrolments and starts the work. What the store has of the model already counts.
  private func begin(_ job: JobRecord, _ next: ServingModel) throws(EngineError) {
    try next.rebuild(from: store)
    install(EngineView(active: currentView().active, next: next))
    reindexing.withLock { state in
      state.wish = .goOn
      state.task = Task { [self] in await Reindexer(engine: self, next: next).run(job) }
    }
  }

  private func end(_ wish: ReindexState.Wish) async {
    let task = reindexing.withLock { state in
      state.wish = wish
      return state.task
    }
    await task?.value
  }

  func save(_ job: JobRecord) async throws(EngineError) {
    try await translating { () async throws(StoreError) in try await store.putJob(job) }
  }
}
