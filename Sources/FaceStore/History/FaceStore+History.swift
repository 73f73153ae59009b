package import FaceTypes

extension FaceStore {
  /// The gallery's last changes, newest first.
  ///
  /// - Parameter before: only changes with a lesser number.
  package func changes(
    _ gallery: GalleryID, before: UInt64? = nil, limit: Int
  ) throws(StoreError) -> [ChangeRecord] {
    guard (1...StoreLimits.changes).contains(limit) else {
      throw StoreError(.invalidArgument, "ask for 1 to \(StoreLimits.changes) changes at a time, not \(limit)")
    }
    return try readFixed { view throws(StoreError) in
      let gallery = try view.gallery(gallery)
      var changes: [ChangeRecord] = []
      try view.scan(Key.range(.change, gallery.number)) { key, value throws(StoreError) in
        let number = try Key.number(1, of: key)
        guard before.map({ number < $0 }) ?? true else { return false }
        changes.append(try ChangeRecord(value, gallery: gallery.id, number: number))
        return true
      }
      return Array(changes.reversed().prefix(limit))
    }
  }

  /// Takes a change back in one write: the faces that are still there go back to whom they were of.
  ///
  /// - Throws: `notFound`; `failedPrecondition` where it was undone, cannot be any more, or a later change stands in its
  ///   way; `alreadyExists` where somebody else has the name by now.
  package func undoChange(_ gallery: GalleryID, _ number: UInt64) async throws(StoreError) -> CorrectionResult {
    let result = try await correct(gallery) { transaction, gallery, now throws(StoreError) in
      try transaction.undo(number, in: &gallery, now: now)
    }
    deletionCommitted()
    return result
  }
}

extension Transaction {
  /// Writes a change into the history and forgets those that are too old.
  mutating func record(
    _ kind: ChangeRecord.Kind, from: IdentityID, into: IdentityID, in gallery: GalleryEntry, now: Int64,
    _ payload: ChangePayload
  ) throws(StoreError) -> CorrectionResult {
    let change = ChangeRecord(
      gallery: gallery.id, number: try take(.history), kind: kind, createdAt: now, from: from, into: into,
      faceCount: UInt64(payload.faces.count))
    put(Key.change(gallery.number, change.number), change.encoded)
    put(Key.changePayload(gallery.number, change.number), payload.encoded)
    try forgetOldChanges(in: gallery)
    return CorrectionResult(change: change, moved: payload.faces, owner: into)
  }

  private mutating func forgetOldChanges(in gallery: GalleryEntry) throws(StoreError) {
    var changes: [ChangeRecord] = []
    try view.scan(Key.range(.change, gallery.number)) { key, value throws(StoreError) in
      changes.append(try ChangeRecord(value, gallery: gallery.id, number: try Key.number(1, of: key)))
      return true
    }
    let old = changes.dropLast(StoreLimits.changes - 1)
    for change in old {
      delete(Key.change(gallery.number, change.number))
      // Nothing brings it back any more, so its record leaves the files too.
      if change.kind == .merge, change.state == .inForce {
        delete(Key.dataKey(gallery.number, change.from))
        try note(.faces(gallery: gallery.number, identity: change.from, []))
      }
    }
    try erase(old.map(\.number), in: gallery)
  }

  fileprivate mutating func undo(
    _ number: UInt64, in gallery: inout GalleryEntry, now: Int64
  ) throws(StoreError) -> CorrectionResult {
    guard let value = try value(Key.change(gallery.number, number)) else {
      throw StoreError(.notFound, "gallery '\(gallery.id)' has no change \(number); `facectl history` lists them")
    }
    var change = try ChangeRecord(value, gallery: gallery.id, number: number)
    guard change.state == .inForce, let stored = try self.value(Key.changePayload(gallery.number, number)) else {
      throw StoreError(
        .failedPrecondition,
        change.state == .undone
          ? "change \(number) was undone already"
          : "change \(number) can no longer be undone: an identity it changed has been deleted")
    }
    let payload = try ChangePayload(stored, gallery: gallery.id)
    var moved: [FaceID] = []
    if change.kind == .rename {
      try undoRename(change, payload, in: gallery)
    } else {
      moved = try undoMove(change, payload, in: &gallery, now: now)
    }
    change.state = .undone
    put(Key.change(gallery.number, number), change.encoded)
    try erase([number], in: gallery)
    return CorrectionResult(change: change, moved: moved, owner: change.from)
  }

  private mutating func undoRename(
    _ change: ChangeRecord, _ payload: ChangePayload, in gallery: GalleryEntry
  ) throws(StoreError) {
    guard var record = try find(change.into, in: gallery) else {
      throw StoreError(
        .failedPrecondition, "identity \(change.into) no longer exists; first undo the change that removed it")
    }
    guard let former = payload.former, record.name == payload.newName else {
      throw StoreError(
        .failedPrecondition, "identity \(change.into) has since been renamed again; undo that first")
    }
    try requireFree(former.name, for: record.id, in: gallery)
    delete(nameKey(record.name, in: gallery))
    record.name = former.name
    put(record, in: gallery)
    putName(of: record, in: gallery)
  }

