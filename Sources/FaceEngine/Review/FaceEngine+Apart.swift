public import FaceStore
public import FaceTypes

extension FaceEngine {
  /// Notes that two identities are not the same person, or forgets it. A review does not tell them as duplicates, an
  /// enrolment of one is not found to look like the other, and a search that cannot tell them apart says so.
  ///
  /// - Throws: `GALLERY_NOT_FOUND`, `IDENTITY_NOT_FOUND`, `INVALID_ARGUMENT`.
  public func setApart(
    _ gallery: GalleryID, _ a: IdentityReference, _ b: IdentityReference, _ isApart: Bool
  ) async throws(EngineError) -> (IdentityRecord, IdentityRecord) {
    let (a, b) = (try requireIdentity(gallery, a), try requireIdentity(gallery, b))
    try await translating { () async throws(StoreError) in try await store.setApart(gallery, a.id, b.id, isApart) }
    return (a, b)
  }

  /// A page of the pairs that are kept apart.
  ///
  /// - Throws: `GALLERY_NOT_FOUND`.
  public func apartPairs(
    _ gallery: GalleryID, after: (IdentityID, IdentityID)?, limit: Int
  ) throws(EngineError) -> [ApartPair] {
    _ = try requireGallery(gallery)
    return try translating { () throws(StoreError) in try store.apartPairs(gallery, after: after, limit: limit) }
  }

  func apart(_ gallery: GalleryID, from identity: IdentityID) throws(EngineError) -> Set<IdentityID> {
    try translating { () throws(StoreError) in try store.apart(gallery, from: identity) }
  }
}
