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

  /// Faces embedded between two looks at whether to go on: about half a second on one core.
  private static let step = 32
  /// Searched under both models before the switch.
  private static let comparedFaces = 200

  func run(_ started: JobRecord) async {
    var job = started
    do throws(EngineError) {
      while try await advance(&job) {
        switch engine.reindexing.withLock({ $0.wish }) {
        case .goOn: continue
        case .pause: return
        case .cancel: return try await drop(job)
        }
      }
      job.message = try agreement()
      try await complete(job)
    } catch {
      engine.logger.error("reindex failed", metadata: ["job": "\(job.id.value)", "reason": "\(error.reason)"])
      await fail(job, error)
    }
  }

  /// Embeds the next few faces. False when none is left.
  private func advance(_ job: inout JobRecord) async throws(EngineError) -> Bool {
    let position = job.position
    let faces = try translating { () throws(StoreError) in
      try engine.store.facesNeedingEmbedding(model: next.id, after: position, limit: Self.step)
    }
    guard let last = faces.last else { return false }
    let embedded = try await embedPatiently(faces.filter(\.hasCrop))
    let stored = try await engine.gate.alone { () async throws(EngineError) in try await keep(embedded) }
    job.done += UInt64(stored)
    job.skipped += UInt64(faces.count - embedded.count)
    job.position = last.position
    try await engine.save(job)
    return true
  }

  private typealias Embedded = (face: FaceNeedingEmbedding, embedding: Embedding)

  /// Requests go first: where they fill the queue, the job waits.
  private func embedPatiently(_ faces: [FaceNeedingEmbedding]) async throws(EngineError) -> [Embedded] {
    while true {
      do throws(EngineError) {
        return try await engine.pool.run { () throws(EngineError) in try embed(faces) }
      } catch {
        guard error.reason == "BUSY" else { throw error }
      }
      try? await Task.sleep(for: .milliseconds(100))
    }
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
  private func keep(_ embedded: [Embedded]) async throws(EngineError) -> Int {
    var count = 0
    for (gallery, group) in Dictionary(grouping: embedded, by: \.face.gallery) {
      let stored = try await translating { () async throws(StoreError) in
        try await engine.store.putEmbeddings(gallery, model: next.id, group.map { ($0.face.face, $0.embedding) })
      }
      let kept = Set(stored)
      let index = next.index(of: gallery)
      for entry in group where kept.contains(entry.face.face) {
        try index.add(entry.face.face, of: entry.face.identity, entry.embedding)
      }
      count += kept.count
    }
    return count
  }

  /// How often both models agree on whose face is nearest to an enrolled one.
  private func agreement() throws(EngineError) -> String {
    let active = engine.currentView().active
    var agreed = 0
    var asked = 0
    var last: GalleryID?
    while asked < Self.comparedFaces {
      let page = try engine.galleries(after: last, limit: 100)
      for gallery in page {
        for face in next.index(of: gallery.id).sample(Self.comparedFaces - asked) {
          let under = try [active, next].map { (model) throws(EngineError) in try nearest(face, gallery.id, model) }
          guard let old = under[0], let new = under[1] else { continue }
          asked += 1
          if old == new { agreed += 1 }
        }
      }
      guard page.count == 100 else { break }
      last = page.last?.id
    }
    return asked == 0 ? "" : "the nearest other face was of the same identity for \(agreed) of \(asked) faces"
  }

  private func nearest(
    _ face: FaceID, _ gallery: GalleryID, _ model: ServingModel
  ) throws(EngineError) -> IdentityID? {
    let embedding = try translating { () throws(StoreError) in
      try engine.store.embedding(gallery, model: model.id, face: face)
    }
    guard let embedding else { return nil }
    return try model.index(of: gallery).search(embedding, count: 1, excluding: face).identities.first?.identity
  }

  /// One batch makes the new model the active one; one assignment makes it answer. The old model's embeddings stay,
  /// so that going back is quick; any third model's are dropped.
  private func complete(_ job: JobRecord) async throws(EngineError) {
    try await engine.save(job)
    let previous = engine.activeModel
    try await engine.gate.alone { () async throws(EngineError) in
      try await translating { () async throws(StoreError) in
        try await engine.store.switchActiveModel(to: next.id, finishing: job.id)
      }
      engine.install(EngineView(active: next, next: nil))
    }
    engine.logger.info("reindex done", metadata: ["job": "\(job.id.value)", "model": "\(next.id.short)"])
    let models = try translating { () throws(StoreError) in try engine.store.models() }
    for model in models where model.id != next.id && model.id != previous {
      try await dropEmbeddings(of: model.id)
    }
  }

  private func drop(_ job: JobRecord) async throws(EngineError) {
    try await leave(job, .cancelled, message: "")
    try await dropEmbeddings(of: next.id)
    engine.logger.info("reindex cancelled", metadata: ["job": "\(job.id.value)"])
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
    ended.message = message
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
