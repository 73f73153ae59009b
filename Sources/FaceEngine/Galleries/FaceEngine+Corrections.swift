public import FaceStore
public import FaceTypes

/// A correction, and the identity that it is best seen at: the one merged into, split off or moved to.
public struct Correction: Sendable {
  /// The entry in the gallery's history.
  public let change: ChangeRecord
  /// As it is after the correction.
  public let identity: IdentityRecord
}

extension FaceEngine {
  /// Gives all faces of one identity to another, and takes the first away.
  /// - Throws: `GALLERY_NOT_FOUND`, `IDENTITY_NOT_FOUND`, `INVALID_ARGUMENT`.
  public func mergeIdentities(
    _ gallery: GalleryID, _ from: IdentityReference, into: IdentityReference
  ) async throws(EngineError) -> Correction {
    let (from, into) = (try requireIdentity(gallery, from).id, try requireIdentity(gallery, into).id)
    return try await correct(gallery) { store throws(StoreError) in
      try await store.mergeIdentities(gallery, from, into: into)
    }
  }

  /// Gives some faces of an identity to a new one.
  /// - Throws: as merging; `ALREADY_EXISTS` where an identity has the name; `NOT_FOUND` for a face that is not there.
  public func splitIdentity(
    _ gallery: GalleryID, _ from: IdentityReference, _ faces: [FaceID], as name: DisplayName
  ) async throws(EngineError) -> Correction {
    let from = try requireIdentity(gallery, from).id
    return try await correct(gallery) { store throws(StoreError) in
      try await store.splitIdentity(gallery, from, faces, as: name)
    }
  }

  /// Gives faces of one identity to another.
  /// - Throws: as merging; `NOT_FOUND` for a face that is not there.
  public func moveFaces(
    _ gallery: GalleryID, _ faces: [FaceID], to into: IdentityReference
  ) async throws(EngineError) -> Correction {
    let into = try requireIdentity(gallery, into).id
    return try await correct(gallery) { store throws(StoreError) in
      try await store.moveFaces(gallery, faces, to: into)
    }
  }

  /// Takes a change back.
  /// - Throws: `NOT_FOUND`; `FAILED_PRECONDITION` where it was undone, is erased, or a later change stands in its way.
  public func undoChange(_ gallery: GalleryID, _ number: UInt64) async throws(EngineError) -> Correction {
    _ = try requireGallery(gallery)
    return try await correct(gallery) { store throws(StoreError) in try await store.undoChange(gallery, number) }
  }

  /// The gallery's last changes, newest first.
  public func changes(
    _ gallery: GalleryID, before: UInt64?, limit: Int
  ) throws(EngineError) -> [ChangeRecord] {
    _ = try requireGallery(gallery)
    return try translating { () throws(StoreError) in try store.changes(gallery, before: before, limit: limit) }
  }

  /// The identity, where it is still there.
  public func identity(_ gallery: GalleryID, _ id: IdentityID) throws(EngineError) -> IdentityRecord? {
    try translating { () throws(StoreError) in try store.identity(gallery, id) }
  }

  /// Durable first, then visible, while nothing else changes.
  private func correct(
    _ gallery: GalleryID, _ body: @Sendable (FaceStore) async throws(StoreError) -> CorrectionResult
  ) async throws(EngineError) -> Correction {
    try await gate.alone { [self] () async throws(EngineError) in
      let result = try await translating { () async throws(StoreError) in try await body(store) }
      for model in currentView().models { model.index(of: gallery).move(result.moved, to: result.owner) }
      return Correction(change: result.change, identity: try requireIdentity(gallery, .id(result.owner)))
    }
  }
}
