public import FaceStore
public import FaceTypes

extension FaceEngine {
  /// Gives a gallery out as of one change number: what it is, its identities, then its faces with crops and the active
  /// model's embeddings. It blocks: call it on a thread of its own.
  ///
  /// - Throws: what the bodies throw; `GALLERY_NOT_FOUND`, `STORE_DAMAGED`.
  public func export(
    _ gallery: GalleryID, begin: (GalleryExport) throws -> Void, identity: (IdentityRecord) throws -> Void,
    face: (ExportedFace) throws -> Void
  ) throws {
    _ = try requireGallery(gallery)
    do {
      try store.export(gallery, begin: begin, identity: identity, face: face)
    } catch let error as StoreError {
      throw EngineError(error)
    }
  }
}
