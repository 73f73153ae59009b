internal import FaceStore
internal import FaceTypes
internal import Logging
internal import Synchronization

extension FaceEngine {
  /// Shows the models that another daemon's reindex works with: the one that it moves to, so that new faces are embedded under it
  /// here too, and the one that it has switched to.
  func followModels() async throws(EngineError) {
    // What this daemon runs itself it shows itself.
    guard replica.reindexing.withLock({ $0 == nil }) else { return }
    let (active, jobs) = try translating { () throws(StoreError) in (try store.activeModel(), try store.jobs(limit: 1))
    }
    if let active, active != activeModel {
      try await gate.alone { [self] () async throws(EngineError) in
        let view = currentView()
        var serving = view.next
        if serving?.id != active {
          let loaded = try library.load(active)
          try loaded.rebuild(from: store, orElse: loaded.stand, logger)
          serving = loaded
        }
        guard let serving else { return }
        install(EngineView(active: serving, next: nil))
        await checkpoints.takeAllAway()
      }
      logger.info("another daemon switched the model", metadata: ["model": "\(active.short)"])
    }
    if let job = jobs.first, job.follows, job.state == .completed, job.to == activeModel {
      try await showWhole(job.id)
    }
    let job = jobs.first.flatMap { $0.state.isFinished || $0.follows || $0.state == .cancelling ? nil : $0 }
    let next = job?.to == activeModel ? nil : job?.to
    guard next != currentView().next?.id else { return }
    try await gate.alone { [self] () async throws(EngineError) in
      var shown: ServingModel?
      if let next {
        let loaded = try library.load(next)
        try loaded.rebuild(from: store, nil, logger)
        shown = loaded
      }
      install(EngineView(active: currentView().active, next: shown))
    }
  }

  /// Where faces were found by a compatible model's vectors until the job's end, the indexes are made anew of their own.
  private func showWhole(_ job: JobID) async throws(EngineError) {
    guard replica.isNew(followed: job) else { return }
    try await gate.alone { [self] () async throws(EngineError) in
      let view = currentView()
      let whole = ServingModel(
        embedder: view.active.embedder, calibration: view.active.calibration, search: view.active.search)
      try whole.rebuild(from: store, nil, logger)
      install(EngineView(active: whole, next: view.next))
      await checkpoints.takeAllAway()
    }
  }

  /// Takes over a reindex that nobody runs any more.
  func lookAfterJobs() async throws(EngineError) {
    guard let job = try reindexJobs().first, Self.runs(job), replica.reindexing.withLock({ $0 == nil }) else { return }
    try await followModels()
    guard try takeReindexLease() else { return }
    try await steering.alone { [self] () async throws(EngineError) in
      // It may have ended while the lease changed hands.
      let job = try reindexJob(job.id.value)
      guard Self.runs(job), reindexing.withLock({ $0.task == nil || $0.job != job.id }) else {
        return leaveReindexLease()
      }
      do throws(EngineError) {
        try await goOn(job)
        logger.notice("reindex is taken over", metadata: ["job": "\(job.id.value)", "to": "\(job.to.short)"])
      } catch {
        logger.error("reindex cannot go on here", metadata: ["job": "\(job.id.value)", "reason": "\(error.message)"])
        leaveReindexLease()
      }
    }
  }

  /// Whether somebody should be at work on it.
  private static func runs(_ job: JobRecord) -> Bool {
    !job.state.isFinished && job.state != .paused && job.state != .awaitingDecision
  }

  /// - Returns: whether this daemon may run a reindex: false while another one does.
  func takeReindexLease() throws(EngineError) -> Bool {
    if let held = replica.reindexing.withLock({ $0 }), held.isHeld { return true }
    let lease = try translating { () throws(StoreError) in try store.lease(.reindex) }
    replica.reindexing.withLock { $0 = lease }
    return lease != nil
  }

  func leaveReindexLease() { replica.reindexing.withLock { $0 = nil } }

  /// Whether this daemon still has the right to run what it runs.
  var holdsReindexLease: Bool { replica.reindexing.withLock { $0 }?.isHeld ?? false }

  /// Leaves a wish for the daemon that runs the job, and waits until it has come true.
  ///
  /// - Returns: the job then.
  /// - Throws: `REINDEX_ELSEWHERE` where that takes too long.
  func wish(_ wish: JobWish, for job: JobRecord) async throws(EngineError) -> JobRecord {
    try await translating { () async throws(StoreError) in try await store.putJobWish(job.id, wish) }
    for _ in 0..<300 {
      try? await Task.sleep(for: .milliseconds(100))
      let now = try reindexJob(job.id.value)
      if now.state.isFinished || (wish == .pause && now.state == .paused) { return now }
      if Task.isCancelled { break }
    }
    throw EngineError(
      .unavailable, .reindexElsewhere,
      "another daemon runs job \(job.id.value) and has not answered yet; the request is noted; check with "
        + "`facectl reindex status`")
  }
}
