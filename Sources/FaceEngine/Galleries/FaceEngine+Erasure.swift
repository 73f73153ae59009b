internal import FaceStore
public import FaceTypes
public import Foundation

extension FaceEngine {
  /// Faces that one step of an erasure deletes.
  private static let erasureStep = 500

  /// Deletes the faces of a gallery that were enrolled before a moment, and the identities that have no others; when it
  /// returns, the bytes have left the disk. It walks the oldest faces alone, so it takes as long as there is to erase.
  ///
  /// - Returns: how many there were; none where nothing was old enough.
  /// - Throws: `GALLERY_NOT_FOUND`.
  public func eraseFaces(
    _ gallery: GalleryID, enrolledBefore moment: Date
  ) async throws(EngineError) -> (faces: Int, identities: Int) {
    _ = try requireGallery(gallery)
    let limit = Int64(moment.timeIntervalSince1970 * 1000)
    var erased = (faces: 0, identities: 0)
    while true {
      let step = try await gate.alone { [self] () async throws(EngineError) -> (faces: Int, identities: Int) in
        try await eraseSome(gallery, before: limit)
      }
      erased.faces += step.faces
      erased.identities += step.identities
      guard step.faces == Self.erasureStep else { break }
    }
    guard erased.faces > 0 else { return erased }
    await checkpoints.takeAway(gallery)
    try await translating { () async throws(StoreError) in try await store.purge() }
    return erased
  }

  private func eraseSome(_ gallery: GalleryID, before limit: Int64) async throws(EngineError) -> (Int, Int) {
    let (deleted, identities) = try await translating { () async throws(StoreError) in
      // Numbers are given out in the order of enrolment.
      let oldest = try store.faces(gallery, limit: Self.erasureStep).prefix { $0.createdAt < limit }
      guard !oldest.isEmpty else { return ([FaceID](), 0) }
      return try await store.deleteFaces(gallery, oldest.map(\.id))
    }
    for model in currentView().models {
      let index = model.index(of: gallery)
      for face in deleted { index.remove(face) }
    }
    return (deleted.count, identities)
  }
}
