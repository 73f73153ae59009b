package import FaceTypes

extension FaceStore {
  /// The identity, or `nil`. An unknown gallery is `notFound`.
  package func identity(_ gallery: GalleryID, _ id: IdentityID) throws(StoreError) -> IdentityRecord? {
    try readFixed { view throws(StoreError) in try view.find(id, in: try view.gallery(gallery)) }
  }

  /// Those of some identities that are there. An unknown gallery is `notFound`.
  public func identities(
    _ gallery: GalleryID, _ ids: [IdentityID]
  ) throws(StoreError) -> [IdentityID: IdentityRecord] {
    try readFixed { view throws(StoreError) in
      let number = try view.gallery(gallery).number
      let values = try view.records.values(ids.map { Key.identity(number, $0) })
      var records: [IdentityID: IdentityRecord] = [:]
      for id in ids {
        guard let value = values[Key.identity(number, id)] else { continue }
        records[id] = try IdentityRecord(value, gallery: gallery, id: id)
      }
      return records
    }
  }

  /// The identity of that name, or `nil`. An unknown gallery is `notFound`.
  package func identity(_ gallery: GalleryID, named name: DisplayName) throws(StoreError) -> IdentityRecord? {
    try readFixed { view throws(StoreError) in try view.find(named: name, in: try view.gallery(gallery)) }
  }

  /// The next `limit` identities in the order of their ids. An unknown gallery is `notFound`.
  package func identities(
    _ gallery: GalleryID, after: IdentityID? = nil, limit: Int
  ) throws(StoreError) -> [IdentityRecord] {
    try read { view throws(StoreError) in
      let number = try view.gallery(gallery).number
      let all = Key.range(.identity, number)
      return try view.list(after.map { all.after(Key.identity(number, $0)) } ?? all, limit: limit) {
        key, value throws(StoreError) in
        try IdentityRecord(value, gallery: gallery, id: IdentityID(try Key.number(1, of: key)))
      }
    }
  }

  /// Makes an identity without faces.
  ///
  /// - Throws: `notFound` for an unknown gallery; `alreadyExists` when an identity of the gallery has the name.
  @discardableResult
  package func createIdentity(_ gallery: GalleryID, named name: DisplayName) async throws(StoreError) -> IdentityRecord
  {
    let now = options.now()
    return try await writer.submit { transaction throws(StoreError) in
      var gallery = try transaction.gallery(gallery)
      if let other = try transaction.find(named: name, in: gallery) {
        throw StoreError(.alreadyExists, "identity \(other.id) of gallery '\(gallery.id)' has that name already")
      }
      let record = IdentityRecord(
        gallery: gallery.id, id: IdentityID(try transaction.take(.identity)), name: name, createdAt: now, faceCount: 0)
      transaction.put(record, in: gallery)
      transaction.putName(of: record, in: gallery)
      gallery.record.identityCount += 1
      transaction.put(gallery)
      return record
    }
  }

  /// Gives the identity another name; its id stays. The change can be undone.
  ///
  /// - Throws: `notFound`; `alreadyExists` when another identity of the gallery has the name.
  @discardableResult
  package func renameIdentity(
    _ gallery: GalleryID, _ id: IdentityID, to name: DisplayName
  ) async throws(StoreError) -> IdentityRecord {
    let now = options.now()
    return try await writer.submit(alone: true) { transaction throws(StoreError) in
      let gallery = try transaction.gallery(gallery)
      let former = try transaction.identity(id, in: gallery)
      if let other = try transaction.find(named: name, in: gallery), other.id != id {
        throw StoreError(.alreadyExists, "identity \(other.id) of gallery '\(gallery.id)' has that name already")
      }
      guard former.name != name else { return former }
      var record = former
      transaction.delete(transaction.nameKey(record.name, in: gallery))
      record.name = name
      transaction.put(record, in: gallery)
      transaction.putName(of: record, in: gallery)
      _ = try transaction.record(
        .rename, from: id, into: id, in: gallery, now: now, ChangePayload(former: former, newName: name))
      return record
    }
  }

