public import FaceStore
internal import FaceTypes
internal import Foundation
internal import Logging
internal import Synchronization

/// How a reindex is done.
public struct ReindexOptions: Sendable {
  /// Workers that it uses at the same time; nil means half of them.
  public var workers: Int?
  /// The share of compared faces whose nearest identity must be the same under both models, 0 to 1: below it the job
  /// fails before the switch. Nil means to stop and ask below `FaceEngine.expectedAgreement`.
  public var requiredAgreement: Double?
  /// Stop before the switch in any case, for somebody to look and to resume.
  public var asks: Bool

  /// The engine's own limits, and no stop before the switch, unless they are given.
  public init(workers: Int? = nil, requiredAgreement: Double? = nil, asks: Bool = false) {
    self.workers = workers
    self.requiredAgreement = requiredAgreement
    self.asks = asks
  }

  /// Whether somebody wants to compare before the switch.
  var compares: Bool { asks || requiredAgreement != nil }
}

/// A job, and how fast it goes at present.
public struct ReindexProgress: Sendable {
  /// As the store has it now.
  public let job: JobRecord
  /// Faces embedded in a second, over the present run; nil where none runs, or none was embedded yet.
  public let facesPerSecond: Double?
}

/// The job that is under way, if one is.
struct ReindexState: Sendable {
  enum Wish: Sendable {
    case goOn
    /// Ends the job for good and drops what it embedded.
    case cancel
    /// Stands still until somebody says to go on.
    case pause
    /// Leaves the job as it is, to go on at the next start.
    case stop
  }

  var job: JobID?
  var task: Task<Void, Never>?
  var wish = Wish.goOn
  /// When the present run began, and how many faces it has embedded.
  var runningSince: ContinuousClock.Instant?
  var embedded = 0
}

extension FaceEngine {
  /// Below this share of agreeing faces a job stops before the switch and asks.
  public static let expectedAgreement = 0.8

  /// Starts to move every kept face to another model. Searches go on under the active one until the switch.
  ///
  /// - Parameters:
  ///   - digits: the model's id or at least its first 6 digits.
  ///   - options: how many workers the job may take, and how far the models must agree.
  /// - Throws: `MODEL_NOT_FOUND`, `MODEL_AMBIGUOUS`, `MODEL_DAMAGED`, `ALREADY_ACTIVE`, `REINDEX_RUNNING`.
  public func startReindex(
    to digits: String, _ options: ReindexOptions = ReindexOptions()
  ) async throws(EngineError) -> JobRecord {
    let model = try requireModel(digits)
    if let share = options.requiredAgreement, !(share >= 0 && share <= 1) {
      throw EngineError(
        .invalidArgument, .invalidArgument, "the required agreement must be between 0 and 1",
        field: "required_agreement")
    }
    if let workers = options.workers, !(1...256).contains(workers) {
      throw EngineError(.invalidArgument, .invalidArgument, "a reindex uses 1 to 256 workers", field: "max_workers")
    }
    return try await steering.alone { [self] () async throws(EngineError) in
      try await start(model, options)
    }
  }

  /// Goes back to the model that was active before the last switch. Where its vectors are kept, only faces enrolled since
  /// are embedded.
  /// - Throws: `NOTHING_TO_ROLL_BACK`, and as `startReindex`.
  public func rollBackReindex() async throws(EngineError) -> JobRecord {
    try await steering.alone { [self] () async throws(EngineError) in
      guard try takeReindexLease() else { throw Self.runsElsewhere }
      let active = activeModel
      let last = try reindexJobs().first { ($0.state == .completed || $0.follows) && $0.to == active }
      guard let last, let previous = last.from else {
        throw EngineError(
          .failedPrecondition, .nothingToRollBack,
          "no reindex led to the active model, so there is nothing to roll back to")
      }
      if last.follows, !last.state.isFinished { try await stopFollowing(last) }
      // Whoever goes back has decided: nothing is asked.
      return try await start(try requireModel(previous.hex), ReindexOptions(requiredAgreement: 0))
    }
  }

  /// - Throws: `JOB_NOT_FOUND`.
  public func reindexJob(_ number: UInt64?) throws(EngineError) -> JobRecord {
    let record = try translating { () throws(StoreError) in
      if let number { return try store.job(JobID(number)) }
      return try store.jobs(limit: 1).first
    }
    guard let record else {
      throw EngineError(.notFound, .jobNotFound, "there is no such job; `facectl reindex start` starts one")
    }
    return record
  }

