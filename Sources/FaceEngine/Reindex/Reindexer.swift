internal import FaceNet
internal import FaceStore
internal import FaceTypes
internal import Foundation
internal import Logging
internal import Synchronization

/// One run of a reindex job: embed what is missing under the next model, compare, switch, drop what is too old.
///
/// It can stop after any step and go on from the store alone. Each step's writes and index changes happen alone, so
/// that no deletion falls between them.
struct Reindexer: Sendable {
  let engine: FaceEngine
  let next: ServingModel

  /// Faces that a worker embeds at a time: few, so that requests do not wait long behind them.
  private static let step = 8

  func run(_ started: JobRecord) async {
    var job = started
    if job.state == .cancelling { return await withdraw(job) }
    do throws(EngineError) {
      while try await advancePatiently(&job) { if try await isDiverted(&job) { return } }
      if job.follows { return try await completeFollowing(job) }
      job = try await compared(job)
      if try await isDiverted(&job) { return }
      guard try await maySwitch(&job), try await !isDiverted(&job) else { return }
      try await complete(job)
    } catch {
      engine.logger.error("reindex failed", metadata: ["job": "\(job.id.value)", "reason": "\(error.reason)"])
      await fail(job, error)
    }
  }

  /// Whether the run ends here because somebody wished it.
  private func isDiverted(_ job: inout JobRecord) async throws(EngineError) -> Bool {
    try await hearOthers(job)
    switch engine.reindexing.withLock({ $0.wish }) {
    case .goOn: return false
    case .stop: return true
    case .pause:
      job.state = .paused
      try await engine.save(job)
      return true
    case .cancel:
      await withdraw(job)
      return true
    }
  }

  /// What was wished at another daemon; and whether the right to run the job is still this one's.
  private func hearOthers(_ job: JobRecord) async throws(EngineError) {
    guard engine.store.isShared else { return }
    guard engine.holdsReindexLease else {
      engine.logger.warning("another daemon runs the reindex", metadata: ["job": "\(job.id.value)"])
      return engine.reindexing.withLock { $0.wish = .stop }
    }
    let wish = try await translating { () async throws(StoreError) in try await engine.store.takeJobWish(job.id) }
    switch wish {
    case nil: break
    case .pause: engine.reindexing.withLock { $0.wish = .pause }
    case .cancel: engine.reindexing.withLock { $0.wish = .cancel }
    }
  }

  /// Faces that other daemons enrolled before they knew of the job have no vector of the model that answers now.
  private func embedStragglers() async throws(EngineError) {
    guard engine.store.isShared else { return }
    var position: FacePosition?
    while true {
      let faces = try translating { () throws(StoreError) in
        try engine.store.facesNeedingEmbedding(model: next.id, after: position, limit: 8 * Self.step)
      }
      guard let last = faces.last else { return }
      let embedded = try await embedPatiently(faces.filter(\.hasCrop))
      _ = try await engine.gate.alone { () async throws(EngineError) in
        try await keep(embedded, noting: nil, isVisible: true)
      }
      position = last.position
    }
  }

  /// Whether nobody wishes otherwise.
  private var isWanted: Bool { engine.reindexing.withLock { if case .goOn = $0.wish { true } else { false } } }

  /// While the store takes no changes the job waits, unless somebody wishes otherwise.
  private func advancePatiently(_ job: inout JobRecord) async throws(EngineError) -> Bool {
    while true {
      do throws(EngineError) {
        return try await advance(&job)
      } catch {
        guard error.reason == .storeFailed || error.reason == .storeUnavailable else { throw error }
        if !isWanted { return true }
      }
      try? await Task.sleep(for: .milliseconds(500))
    }
  }

  /// Embeds the next few faces. False when none is left.
  private func advance(_ job: inout JobRecord) async throws(EngineError) -> Bool {
    let workers = job.workers > 0 ? Int(job.workers) : max(1, engine.options.workers / 2)
    let position = job.position
    let faces = try translating { () throws(StoreError) in
      try engine.store.facesNeedingEmbedding(
        model: next.id, after: position, limit: Self.step * min(workers, engine.options.workers))
    }
    guard let last = faces.last else { return false }
    let embedded = try await embedPatiently(faces.filter(\.hasCrop))
    let note = job.startedEmpty || job.follows ? nil : job.id
    let follows = job.follows
    let stored = try await engine.gate.alone { () async throws(EngineError) in
      try await keep(embedded, noting: note, isVisible: !follows)
    }
    let carried = follows ? try await carry(faces, except: embedded) : 0
    job.done += UInt64(stored + carried)
    job.skipped += UInt64(faces.count - embedded.count - carried)
    job.position = last.position
    engine.reindexing.withLock { $0.embedded += faces.count }
    try await engine.save(job)
    return true
  }

  private typealias Embedded = (face: FaceNeedingEmbedding, embedding: Embedding)

