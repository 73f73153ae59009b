internal import FaceStore
internal import FaceTypes
internal import Logging

extension FaceEngine {
  /// Makes the indexes what the store says after writes have failed: a change that was answered with an error may have
  /// reached the disk all the same.
  func reconcile() async {
    do throws(EngineError) {
      try await gate.alone { [self] () async throws(EngineError) in
        for model in currentView().models { try model.reconcile(with: store) }
      }
    } catch {
      logger.error("the indexes could not be compared with the store", metadata: ["reason": "\(error.message)"])
    }
  }
}

extension ServingModel {
  /// Adds faces that the store has and an index lacks, removes those that only an index has, and gives those that moved to
  /// whom the store says. Only within
  /// `gate.alone`.
  fileprivate func reconcile(with store: FaceStore) throws(EngineError) {
    var galleries: Set<GalleryID> = []
    var last: GalleryID?
    while true {
      let page = try translating { () throws(StoreError) in try store.galleries(after: last, limit: 100) }
      for gallery in page {
        galleries.insert(gallery.id)
        try reconcile(gallery.id, with: store)
      }
      guard page.count == 100 else { break }
      last = page.last?.id
    }
    for gallery in allIndexes.keys where !galleries.contains(gallery) { dropIndex(of: gallery) }
  }

  private func reconcile(_ gallery: GalleryID, with store: FaceStore) throws(EngineError) {
    let index = index(of: gallery)
    var extra = index.faces
    var missing: [(face: FaceID, identity: IdentityID, embedding: Embedding)] = []
    var moved: [IdentityID: [FaceID]] = [:]
    do {
      try store.forEachEmbedding(gallery, model: id) { face, identity, vector in
        guard extra.remove(face) == nil else {
          if index.owner(of: face) != identity { moved[identity, default: []].append(face) }
          return
        }
        missing.append((face, identity, Embedding(unit: vector.indices.map { vector[$0] })))
      }
    } catch let error as StoreError {
      throw EngineError(error)
    } catch {
      throw EngineError(.internal, "STORE_FAILED", "\(error)")
    }
    for (identity, faces) in moved { index.move(faces, to: identity) }
    for face in extra { index.remove(face) }
    for (face, identity, embedding) in missing { try index.add(face, of: identity, embedding) }
  }
}