  /// A job with the speed of its present run. O(1); reads nothing from the store.
  public func reindexProgress(_ job: JobRecord) -> ReindexProgress {
    let rate = reindexing.withLock { state -> Double? in
      guard state.job == job.id, !job.state.isFinished, state.embedded > 0, let since = state.runningSince else {
        return nil
      }
      return Double(state.embedded) / max(0.001, (ContinuousClock.now - since) / .seconds(1))
    }
    return ReindexProgress(job: job, facesPerSecond: rate)
  }

  /// Newest first.
  public func reindexJobs() throws(EngineError) -> [JobRecord] {
    try translating { () throws(StoreError) in try store.jobs(limit: StoreLimits.jobs) }
  }

  /// Stops a job and drops what it embedded, and nothing else.
  /// - Throws: `JOB_NOT_FOUND`; `JOB_ENDED`, also when it ended while the call was on its way.
  public func cancelReindex(_ number: UInt64?) async throws(EngineError) -> JobRecord {
    try await steering.alone { [self] () async throws(EngineError) in
      let job = try requireUnfinished(number)
      guard try takeReindexLease() else { return try await wish(.cancel, for: job) }
      defer { leaveReindexLease() }
      guard !job.follows else {
        throw EngineError(
          .failedPrecondition, .jobEnded,
          "the models are compatible, so job \(job.id.value) switched at once; `facectl reindex rollback` goes back")
      }
      await end(job.id, .cancel)
      var left = try reindexJob(job.id.value)
      // It stood still, or its run ended before the wish was seen.
      if !left.state.isFinished {
        let next = if let shown = currentView().next { shown } else { try library.load(left.to) }
        await Reindexer(engine: self, next: next).withdraw(left)
        left = try reindexJob(job.id.value)
      }
      guard left.state != .completed else {
        throw EngineError(
          .failedPrecondition, .jobEnded,
          "job \(job.id.value) had switched to its model before it could be cancelled; `facectl reindex rollback` goes back"
        )
      }
      return left
    }
  }

  /// Lets a job stand still until `resumeReindex`, over restarts too. New faces are embedded under both models meanwhile.
  /// - Throws: `JOB_NOT_FOUND`, `JOB_ENDED`.
  public func pauseReindex(_ number: UInt64?) async throws(EngineError) -> JobRecord {
    try await steering.alone { [self] () async throws(EngineError) in
      let job = try requireUnfinished(number)
      guard try takeReindexLease() else { return try await wish(.pause, for: job) }
      await end(job.id, .pause)
      let left = try reindexJob(job.id.value)
      guard !left.state.isFinished else {
        throw EngineError(.failedPrecondition, .jobEnded, "job \(job.id.value) ended before it could pause")
      }
      return left
    }
  }

  /// Goes on with a job that was paused; one that asks whether to switch is told to.
  /// - Throws: `JOB_NOT_FOUND`, `JOB_ENDED`, `MODEL_DAMAGED`.
  public func resumeReindex(_ number: UInt64?) async throws(EngineError) -> JobRecord {
    try await steering.alone { [self] () async throws(EngineError) in
      var job = try requireUnfinished(number)
      guard job.state == .paused || job.state == .awaitingDecision else { return job }
      guard try takeReindexLease() else { throw Self.runsElsewhere }
      if job.state == .awaitingDecision { (job.requiredAgreement, job.asks) = (0, false) }
      job.state = .running
      try await save(job)
      if job.follows {
        follow(job, currentView().active)
        return job
      }
      let next = if let shown = currentView().next { shown } else { try library.load(job.to) }
      try await gate.alone { [self, job] () async throws(EngineError) in try begin(job, next) }
      return job
    }
  }

  /// At start-up: goes on with the job that the last stop or crash interrupted. One that cannot go on is marked as failed,
  /// and the active model goes on answering.
  func resumeReindexAtStart() async {
    guard let jobs = try? reindexJobs() else { return }
    for (age, job) in jobs.enumerated() where !job.state.isFinished {
      do throws(EngineError) {
        guard age == 0 else { throw EngineError(.internal, .jobSuperseded, "a later job was started") }
        try await goOn(job)
        logger.info("reindex goes on", metadata: ["job": "\(job.id.value)", "to": "\(job.to.short)"])
      } catch {
        logger.error("reindex cannot go on", metadata: ["job": "\(job.id.value)", "reason": "\(error.message)"])
        try? await save(failed(job, error))
      }
    }
  }

  func goOn(_ job: JobRecord) async throws(EngineError) {
    guard job.follows else {
      // Where another daemon ran it, the model is shown here already.
      if let shown = currentView().next, shown.id == job.to { return try begin(job, shown) }
      return try begin(job, try library.load(job.to))
    }
    let view = currentView()
    guard view.active.id != job.to else { return follow(job, view.active) }
    try await switchAhead(job, try library.load(job.to))
  }

