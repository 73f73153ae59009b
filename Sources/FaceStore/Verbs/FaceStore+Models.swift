package import FaceTypes

extension FaceStore {
  /// Makes a model known, as a candidate; a model that is known gets the new label and stays as it is.
  ///
  /// - Parameters:
  ///   - label: for people, at most `StoreLimits.labelBytes`.
  ///   - embeddingSize: components of an embedding, 1 to `StoreLimits.embeddingSize`.
  /// - Throws: `invalidArgument`; `failedPrecondition` when the model is known with another size.
  @discardableResult
  package func putModel(
    _ id: ModelID, label: String, embeddingSize: Int
  ) async throws(StoreError) -> ModelRecord {
    guard label.utf8.count <= StoreLimits.labelBytes else {
      throw StoreError(.invalidArgument, "a model's label is at most \(StoreLimits.labelBytes) bytes")
    }
    guard (1...StoreLimits.embeddingSize).contains(embeddingSize) else {
      throw StoreError(.invalidArgument, "an embedding has 1 to \(StoreLimits.embeddingSize) components")
    }
    let now = options.now()
    // Alone, like every change of the set of models: deletions walk the committed models.
    return try await writer.submit(alone: true) { transaction throws(StoreError) in
      if var known = try transaction.find(id) {
        guard known.record.embeddingSize == embeddingSize else {
          throw StoreError(
            .failedPrecondition,
            "model \(id.short) is known with embeddings of \(known.record.embeddingSize), not \(embeddingSize), components"
          )
        }
        known.record.label = label
        transaction.put(known)
        return known.record
      }
      let record = ModelRecord(
        id: id, label: label, addedAt: now, embeddingSize: embeddingSize, state: .candidate, stateChangedAt: now)
      transaction.put(ModelEntry(number: try transaction.take(.model), record: record))
      return record
    }
  }

  /// The model, or `nil` when the store does not know it.
  package func model(_ id: ModelID) throws(StoreError) -> ModelRecord? {
    try read { view throws(StoreError) in try view.find(id)?.record }
  }

  /// All models, in the order of their ids.
  package func models() throws(StoreError) -> [ModelRecord] {
    try read { view throws(StoreError) in try view.models().map(\.record) }
  }

  /// Forgets a model with all its embeddings, whose bytes leave the files by the next `purge()`.
  ///
  /// - Throws: `notFound`; `failedPrecondition` for the active model.
  package func deleteModel(_ id: ModelID) async throws(StoreError) {
    try await writer.submit(alone: true) { transaction throws(StoreError) in
      let model = try transaction.inactiveModel(id)
      try transaction.note(.embeddings(model: model.number))
      try transaction.forgetCalibrations(of: id)
      try transaction.forgetModelFile(id)
      transaction.delete(Key.model(id))
    }
    deletionCommitted()
  }

  /// The model that probes are compared under; `nil` before the first `switchActiveModel`.
  package func activeModel() throws(StoreError) -> ModelID? {
    try read { view throws(StoreError) in try view.activeModel() }
  }

  /// Makes another model the active one, retires the one that was, and marks the job as completed: all in one write.
  ///
  /// Enrolments that are committed from then on must hold an embedding under it; those before it may lack one, so look
  /// with `facesNeedingEmbedding` once more afterwards.
  /// - Throws: `notFound` for an unknown model or job; `failedPrecondition` when the job is finished already or leads
  ///   to another model.
  package func switchActiveModel(to id: ModelID, finishing job: JobID? = nil) async throws(StoreError) {
    let now = options.now()
    try await writer.submit(alone: true) { transaction throws(StoreError) in
      var model = try transaction.model(id)
      if let job {
        var record = try transaction.job(job)
        guard record.to == id, !record.state.isFinished else {
          throw StoreError(.failedPrecondition, "job \(job) is finished or leads to another model")
        }
        record.state = .completed
        record.finishedAt = now
        record.updatedAt = now
        transaction.put(Key.job(job), record.encoded)
      }
      if let active = try transaction.activeModel(), active != id {
        var retired = try transaction.model(active)
        retired.record.state = .retired
        retired.record.stateChangedAt = now
        transaction.put(retired)
      }
      if model.record.state != .active {
        model.record.state = .active
        model.record.stateChangedAt = now
        transaction.put(model)
      }
      var writer = RecordWriter()
      writer.put(raw: id.bytes)
      transaction.put(Key.activeModel, writer.bytes)
    }
  }
}

extension Transaction {
  mutating func put(_ entry: ModelEntry) { put(Key.model(entry.record.id), entry.encoded) }

  func inactiveModel(_ id: ModelID) throws(StoreError) -> ModelEntry {
    let model = try model(id)
    guard try activeModel() != id else {
      throw StoreError(.failedPrecondition, "model \(id.short) is the active one; switch to another first")
    }
    return model
  }
}
