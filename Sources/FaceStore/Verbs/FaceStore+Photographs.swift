package import FaceTypes

extension FaceStore {
  /// The faces of a photograph that are enrolled under an identity.
  ///
  /// - Parameter digest: the SHA-256 of the photograph's bytes.
  /// - Throws: `notFound` for an unknown gallery.
  package func faces(
    _ gallery: GalleryID, of identity: IdentityID, photograph digest: [UInt8]
  ) throws(StoreError) -> [FaceID] {
    try readFixed { view throws(StoreError) in
      try view.photograph(view.hash(digest), of: identity, in: try view.gallery(gallery))?.faces ?? []
    }
  }
}