  func stopReindex() async {
    if let job = reindexing.withLock({ $0.job }) { await end(job, .stop) }
  }

  func lacksVectors(_ model: ModelID) throws(EngineError) -> Bool {
    try translating { () throws(StoreError) in try !store.facesNeedingEmbedding(model: model, limit: 1).isEmpty }
  }

  private func start(_ model: ModelRecord, _ options: ReindexOptions) async throws(EngineError) -> JobRecord {
    let view = currentView()
    // A compatible model may answer while faces still lack its vectors, where its job was ended.
    let isUnfinished =
      if model.id == view.active.id, view.active.stand != nil { try lacksVectors(model.id) } else { false }
    guard model.id != view.active.id || isUnfinished else {
      throw EngineError(.failedPrecondition, .alreadyActive, "model \(model.id.short) is active already")
    }
    guard try reindexJobs().first?.state.isFinished ?? true else {
      throw EngineError(
        .failedPrecondition, .reindexRunning,
        "a reindex is under way; wait for it (`facectl reindex watch`) or cancel it (`facectl reindex cancel`)")
    }
    guard try takeReindexLease() else { throw Self.runsElsewhere }
    do throws(EngineError) {
      return try await start(model, options, isUnfinished: isUnfinished)
    } catch {
      leaveReindexLease()
      throw error
    }
  }

  /// With the right to.
  private func start(
    _ model: ModelRecord, _ options: ReindexOptions, isUnfinished: Bool
  ) async throws(EngineError) -> JobRecord {
    let view = currentView()
    let next = try await pool.run { [library] () throws(EngineError) in
      isUnfinished ? view.active : try library.load(model.id)
    }
    let from = isUnfinished ? next.stand : view.active.id
    var job = try await translating { () async throws(StoreError) in try await store.createJob(from: from, to: model.id)
    }
    job.state = .running
    job.workers = UInt32(options.workers ?? 0)
    job.requiredAgreement = options.requiredAgreement
    job.asks = options.asks
    job.follows =
      isUnfinished
      || (next.stand == view.active.id && next.dimension == view.active.dimension && !options.compares)
    try await save(job)
    do throws(EngineError) {
      if job.follows {
        if isUnfinished { follow(job, next) } else { try await switchAhead(job, next) }
        return job
      }
      try await gate.alone { [self, job] () async throws(EngineError) in try begin(job, next) }
    } catch {
      try? await save(failed(job, error))
      throw error
    }
    return job
  }

  private static let runsElsewhere = EngineError(
    .failedPrecondition, .reindexRunning,
    "another daemon runs a reindex; wait for it (`facectl reindex watch`) or cancel it (`facectl reindex cancel`)")

  func failed(_ job: JobRecord, _ error: EngineError) -> JobRecord {
    var failed = job
    failed.state = .failed
    failed.message = String(error.message.prefix(300))
    failed.finishedAt = Int64(Date().timeIntervalSince1970 * 1000)
    return failed
  }

  private func requireUnfinished(_ number: UInt64?) throws(EngineError) -> JobRecord {
    let job = try reindexJob(number)
    guard !job.state.isFinished else {
      throw EngineError(.failedPrecondition, .jobEnded, "job \(job.id.value) has ended already")
    }
    return job
  }

  /// Shows the next model to enrolments and starts the work, unless the job stands still.
  private func begin(_ job: JobRecord, _ next: ServingModel) throws(EngineError) {
    if currentView().next == nil {
      try next.rebuild(from: store, nil, logger)
      install(EngineView(active: currentView().active, next: next))
    }
    work(on: job, next)
  }

  func work(on job: JobRecord, _ next: ServingModel) {
    reindexing.withLock { state in
      state = ReindexState(job: job.id)
      guard job.state != .paused, job.state != .awaitingDecision else { return }
      state.runningSince = .now
      // Detached: the call that starts a job has a deadline, which is not the job's.
      state.task = Task.detached { [self] in
        await Reindexer(engine: self, next: next).run(job)
        // Whoever goes on with it asks for the right again.
        leaveReindexLease()
      }
    }
  }

  func end(_ job: JobID, _ wish: ReindexState.Wish) async {
    let task = reindexing.withLock { state -> Task<Void, Never>? in
      guard state.job == job else { return nil }
      state.wish = wish
      return state.task
    }
    await task?.value
  }

  func save(_ job: JobRecord) async throws(EngineError) {
    try await translating { () async throws(StoreError) in try await store.putJob(job) }
  }
}
