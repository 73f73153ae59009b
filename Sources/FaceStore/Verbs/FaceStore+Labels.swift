package import FaceTypes

extension FaceStore {
  /// Sets some of an identity's labels and takes some away.
  ///
  /// - Throws: `notFound`; `invalidArgument` for labels that may not be, and where they become too many.
  @discardableResult
  package func label(
    _ gallery: GalleryID, _ id: IdentityID, setting new: [String: String], removing keys: [String]
  ) async throws(StoreError) -> IdentityRecord {
    try await writer.submit { transaction throws(StoreError) in
      let gallery = try transaction.gallery(gallery)
      var record = try transaction.identity(id, in: gallery)
      do throws(InvalidName) {
        record.labels = try record.labels.changed(setting: new, removing: keys)
      } catch {
        throw StoreError(.invalidArgument, error.message)
      }
      transaction.put(record, in: gallery)
      return record
    }
  }

  /// Every identity that has these labels. It reads the records of all.
  ///
  /// - Throws: `notFound` for an unknown gallery.
  package func identities(_ gallery: GalleryID, having labels: IdentityLabels) throws(StoreError) -> [IdentityID] {
    try readFixed { view throws(StoreError) in
      var found: [IdentityID] = []
      try view.scan(Key.range(.identity, try view.gallery(gallery).number)) { key, value throws(StoreError) in
        let id = IdentityID(try Key.number(1, of: key))
        if try IdentityRecord(value, gallery: gallery, id: id).labels.contain(labels) { found.append(id) }
        return true
      }
      return found
    }
  }
}
