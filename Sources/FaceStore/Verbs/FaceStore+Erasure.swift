package import FaceTypes

extension FaceStore {
  /// Deletes faces in one write, and with them every identity that has no others; their bytes leave the files by the next
  /// `purge()`.
  ///
  /// - Parameter ids: those that are not there are passed over.
  /// - Returns: the faces that were deleted, and how many identities.
  /// - Throws: `notFound` for an unknown gallery.
  package func deleteFaces(
    _ gallery: GalleryID, _ ids: [FaceID]
  ) async throws(StoreError) -> (faces: [FaceID], identities: Int) {
    let deleted = try await writer.submit(alone: true) { transaction throws(StoreError) in
      var gallery = try transaction.gallery(gallery)
      let models = try transaction.view.models().map(\.number)
      var byIdentity: [IdentityID: [FaceID]] = [:]
      for id in ids {
        if let face = try transaction.find(id, in: gallery) { byIdentity[face.identity, default: []].append(id) }
      }
      var deleted: (faces: [FaceID], identities: Int) = ([], 0)
      for (identity, faces) in byIdentity.sorted(by: { $0.key < $1.key }) {
        if try transaction.identity(identity, in: gallery).faceCount == UInt64(faces.count) {
          deleted.faces += try transaction.deleteIdentity(identity, in: &gallery, models: models)
          deleted.identities += 1
        } else {
          for face in faces { _ = try transaction.deleteFace(face, in: &gallery, models: models) }
          deleted.faces += faces
        }
      }
      if !deleted.faces.isEmpty { transaction.put(gallery) }
      return deleted
    }
    if !deleted.faces.isEmpty { deletionCommitted() }
    return deleted
  }
}