  /// Deletes the identity with all its faces; their bytes leave the files by the next `purge()`.
  ///
  /// - Returns: the faces that were deleted.
  /// - Throws: `notFound`.
  @discardableResult
  package func deleteIdentity(_ gallery: GalleryID, _ id: IdentityID) async throws(StoreError) -> [FaceID] {
    try await deleteIdentities(gallery, [id])
  }

  /// Deletes identities with all their faces, all of them or none, in one write.
  ///
  /// - Parameter ids: each once.
  /// - Returns: the faces that were deleted.
  /// - Throws: `notFound`.
  @discardableResult
  package func deleteIdentities(_ gallery: GalleryID, _ ids: [IdentityID]) async throws(StoreError) -> [FaceID] {
    let faces = try await writer.submit(alone: true) { transaction throws(StoreError) in
      var gallery = try transaction.gallery(gallery)
      let models = try transaction.view.models().map(\.number)
      var faces: [FaceID] = []
      for id in ids { faces += try transaction.deleteIdentity(id, in: &gallery, models: models) }
      transaction.put(gallery)
      return faces
    }
    deletionCommitted()
    return faces
  }
}

extension Transaction {
  /// Deletes an identity and everything of it but its gallery's counts, which are brought up to date in `gallery`. It
  /// walks records, so it needs a group of its own.
  mutating func deleteIdentity(
    _ id: IdentityID, in gallery: inout GalleryEntry, models: [UInt64]
  ) throws(StoreError) -> [FaceID] {
    let record = try identity(id, in: gallery)
    var faces: [FaceID] = []
    try view.scan(Key.range(.identityFace, gallery.number, id.value)) { key, _ throws(StoreError) in
      faces.append(FaceID(try Key.number(2, of: key)))
      return true
    }
    for face in faces { deleteKeys(ofFace: face, identity: id, gallery: gallery.number, models: models) }
    var photographs: [[UInt8]] = []
    try view.scan(Key.range(.photograph, gallery.number, id.value)) { key, _ throws(StoreError) in
      photographs.append(key)
      return true
    }
    for key in photographs {
      delete(key)
      // The next identity of that name does not get them back by itself.
      let hash = Array(key.suffix(PhotographRecord.hashBytes))
      put(deletedPhotographKey(hash, of: record.name, in: gallery), [])
    }
    try eraseHistory(of: id, in: gallery)
    try forgetApart(id, in: gallery)
    delete(Key.identity(gallery.number, id))
    delete(Key.dataKey(gallery.number, id))
    delete(nameKey(record.name, in: gallery))
    gallery.record.identityCount = try gallery.record.identityCount.reduced(by: 1)
    gallery.record.faceCount = try gallery.record.faceCount.reduced(by: UInt64(faces.count))
    try note(.faces(gallery: gallery.number, identity: id, faces))
    return faces
  }
}

extension Transaction {
  mutating func put(_ record: IdentityRecord, in gallery: GalleryEntry) {
    put(Key.identity(gallery.number, record.id), record.encoded)
  }

  mutating func putName(of record: IdentityRecord, in gallery: GalleryEntry) {
    var writer = RecordWriter()
    writer.put(record.id.value)
    put(nameKey(record.name, in: gallery), writer.bytes)
  }

  mutating func deleteKeys(ofFace face: FaceID, identity: IdentityID, gallery: UInt64, models: [UInt64]) {
    delete(Key.face(gallery, face))
    delete(Key.identityFace(gallery, identity, face))
    delete(Key.crop(gallery, face))
    for model in models { delete(Key.embedding(model: model, gallery, face)) }
  }
}

extension UInt64 {
  /// A count without some that were in it.
  func reduced(by count: UInt64) throws(StoreError) -> UInt64 {
    guard count <= self else { throw .corrupt("count", "there is more than it says") }
    return self - count
  }
}
