package import FaceTypes

/// A face as the store has it now.
package struct FaceNow: Sendable {
  package let identity: IdentityID
  /// Under the models that were asked for, where it has one.
  package let embeddings: [ModelID: Embedding]
}

/// What somebody wants of a job that another daemon runs.
package enum JobWish: UInt8, Sendable {
  case pause = 1
  case cancel = 2
}

extension FaceStore {
  /// Those of some faces that are there, as of one moment; none where the gallery is not there.
  ///
  /// - Parameter models: each with a compatible model whose embedding does where the face has none.
  package func now(
    _ gallery: GalleryID, _ faces: [FaceID], under models: [(ModelID, orElse: ModelID?)]
  ) throws(StoreError) -> [FaceID: FaceNow] {
    try readFixed { view throws(StoreError) in
      guard let gallery = try view.find(gallery) else { return [:] }
      var entries: [(ModelEntry, orElse: ModelEntry?)] = []
      for (model, other) in models {
        guard let entry = try view.find(model) else { continue }
        entries.append((entry, try view.compatible(other, with: model)))
      }
      let records = try view.records.values(faces.map { Key.face(gallery.number, $0) })
      var stored: [[UInt8]: [UInt8]] = [:]
      for model in entries.flatMap({ [Optional($0.0), $0.orElse].compactMap(\.self) }) {
        let keys = faces.map { Key.embedding(model: model.number, gallery.number, $0) }
        stored.merge(try view.records.values(keys)) { $1 }
      }
      var now: [FaceID: FaceNow] = [:]
      for face in faces {
        guard let value = records[Key.face(gallery.number, face)] else { continue }
        let identity = try FaceRecord(value, gallery: gallery.id, id: face).identity
        var embeddings: [ModelID: Embedding] = [:]
        for (model, other) in entries {
          for entry in [model, other].compactMap(\.self) where embeddings[model.record.id] == nil {
            let key = Key.embedding(model: entry.number, gallery.number, face)
            guard let sealed = stored[key] else { continue }
            let bytes = try view.plain(sealed, at: key, of: identity, in: gallery.number)
            embeddings[model.record.id] = try Embedding(stored: bytes, size: entry.record.embeddingSize)
          }
        }
        now[face] = FaceNow(identity: identity, embeddings: embeddings)
      }
      return now
    }
  }

  /// Leaves a wish for the daemon that runs a job.
  package func putJobWish(_ job: JobID, _ wish: JobWish) async throws(StoreError) {
    try await writer.submit { transaction throws(StoreError) in
      guard try !transaction.job(job).state.isFinished else {
        throw StoreError(.failedPrecondition, "job \(job) is finished")
      }
      transaction.put(Key.jobWish(job), [wish.rawValue])
    }
  }

  /// The wish that was left for a job, and nothing afterwards.
  package func takeJobWish(_ job: JobID) async throws(StoreError) -> JobWish? {
    guard isShared, let value = try read({ view throws(StoreError) in try view.value(Key.jobWish(job)) }) else {
      return nil
    }
    try await writer.submit { transaction throws(StoreError) in transaction.delete(Key.jobWish(job)) }
    return value.first.flatMap { JobWish(rawValue: $0) }
  }

  /// Refuses changes until the server answers again, where somebody else has found that it does not.
  package func noteUnavailable(_ reason: String) { writer.fail(StoreError(.unavailable, reason)) }
}
