public import FaceStore
public import FaceTypes

extension FaceEngine {
  /// Makes an empty gallery. `keepsCrops` cannot be changed later; without crops a later model cannot carry its faces
  /// over.
  ///
  /// - Throws: `ALREADY_EXISTS`; `INVALID_ARGUMENT` for a description that is too long.
  public func createGallery(
    _ id: GalleryID, description: String, keepsCrops: Bool, policy: EnrolmentPolicy = .warn
  ) async throws(EngineError) -> GalleryRecord {
    try await translating { () async throws(StoreError) in
      try await store.createGallery(id, description: description, keepsCrops: keepsCrops, policy: policy)
    }
  }

  /// Changes what can be changed of a gallery; nil leaves it.
  /// - Throws: `GALLERY_NOT_FOUND`, `INVALID_ARGUMENT`.
  public func updateGallery(
    _ id: GalleryID, description: String?, policy: EnrolmentPolicy?
  ) async throws(EngineError) -> GalleryRecord {
    _ = try requireGallery(id)
    return try await translating { () async throws(StoreError) in
      try await store.updateGallery(id, description: description, policy: policy)
    }
  }

  /// - Throws: `GALLERY_NOT_FOUND`.
  public func requireGallery(_ id: GalleryID) throws(EngineError) -> GalleryRecord {
    let record = try translating { () throws(StoreError) in try store.gallery(id) }
    guard let record else {
      throw EngineError(
        .notFound, .galleryNotFound, "there is no gallery '\(id)'; make it with `facectl gallery create \(id)`")
    }
    return record
  }

  /// Galleries in the order of their names, at most `limit`, from the one behind `after` on; nil begins with the first.
  public func galleries(after: GalleryID?, limit: Int) throws(EngineError) -> [GalleryRecord] {
    try translating { () throws(StoreError) in try store.galleries(after: after, limit: limit) }
  }

  /// Deletes everything in the gallery; when it returns, the bytes have left the disk.
  public func deleteGallery(_ id: GalleryID) async throws(EngineError) {
    _ = try requireGallery(id)
    try await gate.alone { [self] () async throws(EngineError) in
      _ = try await translating { () async throws(StoreError) in try await store.deleteGallery(id) }
      for model in currentView().models { model.dropIndex(of: id) }
    }
    await checkpoints.takeAway(id)
    try await purge()
  }

  /// - Throws: `IDENTITY_NOT_FOUND`, `GALLERY_NOT_FOUND`.
  public func requireIdentity(
    _ gallery: GalleryID, _ reference: IdentityReference
  ) throws(EngineError) -> IdentityRecord {
    _ = try requireGallery(gallery)
    let record = try translating { () throws(StoreError) in
      switch reference {
      case .id(let id): try store.identity(gallery, id)
      case .named(let name): try store.identity(gallery, named: name)
      }
    }
    guard let record else {
      throw EngineError(
        .notFound, .identityNotFound,
        "gallery '\(gallery)' has no identity \(reference); `facectl identity list` shows who is in it")
    }
    return record
  }

  /// A gallery's identities in the order of their numbers, at most `limit`, from the one behind `after` on.
  ///
  /// - Throws: `GALLERY_NOT_FOUND`.
  public func identities(
    _ gallery: GalleryID, after: IdentityID?, limit: Int
  ) throws(EngineError) -> [IdentityRecord] {
    _ = try requireGallery(gallery)
    return try translating { () throws(StoreError) in try store.identities(gallery, after: after, limit: limit) }
  }

  /// Makes an identity without faces.
  /// - Throws: `GALLERY_NOT_FOUND`; `ALREADY_EXISTS` where an identity of the gallery has the name.
  public func createIdentity(_ gallery: GalleryID, named name: DisplayName) async throws(EngineError) -> IdentityRecord
  {
    _ = try requireGallery(gallery)
    return try await translating { () async throws(StoreError) in
      try await store.createIdentity(gallery, named: name)
    }
  }

  /// - Throws: `ALREADY_EXISTS` where another identity has the name.
  public func renameIdentity(
    _ gallery: GalleryID, _ reference: IdentityReference, to name: DisplayName
  ) async throws(EngineError) -> IdentityRecord {
    let identity = try requireIdentity(gallery, reference)
    return try await translating { () async throws(StoreError) in
      try await store.renameIdentity(gallery, identity.id, to: name)
    }
  }

