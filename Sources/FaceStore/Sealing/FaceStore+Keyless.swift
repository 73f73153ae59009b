internal import FaceTypes

/// What of a restored store had no key any more.
public struct KeylessFaces: Hashable, Sendable {
  /// Identities whose data key is gone: they were deleted after the backup was taken.
  public internal(set) var identities = 0
  /// The faces of those identities.
  public internal(set) var faces = 0

  /// Nothing.
  public init() {}
}

extension FaceStore {
  /// Opens a restored, encrypted store without its master key and deletes the identities whose data key is not there: they
  /// were deleted after the backup was made. Keys of nobody go too: they are of people who came later.
  package static func dropKeyless(directory: String) async throws(StoreError) -> KeylessFaces {
    var options = StoreOptions()
    (options.leavesSealed, options.createsIfMissing) = (true, false)
    let store = try FaceStore(directory: directory, options: options)
    var dropped = KeylessFaces()
    do throws(StoreError) {
      for gallery in try store.read({ view throws(StoreError) in try view.galleries() }) {
        let keyless = try store.identitiesWithoutKey(in: gallery)
        for start in stride(from: 0, to: keyless.count, by: 1_000) {
          let some = Array(keyless[start..<min(start + 1_000, keyless.count)])
          dropped.faces += try await store.deleteIdentities(gallery.id, some).count
        }
        dropped.identities += keyless.count
        try await store.dropKeysOfNobody(in: gallery)
      }
      try await store.purge()
    } catch {
      await store.close()
      throw error
    }
    await store.close()
    return dropped
  }

  private func identitiesWithoutKey(in gallery: GalleryEntry) throws(StoreError) -> [IdentityID] {
    try readFixed { view throws(StoreError) in
      var keyless: [IdentityID] = []
      try view.scan(Key.range(.identity, gallery.number)) { key, value throws(StoreError) in
        let id = IdentityID(try Key.number(1, of: key))
        let record = try IdentityRecord(value, gallery: gallery.id, id: id)
        if record.faceCount > 0, try view.value(Key.dataKey(gallery.number, id)) == nil { keyless.append(id) }
        return true
      }
      return keyless
    }
  }

  private func dropKeysOfNobody(in gallery: GalleryEntry) async throws(StoreError) {
    try await writer.submit(alone: true) { transaction throws(StoreError) in
      var kept = Set<UInt64>()
      try transaction.view.scan(Key.range(.change, gallery.number)) { key, value throws(StoreError) in
        let change = try ChangeRecord(value, gallery: gallery.id, number: try Key.number(1, of: key))
        if change.kind == .merge, change.state == .inForce { kept.insert(change.from.value) }
        return true
      }
      var nobodys: [IdentityID] = []
      try transaction.view.scan(Key.range(.dataKey, gallery.number)) { key, _ throws(StoreError) in
        let id = IdentityID(try Key.number(1, of: key))
        if !kept.contains(id.value), try transaction.find(id, in: gallery) == nil { nobodys.append(id) }
        return true
      }
      for id in nobodys {
        transaction.delete(Key.dataKey(gallery.number, id))
        try transaction.note(.faces(gallery: gallery.number, identity: id, []))
      }
    }
  }
}