  /// Every worker takes a few of the faces. Requests go first: where they fill the queue, the job waits.
  private func embedPatiently(_ faces: [FaceNeedingEmbedding]) async throws(EngineError) -> [Embedded] {
    let result = await withTaskGroup(of: Result<[Embedded], EngineError>.self) { group in
      for start in stride(from: 0, to: faces.count, by: Self.step) {
        let part = Array(faces[start..<min(start + Self.step, faces.count)])
        group.addTask {
          do throws(EngineError) {
            return .success(
              try await engine.pool.runWhenFree(leavesWhenCancelled: false) { () throws(EngineError) in try embed(part)
              })
          } catch {
            return .failure(error)
          }
        }
      }
      var results: [Result<[Embedded], EngineError>] = []
      for await result in group { results.append(result) }
      return results
    }
    var embedded: [Embedded] = []
    for part in result { embedded += try part.get() }
    return embedded
  }

  /// A face that was deleted meanwhile, or whose crop cannot be read any more, is left out: one bad record must not
  /// keep all the others from the new model.
  private func embed(_ faces: [FaceNeedingEmbedding]) throws(EngineError) -> [Embedded] {
    var present: [FaceNeedingEmbedding] = []
    var inputs: [FaceViews] = []
    for face in faces {
      let kept = try translating { () throws(StoreError) in
        (crop: try engine.store.crop(face.gallery, face.face), record: try engine.store.face(face.gallery, face.face))
      }
      guard let crop = kept.crop, let record = kept.record else { continue }
      do throws(EngineError) {
        inputs.append(try Reembedding.input(crop, record.landmarks, next.embedder))
        present.append(face)
      } catch {
        engine.logger.warning("a kept crop cannot be read", metadata: ["face": "\(face.face)"])
      }
    }
    let embeddings = try Reembedding.embed(inputs: inputs, next.embedder)
    return zip(present, embeddings).map { (face: $0, embedding: $1) }
  }

  /// Durable first, visible second; a face that was deleted meanwhile is neither.
  private func keep(_ embedded: [Embedded], noting job: JobID?, isVisible: Bool) async throws(EngineError) -> Int {
    var count = 0
    for (gallery, group) in Dictionary(grouping: embedded, by: \.face.gallery) {
      let stored = try await translating { () async throws(StoreError) in
        try await engine.store.putEmbeddings(
          gallery, model: next.id, group.map { ($0.face.face, $0.embedding) }, noting: job)
      }
      let kept = Set(stored)
      let index = next.index(of: gallery)
      for entry in group where isVisible && kept.contains(entry.face.face) {
        try index.add(entry.face.face, of: entry.face.identity, entry.embedding)
      }
      count += kept.count
    }
    return count
  }

  /// Faces that cannot be embedded keep the vector of the compatible model, under the new one.
  private func carry(_ faces: [FaceNeedingEmbedding], except embedded: [Embedded]) async throws(EngineError) -> Int {
    guard let stand = next.stand else { return 0 }
    let done = Set(embedded.map(\.face))
    var count = 0
    for face in faces where !done.contains(face) {
      let vector = try translating { () throws(StoreError) in
        try engine.store.embedding(face.gallery, model: stand, face: face.face)
      }
      guard let vector else { continue }
      count += try await translating { () async throws(StoreError) in
        try await engine.store.putEmbeddings(face.gallery, model: next.id, [(face.face, vector)]).count
      }
    }
    return count
  }

  /// Counts how often both models agree on whose face is nearest to an enrolled one of somebody with several.
  private func compared(_ job: JobRecord) async throws(EngineError) -> JobRecord {
    guard let comparison = try await comparedPatiently() else { return job }
    var job = job
    (job.compared, job.agreed) = (UInt64(comparison.compared), UInt64(comparison.agreed))
    job.message =
      job.compared == 0
      ? "nothing could be compared: no identity has two faces"
      : "the nearest other face was of the same identity for \(job.agreed) of \(job.compared) faces"
    return job
  }

  /// Nil where somebody wishes otherwise before the search server has what is compared.
  private func comparedPatiently() async throws(EngineError) -> ModelComparison? {
    while true {
      await engine.awaitSearch(of: next) { isWanted }
      guard isWanted else { return nil }
      do throws(EngineError) {
        return try await engine.pool.runWhenFree(leavesWhenCancelled: false) { () throws(EngineError) in
          try engine.compare(engine.currentView().active, next)
        }
      } catch {
        guard error.reason == .searchUnavailable || error.reason == .searchBehind else { throw error }
      }
      try? await Task.sleep(for: .milliseconds(500))
    }
  }

