package import FaceTypes

extension FaceStore {
  /// The face, or `nil`. An unknown gallery is `notFound`.
  package func face(_ gallery: GalleryID, _ id: FaceID) throws(StoreError) -> FaceRecord? {
    try readFixed { view throws(StoreError) in try view.find(id, in: try view.gallery(gallery)) }
  }

  /// The next `limit` faces of the gallery, or of one of its identities, in the order of their ids.
  ///
  /// - Throws: `notFound` for an unknown gallery or identity.
  package func faces(
    _ gallery: GalleryID, identity: IdentityID? = nil, after: FaceID? = nil, limit: Int
  ) throws(StoreError) -> [FaceRecord] {
    try readFixed { view throws(StoreError) in
      let gallery = try view.gallery(gallery)
      guard let identity else {
        let all = Key.range(.face, gallery.number)
        return try view.list(after.map { all.after(Key.face(gallery.number, $0)) } ?? all, limit: limit) {
          key, value throws(StoreError) in
          try FaceRecord(value, gallery: gallery.id, id: FaceID(try Key.number(1, of: key)))
        }
      }
      _ = try view.identity(identity, in: gallery)
      let all = Key.range(.identityFace, gallery.number, identity.value)
      let range = after.map { all.after(Key.identityFace(gallery.number, identity, $0)) } ?? all
      return try view.list(range, limit: limit) { key, _ throws(StoreError) in
        guard let face = try view.find(FaceID(try Key.number(2, of: key)), in: gallery) else {
          throw .corrupt("identity's list of faces", "it has a face that is not there")
        }
        return face
      }
    }
  }

  /// The canonical crop as JPEG; `nil` when there is no such face or none was kept. An unknown gallery is `notFound`.
  package func crop(_ gallery: GalleryID, _ face: FaceID) throws(StoreError) -> [UInt8]? {
    try readFixed { view throws(StoreError) in
      let gallery = try view.gallery(gallery)
      guard let identity = try view.find(face, in: gallery)?.identity else { return nil }
      return try view.payload(Key.crop(gallery.number, face), of: identity, in: gallery.number)
    }
  }

  /// Deletes a face with its crop and embeddings; their bytes leave the files by the next `purge()`. Its identity
  /// stays, even without faces.
  ///
  /// - Returns: what it was.
  /// - Throws: `notFound`.
  @discardableResult
  package func deleteFace(_ gallery: GalleryID, _ id: FaceID) async throws(StoreError) -> FaceRecord {
    let face = try await writer.submit { transaction throws(StoreError) in
      var gallery = try transaction.gallery(gallery)
      // Models come and go in groups of their own, so the committed ones are all there are.
      let models = try transaction.view.models().map(\.number)
      let face = try transaction.deleteFace(id, in: &gallery, models: models)
      transaction.put(gallery)
      return face
    }
    deletionCommitted()
    return face
  }
}

extension Transaction {
  /// Deletes a face and everything of it but its gallery's counts, which are brought up to date in `gallery`.
  mutating func deleteFace(
    _ id: FaceID, in gallery: inout GalleryEntry, models: [UInt64]
  ) throws(StoreError) -> FaceRecord {
    guard let face = try find(id, in: gallery) else {
      throw StoreError(.notFound, "gallery '\(gallery.id)' has no face \(id); it may have been deleted")
    }
    var identity = try identity(face.identity, in: gallery)
    deleteKeys(ofFace: id, identity: identity.id, gallery: gallery.number, models: models)
    try leavePhotograph(face, in: gallery)
    identity.faceCount = try identity.faceCount.reduced(by: 1)
    put(identity, in: gallery)
    gallery.record.faceCount = try gallery.record.faceCount.reduced(by: 1)
    try note(.faces(gallery: gallery.number, identity: nil, [id]))
    return face
  }
}
