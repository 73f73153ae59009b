package import FaceTypes

/// What a correction did, for whoever keeps an index.
package struct CorrectionResult: Hashable, Sendable {
  package let change: ChangeRecord
  /// Faces whose identity is another now.
  package let moved: [FaceID]
  /// Whose they are.
  package let owner: IdentityID
}

extension FaceStore {
  /// Gives all faces of `from` to `into` and takes `from` away, in one write.
  ///
  /// - Throws: `notFound`; `invalidArgument` where both are the same, or `from` has more than
  ///   `StoreLimits.facesPerChange` faces; `failedPrecondition` where they are noted as different people.
  package func mergeIdentities(
    _ gallery: GalleryID, _ from: IdentityID, into: IdentityID
  ) async throws(StoreError) -> CorrectionResult {
    try await correct(gallery) { transaction, gallery, now throws(StoreError) in
      guard from != into else { throw StoreError(.invalidArgument, "an identity cannot be merged into itself") }
      let former = try transaction.identity(from, in: gallery)
      var (left, joined) = (former, try transaction.identity(into, in: gallery))
      let faces = try transaction.faces(of: left, in: gallery)
      var photographs = try transaction.move(faces, from: &left, to: &joined, in: gallery)
      photographs = try transaction.closePhotographs(of: former, photographs, into: joined, in: gallery)
      let apart = try transaction.moveApart(from: from, to: into, in: gallery, now: now)
      transaction.put(joined, in: gallery)
      transaction.delete(Key.identity(gallery.number, from))
      transaction.delete(transaction.nameKey(former.name, in: gallery))
      gallery.record.identityCount = try gallery.record.identityCount.reduced(by: 1)
      return try transaction.record(
        .merge, from: from, into: into, in: gallery, now: now,
        ChangePayload(former: former, faces: faces.map(\.id), photographs: photographs, apart: apart))
    }
  }

  /// Gives some faces of `from` to a new identity, in one write.
  ///
  /// - Throws: `notFound`; `alreadyExists` where an identity has the name; `invalidArgument` for faces of others, and for
  ///   none.
  package func splitIdentity(
    _ gallery: GalleryID, _ from: IdentityID, _ faces: [FaceID], as name: DisplayName
  ) async throws(StoreError) -> CorrectionResult {
    try await correct(gallery) { transaction, gallery, now throws(StoreError) in
      if let other = try transaction.find(named: name, in: gallery) {
        throw StoreError(.alreadyExists, "identity \(other.id) of gallery '\(gallery.id)' has that name already")
      }
      var new = IdentityRecord(
        gallery: gallery.id, id: IdentityID(try transaction.take(.identity)), name: name, createdAt: now, faceCount: 0)
      var left = try transaction.identity(from, in: gallery)
      let records = try transaction.faces(faces, of: left, in: gallery)
      let photographs = try transaction.move(records, from: &left, to: &new, in: gallery)
      transaction.put(left, in: gallery)
      transaction.put(new, in: gallery)
      transaction.putName(of: new, in: gallery)
      gallery.record.identityCount += 1
      return try transaction.record(
        .split, from: from, into: new.id, in: gallery, now: now,
        ChangePayload(newName: name, faces: records.map(\.id), photographs: photographs))
    }
  }

  /// Gives faces of one identity to another that is there, in one write.
  ///
  /// - Throws: `notFound`; `invalidArgument` where the faces are of several identities or of `into`, and for none.
  package func moveFaces(
    _ gallery: GalleryID, _ faces: [FaceID], to into: IdentityID
  ) async throws(StoreError) -> CorrectionResult {
    try await correct(gallery) { transaction, gallery, now throws(StoreError) in
      guard let first = faces.first else { throw StoreError(.invalidArgument, "say which faces") }
      var left = try transaction.identity(try transaction.face(first, in: gallery).identity, in: gallery)
      var joined = try transaction.identity(into, in: gallery)
      guard left.id != into else {
        throw StoreError(.invalidArgument, "face \(first) already belongs to that identity")
      }
      let records = try transaction.faces(faces, of: left, in: gallery)
      let photographs = try transaction.move(records, from: &left, to: &joined, in: gallery)
      transaction.put(left, in: gallery)
      transaction.put(joined, in: gallery)
      return try transaction.record(
        .move, from: left.id, into: into, in: gallery, now: now,
        ChangePayload(faces: records.map(\.id), photographs: photographs))
    }
  }

  /// Runs a change that walks records, and purges what it took away.
  func correct(
    _ gallery: GalleryID,
    _ body: @escaping @Sendable (inout Transaction, inout GalleryEntry, Int64) throws(StoreError) -> CorrectionResult
  ) async throws(StoreError) -> CorrectionResult {
    let now = options.now()
    return try await writer.submit(alone: true) { transaction throws(StoreError) in
      var entry = try transaction.gallery(gallery)
      let result = try body(&transaction, &entry, now)
      // Also where no count differs: checkpoints of the index hold whose each face is.
      transaction.put(entry)
      return result
    }
  }
}

extension Transaction {
  /// Those faces, which must be the identity's own.
  fileprivate func faces(
    _ ids: [FaceID], of identity: IdentityRecord, in gallery: GalleryEntry
  ) throws(StoreError) -> [FaceRecord] {
    guard !ids.isEmpty, ids.count <= StoreLimits.facesPerChange else {
      throw StoreError(.invalidArgument, "one change moves 1 to \(StoreLimits.facesPerChange) faces, not \(ids.count)")
    }
    var records: [FaceRecord] = []
    for id in Set(ids).sorted() {
      let record = try face(id, in: gallery)
      guard record.identity == identity.id else {
        throw StoreError(
          .invalidArgument,
          "face \(id) belongs to identity \(record.identity), not \(identity.id); move the faces of one identity at a time"
        )
      }
      records.append(record)
    }
    return records
  }

  /// What is known of the photographs of an identity that goes: those without faces were deleted there, and stay so under
  /// the identity that it becomes; and none comes back under the old name by itself.
  fileprivate mutating func closePhotographs(
    of former: IdentityRecord, _ moved: [ChangePayload.Photograph], into: IdentityRecord, in gallery: GalleryEntry
  ) throws(StoreError) -> [ChangePayload.Photograph] {
    var (keys, known) = ([[UInt8]](), [[UInt8]: ChangePayload.Photograph]())
    for photograph in moved { known[photograph.hash] = photograph }
    try view.scan(Key.range(.photograph, gallery.number, former.id.value)) { key, _ throws(StoreError) in
      keys.append(key)
      return true
    }
    var closed: [ChangePayload.Photograph] = []
    for key in keys {
      guard let value = try view.value(key) else { continue }
      let hash = Array(key.suffix(PhotographRecord.hashBytes))
      let createdAt = try PhotographRecord(value).createdAt
      delete(key)
      let there = Key.photograph(gallery.number, into.id, hash: hash)
      let isThere = try self.value(there) != nil
      let wasKnown = known[hash]?.wasKnown ?? isThere
      if !isThere { put(there, PhotographRecord(createdAt: createdAt, faces: []).encoded) }
      let mark = deletedPhotographKey(hash, of: former.name, in: gallery)
      let leftMark = try self.value(mark) == nil
      if leftMark { put(mark, []) }
      closed.append(.init(hash: hash, createdAt: createdAt, wasKnown: wasKnown, leftMark: leftMark))
    }
    return closed
  }
}