  /// Whether the models agree enough for the switch. Where nobody said how much is needed, the job stops and asks.
  private func maySwitch(_ job: inout JobRecord) async throws(EngineError) -> Bool {
    let agreement = job.compared == 0 ? nil : Double(job.agreed) / Double(job.compared)
    if let required = job.requiredAgreement, required > 0 {
      guard let agreement, agreement >= required else {
        throw EngineError(
          .failedPrecondition, .agreementTooLow, "no switch: \(job.message), and \(required) was required")
      }
    }
    let isPoor = job.requiredAgreement == nil && (agreement ?? 1) < FaceEngine.expectedAgreement
    guard job.asks || isPoor else { return true }
    job.state = .awaitingDecision
    job.message +=
      "; `facectl reindex compare` shows what changes, `facectl reindex resume` switches, `facectl reindex cancel` does not"
    try await engine.save(job)
    engine.logger.notice("reindex asks before the switch", metadata: ["job": "\(job.id.value)"])
    return false
  }

  /// One batch makes the new model the active one; one assignment makes it answer. The old model's embeddings stay,
  /// so that going back is quick; any third model's are dropped.
  private func complete(_ job: JobRecord) async throws(EngineError) {
    var job = job
    job.total = max(job.total, job.present + job.done + job.skipped)
    try await engine.save(job)
    let previous = engine.activeModel
    try await engine.gate.alone { [id = job.id] () async throws(EngineError) in
      try await translating { () async throws(StoreError) in
        try await engine.store.switchActiveModel(to: next.id, finishing: id)
      }
      engine.install(EngineView(active: next, next: nil))
      // They are of the model before.
      await engine.checkpoints.takeAllAway()
    }
    try await embedStragglers()
    engine.logger.info("reindex done", metadata: ["job": "\(job.id.value)", "model": "\(next.id.short)"])
    await tidy(job.id, previous)
  }

  /// All faces have vectors of their own by now, and no other is to be found: the indexes are made anew of these.
  private func completeFollowing(_ job: JobRecord) async throws(EngineError) {
    let whole = ServingModel(embedder: next.embedder, calibration: next.calibration, search: next.search)
    try await engine.gate.alone { () async throws(EngineError) in
      try whole.rebuild(from: engine.store, nil, engine.logger)
      engine.install(EngineView(active: whole, next: nil))
      // They hold vectors of the model before.
      await engine.checkpoints.takeAllAway()
    }
    var job = job
    job.state = .completed
    job.total = max(job.total, job.present + job.done + job.skipped)
    job.message = "the models are compatible: the switch came first, and the faces followed"
    job.finishedAt = Int64(Date().timeIntervalSince1970 * 1000)
    try await engine.save(job)
    if let previous = job.from { await tidy(job.id, previous) }
  }

  /// After the switch: what fails here is done again by the next job.
  private func tidy(_ job: JobID, _ previous: ModelID) async {
    do throws(EngineError) {
      var isDone = false
      while !isDone {
        isDone = try await translating { () async throws(StoreError) in try await engine.store.keepEmbeddings(of: job) }
      }
      let models = try translating { () throws(StoreError) in try engine.store.models() }
      for model in models where model.id != next.id && model.id != previous {
        try await dropEmbeddings(of: model.id)
      }
    } catch {
      engine.logger.warning("earlier vectors were not dropped", metadata: ["reason": "\(error.reason)"])
    }
  }

  /// Ends the job and takes back what it embedded: everything where the model had nothing before, else what the job
  /// noted. Goes on at the next start when it is cut off.
  func withdraw(_ job: JobRecord) async {
    do throws(EngineError) {
      var job = job
      job.state = .cancelling
      job.message = ""
      let leaving = job
      try await engine.gate.alone { () async throws(EngineError) in
        engine.install(EngineView(active: engine.currentView().active, next: nil))
        try await engine.save(leaving)
      }
      if job.startedEmpty { try await dropEmbeddings(of: next.id) }
      var isDone = false
      while !isDone {
        isDone = try await translating { () async throws(StoreError) in
          try await engine.store.dropEmbeddings(of: leaving.id)
        }
      }
      job.state = .cancelled
      job.finishedAt = Int64(Date().timeIntervalSince1970 * 1000)
      try await engine.save(job)
      engine.logger.info("reindex cancelled", metadata: ["job": "\(job.id.value)"])
    } catch {
      engine.logger.error("reindex could not be cancelled", metadata: ["reason": "\(error.reason)"])
    }
  }

  private func fail(_ job: JobRecord, _ error: EngineError) async {
    do throws(EngineError) {
      try await leave(job, .failed, message: error.message)
    } catch {
      engine.logger.error("reindex could not be marked as failed", metadata: ["reason": "\(error.reason)"])
    }
  }

  /// Ends the job without a switch: enrolments no longer embed under the next model.
  private func leave(_ job: JobRecord, _ state: JobState, message: String) async throws(EngineError) {
    var ended = job
    ended.state = state
    ended.message = String(message.prefix(300))
    ended.finishedAt = Int64(Date().timeIntervalSince1970 * 1000)
    try await engine.gate.alone { [ended] () async throws(EngineError) in
      engine.install(EngineView(active: engine.currentView().active, next: nil))
      try await engine.save(ended)
    }
  }

  private func dropEmbeddings(of model: ModelID) async throws(EngineError) {
    try await translating { () async throws(StoreError) in try await engine.store.deleteEmbeddings(model: model) }
  }
}