  /// Deletes the identity with all its faces; when it returns, the bytes have left the disk.
  public func deleteIdentity(_ gallery: GalleryID, _ reference: IdentityReference) async throws(EngineError) {
    _ = try await deleteIdentities(gallery, [reference])
  }

  /// Identities that one call may delete.
  public static let maximumDeletions = 1_000

  /// Deletes identities with all their faces, all of them or none; when it returns, the bytes have left the disk. However
  /// many they are, the files are purged once.
  ///
  /// - Returns: the numbers of the identities.
  /// - Throws: `IDENTITY_NOT_FOUND` for the first that is not there, `GALLERY_NOT_FOUND`, `INVALID_ARGUMENT`.
  public func deleteIdentities(
    _ gallery: GalleryID, _ references: [IdentityReference]
  ) async throws(EngineError) -> [IdentityID] {
    guard (1...Self.maximumDeletions).contains(references.count) else {
      throw EngineError(
        .invalidArgument, .invalidArgument,
        "one call deletes 1 to \(Self.maximumDeletions) identities, not \(references.count)")
    }
    var identities: [IdentityID] = []
    for reference in references {
      let id = try requireIdentity(gallery, reference).id
      if !identities.contains(id) { identities.append(id) }
    }
    try await gate.alone { [self, identities] () async throws(EngineError) in
      let faces = try await translating { () async throws(StoreError) in
        try await store.deleteIdentities(gallery, identities)
      }
      for model in currentView().models {
        let index = model.index(of: gallery)
        for face in faces { index.remove(face) }
      }
    }
    await checkpoints.takeAway(gallery)
    try await purge()
    return identities
  }

  /// A gallery's faces, or one identity's, in the order of their numbers; at most `limit`, from the one behind `after`
  /// on.
  ///
  /// - Throws: `GALLERY_NOT_FOUND`, `IDENTITY_NOT_FOUND`.
  public func faces(
    _ gallery: GalleryID, of reference: IdentityReference?, after: FaceID?, limit: Int
  ) throws(EngineError) -> [FaceRecord] {
    var identity: IdentityID?
    if let reference { identity = try requireIdentity(gallery, reference).id } else { _ = try requireGallery(gallery) }
    return try translating { () throws(StoreError) in
      try store.faces(gallery, identity: identity, after: after, limit: limit)
    }
  }

  /// - Throws: `GALLERY_NOT_FOUND`, `FACE_NOT_FOUND`.
  public func requireFace(_ gallery: GalleryID, _ face: FaceID) throws(EngineError) -> FaceRecord {
    _ = try requireGallery(gallery)
    guard let record = try translating({ () throws(StoreError) in try store.face(gallery, face) }) else {
      throw EngineError(
        .notFound, .faceNotFound, "gallery '\(gallery)' has no face \(face); it may have been deleted")
    }
    return record
  }

  /// The kept crop of a face, as JPEG.
  /// - Throws: `GALLERY_NOT_FOUND`, `FACE_NOT_FOUND`, `CROP_NOT_KEPT`.
  public func crop(_ gallery: GalleryID, _ face: FaceID) throws(EngineError) -> [UInt8] {
    _ = try requireFace(gallery, face)
    let crop = try translating { () throws(StoreError) in try store.crop(gallery, face) }
    guard let crop else {
      throw EngineError(
        .failedPrecondition, .cropNotKept, "no crop of face \(face) was kept: gallery '\(gallery)' discards crops")
    }
    return crop
  }

  /// Deletes one face; when it returns, the bytes have left the disk.
  public func deleteFace(_ gallery: GalleryID, _ face: FaceID) async throws(EngineError) {
    _ = try requireGallery(gallery)
    try await gate.alone { [self] () async throws(EngineError) in
      _ = try await translating { () async throws(StoreError) in try await store.deleteFace(gallery, face) }
      for model in currentView().models { model.index(of: gallery).remove(face) }
    }
    await checkpoints.takeAway(gallery)
    try await purge()
  }

  private func purge() async throws(EngineError) {
    try await translating { () async throws(StoreError) in try await store.purge() }
    _ = await settleSearch()
  }
}
