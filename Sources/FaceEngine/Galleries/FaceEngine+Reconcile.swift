internal import FaceStore
internal import FaceTypes
internal import Logging

extension FaceEngine {
  /// Makes the indexes what the store says after writes have failed: a change that was answered with an error may have
  /// reached the disk all the same.
  func reconcile() async {
    do throws(EngineError) {
      try await gate.alone { [self] () async throws(EngineError) in
        var changed: Set<GalleryID> = []
        let view = currentView()
        try view.active.reconcile(with: store, orElse: view.active.stand, removals: &changed)
        try view.next?.reconcile(with: store, orElse: nil, removals: &changed)
        for gallery in changed { await checkpoints.takeAway(gallery) }
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
  fileprivate func reconcile(
    with store: FaceStore, orElse stand: ModelID?, removals: inout Set<GalleryID>
  ) throws(EngineError) {
    var galleries: Set<GalleryID> = []
    var last: GalleryID?
    while true {
      let page = try translating { () throws(StoreError) in try store.galleries(after: last, limit: 100) }
      for gallery in page {
        galleries.insert(gallery.id)
        if try reconcile(gallery.id, with: store, orElse: stand) { removals.insert(gallery.id) }
      }
      guard page.count == 100 else { break }
      last = page.last?.id
    }
    for gallery in allIndexes.keys where !galleries.contains(gallery) {
      dropIndex(of: gallery)
      removals.insert(gallery)
    }
  }

  /// - Returns: whether faces were removed.
  func reconcile(
    _ gallery: GalleryID, with store: FaceStore, orElse stand: ModelID?
  ) throws(EngineError) -> Bool {
    let index = index(of: gallery)
    var extra = index.faces
    var missing: [(face: FaceID, identity: IdentityID, embedding: Embedding)] = []
    var moved: [IdentityID: [FaceID]] = [:]
    do {
      try store.forEachEmbedding(gallery, model: id, orElse: stand) { face, identity, vector in
        guard extra.remove(face) == nil else {
          if index.owner(of: face) != identity { moved[identity, default: []].append(face) }
          return
        }
        missing.append((face, identity, Embedding(unit: vector.indices.map { vector[$0] })))
      }
    } catch let error as StoreError {
      throw EngineError(error)
    } catch {
      throw EngineError(.internal, .storeFailed, "\(error)")
    }
    for (identity, faces) in moved { index.move(faces, to: identity) }
    for face in extra { index.remove(face) }
    for (face, identity, embedding) in missing { try index.add(face, of: identity, embedding) }
    return !extra.isEmpty
  }
}

extension GalleryIndex {
  /// Makes an index that was read from a file what the store says by now: whose face each is decides. A face never gets
  /// another embedding under the same model; where a compatible model's stands in, the file goes when all have their own.
  ///
  /// - Returns: whether faces were removed.
  func catchUp(
    _ gallery: GalleryID, _ model: ModelID, orElse stand: ModelID?, with store: FaceStore
  ) throws(EngineError) -> Bool {
    let known = identities
    var missing: [(face: FaceID, identity: IdentityID)] = []
    var moved: [FaceID] = []
    var seen = 0
    try translating { () throws(StoreError) in
      try store.forEachFace(gallery) { face, identity in
        switch known[face] {
        case identity: seen += 1
        case nil: missing.append((face, identity))
        default:
          seen += 1
          moved.append(face)
          missing.append((face, identity))
        }
      }
    }
    var isGone = false
    if seen < known.count {
      var extra = Set(known.keys)
      try translating { () throws(StoreError) in try store.forEachFace(gallery) { face, _ in extra.remove(face) } }
      for face in extra { remove(face) }
      isGone = !extra.isEmpty
    }
    for face in moved { remove(face) }
    var (faces, values): ([(face: FaceID, identity: IdentityID)], [Float]) = ([], [])
    for (face, identity) in missing {
      let embedding = try translating { () throws(StoreError) in
        try store.embedding(gallery, model: model, orElse: stand, face: face)
      }
      // A face may have none: its crop was not kept when the model came.
      guard let embedding, embedding.isUnit else { continue }
      faces.append((face, identity))
      values += embedding.values
    }
    if !faces.isEmpty { try add(contentsOf: faces, values: values) }
    return isGone
  }
}

extension Embedding {
  /// Whether it can be searched with.
  var isUnit: Bool { abs(values.reduce(0) { $0 + $1 * $1 } - 1) <= StoreLimits.normTolerance }
}
