public import FaceStore
public import FaceTypes

extension FaceEngine {
  /// Sets some of an identity's labels and takes some away.
  ///
  /// - Throws: `GALLERY_NOT_FOUND`, `IDENTITY_NOT_FOUND`, `INVALID_ARGUMENT`.
  public func label(
    _ gallery: GalleryID, _ reference: IdentityReference, setting new: [String: String], removing keys: [String]
  ) async throws(EngineError) -> IdentityRecord {
    let identity = try requireIdentity(gallery, reference)
    return try await translating { () async throws(StoreError) in
      try await store.label(gallery, identity.id, setting: new, removing: keys)
    }
  }

  /// A page of the identities that have these labels.
  ///
  /// - Throws: `GALLERY_NOT_FOUND`.
  public func identities(
    _ gallery: GalleryID, having labels: IdentityLabels, after: IdentityID?, limit: Int
  ) throws(EngineError) -> [IdentityRecord] {
    guard labels != .none else { return try identities(gallery, after: after, limit: limit) }
    _ = try requireGallery(gallery)
    return try translating { () throws(StoreError) in
      var page: [IdentityRecord] = []
      for id in try store.identities(gallery, having: labels) where after.map({ $0 < id }) ?? true {
        // One that was deleted meanwhile is left out.
        if let record = try store.identity(gallery, id) { page.append(record) }
        if page.count == limit { break }
      }
      return page
    }
  }
}
