internal import FaceStore
public import FaceTypes
public import Foundation

extension FaceEngine {
  /// Faces that one step of an erasure looks at.
  private static let erasureStep = 500

  /// Deletes the faces of a gallery that were enrolled before a moment, and the identities that have no others; when it
  /// returns, the bytes have left the disk. It reads every face's record: what was imported may be older than what stands
  /// before it. Of several daemons one does it.
  ///
  /// - Returns: how many there were, none where nothing was old enough or another daemon is at it; and what the search server said, where one searches.
  /// - Throws: `GALLERY_NOT_FOUND`.
  public func eraseFaces(
    _ gallery: GalleryID, enrolledBefore moment: Date
  ) async throws(EngineError) -> (faces: Int, identities: Int, search: SearchErasure?) {
    _ = try requireGallery(gallery)
    guard let lease = try translating({ () throws(StoreError) in try store.lease(.retention) }) else {
      return (0, 0, nil)
    }
    defer { withExtendedLifetime(lease) {} }
    let limit = Int64(moment.timeIntervalSince1970 * 1000)
    var erased = (faces: 0, identities: 0)
    var last: FaceID?
    while true {
      let page = try translating { () throws(StoreError) in
        try store.faces(gallery, after: last, limit: Self.erasureStep)
      }
      let old = page.filter { $0.createdAt < limit }.map(\.id)
      if !old.isEmpty {
        let step = try await gate.alone { [self] () async throws(EngineError) in try await erase(old, gallery) }
        erased.faces += step.faces
        erased.identities += step.identities
      }
      guard page.count == Self.erasureStep else { break }
      last = page.last?.id
    }
    guard erased.faces > 0 else { return (0, 0, nil) }
    await checkpoints.takeAway(gallery)
    try await translating { () async throws(StoreError) in try await store.purge() }
    return (erased.faces, erased.identities, await settleSearch(compacting: true))
  }

  private func erase(
    _ faces: [FaceID], _ gallery: GalleryID
  ) async throws(EngineError) -> (faces: Int, identities: Int) {
    let (deleted, identities) = try await translating { () async throws(StoreError) in
      try await store.deleteFaces(gallery, faces)
    }
    for model in currentView().models {
      let index = model.index(of: gallery)
      for face in deleted { index.remove(face) }
    }
    return (deleted.count, identities)
  }
}