  /// - Returns: the faces that went back.
  private mutating func undoMove(
    _ change: ChangeRecord, _ payload: ChangePayload, in gallery: inout GalleryEntry, now: Int64
  ) throws(StoreError) -> [FaceID] {
    guard var into = try find(change.into, in: gallery) else {
      throw StoreError(
        .failedPrecondition, "identity \(change.into) no longer exists; first undo the change that removed it")
    }
    var faces: [FaceRecord] = []
    for id in payload.faces {
      guard let face = try find(id, in: gallery) else { continue }
      guard face.identity == change.into else {
        throw StoreError(
          .failedPrecondition, "face \(id) has since moved to identity \(face.identity); undo that first")
      }
      faces.append(face)
    }
    var former: IdentityRecord
    if change.kind == .merge, var gone = payload.former {
      try requireFree(gone.name, for: gone.id, in: gallery)
      gone.faceCount = 0
      former = gone
      putName(of: former, in: gallery)
      gallery.record.identityCount += 1
    } else {
      guard let left = try find(change.from, in: gallery) else {
        throw StoreError(
          .failedPrecondition, "identity \(change.from) no longer exists; first undo the change that removed it")
      }
      former = left
    }
    try moveBack(faces, payload.photographs, from: &into, to: &former, in: gallery)
    put(former, in: gallery)
    try moveApartBack(payload.apart, from: change.into, to: former.id, in: gallery, now: now)
    // What a split made goes with it, unless it has become somebody of its own meanwhile.
    if change.kind == .split, into.faceCount == 0, into.name == payload.newName {
      try takeAway(into, in: &gallery)
    } else {
      put(into, in: gallery)
    }
    return faces.map(\.id)
  }

  private mutating func takeAway(_ identity: IdentityRecord, in gallery: inout GalleryEntry) throws(StoreError) {
    delete(Key.identity(gallery.number, identity.id))
    delete(Key.dataKey(gallery.number, identity.id))
    delete(nameKey(identity.name, in: gallery))
    try forgetApart(identity.id, in: gallery)
    var keys: [[UInt8]] = []
    try view.scan(Key.range(.photograph, gallery.number, identity.id.value)) { key, _ throws(StoreError) in
      keys.append(key)
      return true
    }
    for key in keys { delete(key) }
    gallery.record.identityCount = try gallery.record.identityCount.reduced(by: 1)
    try note(.faces(gallery: gallery.number, identity: identity.id, []))
  }

  private func requireFree(
    _ name: DisplayName, for id: IdentityID, in gallery: GalleryEntry
  ) throws(StoreError) {
    guard let other = try find(named: name, in: gallery), other.id != id else { return }
    throw StoreError(
      .alreadyExists, "identity \(other.id) of gallery '\(gallery.id)' now has the former name; rename it first")
  }

  /// Takes away what undoing changes would need.
  mutating func erase(_ numbers: [UInt64], in gallery: GalleryEntry) throws(StoreError) {
    guard !numbers.isEmpty else { return }
    for number in numbers { delete(Key.changePayload(gallery.number, number)) }
    try note(.changePayloads(gallery: gallery.number, numbers))
  }

  /// Erases all that the history knows of an identity that is deleted: its own changes, and those of whoever became it.
  ///
  /// Only in a group of its own.
  mutating func eraseHistory(of identity: IdentityID, in gallery: GalleryEntry) throws(StoreError) {
    var changes: [ChangeRecord] = []
    try view.scan(Key.range(.change, gallery.number)) { key, value throws(StoreError) in
      let change = try ChangeRecord(value, gallery: gallery.id, number: try Key.number(1, of: key))
      if change.state == .inForce { changes.append(change) }
      return true
    }
    var (pending, gone, erased) = ([identity], Set([identity]), [UInt64]())
    while let next = pending.popLast() {
      for var change in changes where change.from == next || change.into == next {
        guard !erased.contains(change.number) else { continue }
        erased.append(change.number)
        change.state = .erased
        put(Key.change(gallery.number, change.number), change.encoded)
        for other in [change.from, change.into] where !gone.contains(other) {
          guard try find(other, in: gallery) == nil else { continue }
          gone.insert(other)
          pending.append(other)
          // It was merged away: its record is still in the files, and nothing brings it back any more.
          delete(Key.dataKey(gallery.number, other))
          try note(.faces(gallery: gallery.number, identity: other, []))
        }
      }
    }
    try erase(erased, in: gallery)
  }
}
