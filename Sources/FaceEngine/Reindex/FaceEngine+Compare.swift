internal import FaceStore
internal import FaceTypes

extension FaceEngine {
  /// What the switch of an unfinished job would change, over the faces that have vectors of both models by now.
  ///
  /// - Throws: `JOB_NOT_FOUND`, `JOB_ENDED`, `NOTHING_TO_COMPARE` for a job between compatible models.
  public func compareModels(_ number: UInt64?) async throws(EngineError) -> ModelComparison {
    let job = try reindexJob(number)
    guard !job.state.isFinished else {
      throw EngineError(
        .failedPrecondition, .jobEnded,
        "job \(job.id.value) has ended; models are compared before the switch (`facectl reindex start --ask` stops there)"
      )
    }
    let view = currentView()
    guard let next = view.next, next.id == job.to else {
      throw EngineError(
        .failedPrecondition, .nothingToCompare,
        "the models are compatible, so job \(job.id.value) switched at once; start with --ask to compare first")
    }
    return try await pool.run { [self] () throws(EngineError) in
      var comparison = try compare(view.active, next)
      comparison.leftOutCount = job.skipped
      comparison.leftOut = try leftOut(of: job)
      return comparison
    }
  }

  /// Searches a sample of enrolled faces under both models: every gallery by its share of the faces.
  func compare(_ active: ServingModel, _ next: ServingModel) throws(EngineError) -> ModelComparison {
    var result = ModelComparison(before: active.id, after: next.id)
    let indexes = next.allIndexes.sorted { $0.key < $1.key }
    let total = max(1, indexes.reduce(0) { $0 + $1.value.count })
    for (gallery, index) in indexes {
      // A gallery of few faces still has some.
      let share = min(
        ModelComparison.faceLimit - result.compared,
        (ModelComparison.faceLimit * index.count + total - 1) / total)
      guard share > 0 else { continue }
      for face in index.sample(share) {
        guard let owner = index.owner(of: face), let old = try look(face, of: owner, gallery, active),
          let new = try look(face, of: owner, gallery, next)
        else { continue }
        result.compared += 1
        result.before.note(old)
        result.after.note(new)
        if old.nearest.identity == new.nearest.identity {
          result.agreed += 1
        } else {
          result.changes.append(try change(face, of: owner, gallery, old, new))
        }
      }
    }
    result.before.sort()
    result.after.sort()
    return result
  }

  /// One face under one model.
  fileprivate struct Look {
    let own: Float
    let other: NearestIdentity?
    let nearest: NearestIdentity
    let threshold: Float
  }

  private func look(
    _ face: FaceID, of owner: IdentityID, _ gallery: GalleryID, _ model: ServingModel
  ) throws(EngineError) -> Look? {
    let embedding = try translating { () throws(StoreError) in
      try store.embedding(gallery, model: model.id, face: face)
    }
    guard let embedding else { return nil }
    let index = model.index(of: gallery)
    let itself = try index.search(embedding, count: 1, excluding: face, subset: .only([owner]))
    let others = try index.search(embedding, count: 1, excluding: face, subset: .except([owner]))
    guard let own = itself.identities.first else { return nil }
    let other = others.identities.first
    var templates = others.templates
    for group in itself.templates.groups { templates.add(group.faces, group.count) }
    let table = try searchCalibration(gallery, model).table
    let rule = DecisionRule(table, .falsePositiveRate(options.falsePositiveRate), templates)
    let nearest = if let other, other.distance < own.distance { other } else { own }
    return Look(own: own.distance, other: other, nearest: nearest, threshold: rule.threshold)
  }

  private func change(
    _ face: FaceID, of owner: IdentityID, _ gallery: GalleryID, _ old: Look, _ new: Look
  ) throws(EngineError) -> ModelComparison.Change {
    func near(_ found: NearestIdentity) throws(EngineError) -> ModelComparison.Near {
      .init(identity: found.identity, name: try name(of: found.identity, gallery), distance: found.distance)
    }
    return ModelComparison.Change(
      gallery: gallery, face: face, identity: owner, name: try name(of: owner, gallery), before: try near(old.nearest),
      after: try near(new.nearest))
  }

  /// Empty for an identity that was deleted since.
  private func name(of identity: IdentityID, _ gallery: GalleryID) throws(EngineError) -> String {
    try translating { () throws(StoreError) in try store.identity(gallery, identity)?.name.text ?? "" }
  }

  /// Faces that the job has passed and that have no vector of its model.
  private func leftOut(of job: JobRecord) throws(EngineError) -> [ModelComparison.LeftOut] {
    guard let position = job.position else { return [] }
    let lacking = try translating { () throws(StoreError) in
      try store.facesNeedingEmbedding(model: job.to, limit: ModelComparison.leftOutLimit)
    }
    var found: [ModelComparison.LeftOut] = []
    for face in lacking where face.position <= position {
      found.append(
        ModelComparison.LeftOut(
          gallery: face.gallery, face: face.face, identity: face.identity,
          name: try name(of: face.identity, face.gallery), reason: face.hasCrop ? .cropDamaged : .noCrop))
    }
    return found
  }
}

extension ModelComparison.Distances {
  fileprivate mutating func note(_ look: FaceEngine.Look) {
    own.append(look.own)
    if look.own <= look.threshold { ownWithin += 1 }
    guard let other = look.other else { return }
    others.append(other.distance)
    if other.distance <= look.threshold { othersWithin += 1 }
  }

  fileprivate mutating func sort() {
    own.sort()
    others.sort()
  }
}
