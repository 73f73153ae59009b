package import FaceTypes

extension FaceStore {
  /// Creates a gallery.
  ///
  /// - Parameter keepsCrops: whether canonical crops are kept, so that a later model can be given the faces.
  /// - Throws: `alreadyExists`; `invalidArgument` when the description is longer than `StoreLimits.descriptionBytes`.
  @discardableResult
  package func createGallery(
    _ id: GalleryID, description: String = "", keepsCrops: Bool = true, policy: EnrolmentPolicy = .warn
  ) async throws(StoreError) -> GalleryRecord {
    try Self.check(description)
    let now = options.now()
    return try await writer.submit { transaction throws(StoreError) in
      guard try transaction.find(id) == nil else {
        throw StoreError(.alreadyExists, "there is a gallery '\(id)' already; choose another name or use that one")
      }
      let record = GalleryRecord(
        id: id, description: description, createdAt: now, keepsCrops: keepsCrops, policy: policy,
        identityCount: 0, faceCount: 0)
      transaction.put(GalleryEntry(number: try transaction.take(.gallery), record: record))
      return record
    }
  }

  /// Changes what can be changed of a gallery; nil leaves it.
  ///
  /// - Throws: `notFound`; `invalidArgument` as for a new one.
  @discardableResult
  package func updateGallery(
    _ id: GalleryID, description: String?, policy: EnrolmentPolicy?
  ) async throws(StoreError) -> GalleryRecord {
    try Self.check(description ?? "")
    return try await writer.submit { transaction throws(StoreError) in
      var entry = try transaction.gallery(id)
      entry.record.description = description ?? entry.record.description
      entry.record.policy = policy ?? entry.record.policy
      transaction.put(entry)
      return entry.record
    }
  }

  private static func check(_ description: String) throws(StoreError) {
    guard description.utf8.count <= StoreLimits.descriptionBytes else {
      throw StoreError(.invalidArgument, "a gallery's description is at most \(StoreLimits.descriptionBytes) bytes")
    }
  }

  /// The gallery, or `nil` when there is none of that name.
  package func gallery(_ id: GalleryID) throws(StoreError) -> GalleryRecord? {
    try read { view throws(StoreError) in try view.find(id)?.record }
  }

  /// The next `limit` galleries in the order of their names.
  package func galleries(after: GalleryID? = nil, limit: Int) throws(StoreError) -> [GalleryRecord] {
    try read { view throws(StoreError) in
      let all = Key.range(.gallery)
      return try view.list(after.map { all.after(Key.gallery($0)) } ?? all, limit: limit) {
        key, value throws(StoreError) in
        try GalleryEntry(key: key, value: value).record
      }
    }
  }

  /// Deletes a gallery with everything in it: identities, faces, crops, embeddings of all models and request ids.
  ///
  /// When it returns, none of that can be read and the name is free; the bytes leave the files by the next `purge()`.
  /// - Throws: `notFound`.
  @discardableResult
  package func deleteGallery(_ id: GalleryID) async throws(StoreError) -> DeletedGallery {
    let deleted = try await writer.submit { transaction throws(StoreError) in
      let entry = try transaction.gallery(id)
      transaction.delete(Key.gallery(id))
      try transaction.note(.gallery(entry.number))
      return DeletedGallery(identities: entry.record.identityCount, faces: entry.record.faceCount)
    }
    deletionCommitted()
    return deleted
  }
}

extension Transaction {
  mutating func put(_ entry: GalleryEntry) { put(Key.gallery(entry.id), entry.encoded) }

  /// Remembers what was deleted until its bytes have left the files.
  mutating func note(_ cleanup: CleanupRecord) throws(StoreError) {
    put(Key.cleanup(try take(.cleanup)), cleanup.encoded)
  }
}
