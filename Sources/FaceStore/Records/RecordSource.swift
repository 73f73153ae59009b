internal import FaceTypes

/// Something records can be looked up in: the database, a snapshot of it, or a transaction on top of it.
protocol RecordSource {
  /// Hashes the names of identities; see `SipHash`.
  var hash: SipHash { get }
  /// How crops and embeddings are sealed; nil where they are not.
  var sealing: Sealing? { get }
  func value(_ key: [UInt8]) throws(StoreError) -> [UInt8]?
}

extension RecordSource {
  func find(_ id: GalleryID) throws(StoreError) -> GalleryEntry? {
    guard let value = try value(Key.gallery(id)) else { return nil }
    return try GalleryEntry(value, id: id)
  }

  func gallery(_ id: GalleryID) throws(StoreError) -> GalleryEntry {
    guard let entry = try find(id) else {
      throw StoreError(.notFound, "there is no gallery '\(id)'; create it first")
    }
    return entry
  }

  func find(_ id: IdentityID, in gallery: GalleryEntry) throws(StoreError) -> IdentityRecord? {
    guard let value = try value(Key.identity(gallery.number, id)) else { return nil }
    return try IdentityRecord(value, gallery: gallery.id, id: id)
  }

  func identity(_ id: IdentityID, in gallery: GalleryEntry) throws(StoreError) -> IdentityRecord {
    guard let record = try find(id, in: gallery) else {
      throw StoreError(.notFound, "gallery '\(gallery.id)' has no identity \(id); it may have been deleted")
    }
    return record
  }

  func find(named name: DisplayName, in gallery: GalleryEntry) throws(StoreError) -> IdentityRecord? {
    guard let value = try value(nameKey(name, in: gallery)) else { return nil }
    var reader = try RecordReader(value, "name")
    let id = IdentityID(try reader.integer())
    try reader.finish()
    guard let record = try find(id, in: gallery), record.name.text.utf8.elementsEqual(name.text.utf8) else {
      throw .corrupt("name", "it does not lead to an identity of that name")
    }
    return record
  }

  func find(_ id: FaceID, in gallery: GalleryEntry) throws(StoreError) -> FaceRecord? {
    guard let value = try value(Key.face(gallery.number, id)) else { return nil }
    return try FaceRecord(value, gallery: gallery.id, id: id)
  }

  func find(_ id: ModelID) throws(StoreError) -> ModelEntry? {
    guard let value = try value(Key.model(id)) else { return nil }
    return try ModelEntry(value, id: id)
  }

  func model(_ id: ModelID) throws(StoreError) -> ModelEntry {
    guard let entry = try find(id) else {
      throw StoreError(.notFound, "the store has no model \(id.short); add it first")
    }
    return entry
  }

  func activeModel() throws(StoreError) -> ModelID? {
    guard let value = try value(Key.activeModel) else { return nil }
    var reader = try RecordReader(value, "active model")
    let id = try ModelID(bytes: try reader.raw(32))
    try reader.finish()
    return id
  }

  func find(_ id: JobID) throws(StoreError) -> JobRecord? {
    guard let value = try value(Key.job(id)) else { return nil }
    return try JobRecord(value, id: id)
  }

  /// The number that `counter` gives out next; they begin at 1.
  func next(_ counter: Counter) throws(StoreError) -> UInt64 {
    guard let value = try value(Key.counter(counter)) else { return 1 }
    var reader = try RecordReader(value, "counter")
    let next = try reader.integer(UInt64.self)
    try reader.finish()
    return next
  }

  func nameKey(_ name: DisplayName, in gallery: GalleryEntry) -> [UInt8] {
    Key.name(gallery.number, hash: hash(name.text.utf8))
  }
}
