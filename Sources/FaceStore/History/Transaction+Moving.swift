internal import FaceTypes

extension Transaction {
  /// Gives faces of `from` to `into`, with what is known of their photographs. Both identities' records are for the
  /// caller to put.
  ///
  /// A photograph that `from` has no face of any more is not enrolled there again by itself: it was found to be wrong
  /// there.
  mutating func move(
    _ faces: [FaceRecord], from: inout IdentityRecord, to into: inout IdentityRecord, in gallery: GalleryEntry
  ) throws(StoreError) -> [ChangePayload.Photograph] {
    try reseal(faces, from: from.id, to: into.id, in: gallery.number)
    for face in faces {
      var face = face
      face.identity = into.id
      put(Key.face(gallery.number, face.id), face.encoded)
      delete(Key.identityFace(gallery.number, from.id, face.id))
      put(Key.identityFace(gallery.number, into.id, face.id), [])
    }
    from.faceCount = try from.faceCount.reduced(by: UInt64(faces.count))
    into.faceCount += UInt64(faces.count)

    var moved: [ChangePayload.Photograph] = []
    for (hash, ids) in Self.byPhotograph(faces) {
      guard var left = try photograph(hash, of: from.id, in: gallery) else { continue }
      let known = try photograph(hash, of: into.id, in: gallery)
      left.faces.removeAll { ids.contains($0) }
      put(Key.photograph(gallery.number, from.id, hash: hash), left.encoded)
      var joined = known ?? PhotographRecord(createdAt: left.createdAt, faces: [])
      joined.faces += ids
      put(Key.photograph(gallery.number, into.id, hash: hash), joined.encoded)
      moved.append(.init(hash: hash, createdAt: left.createdAt, wasKnown: known != nil, leftMark: false))
    }
    return moved
  }

  /// Gives back what `move` gave, as far as it is still there.
  mutating func moveBack(
    _ faces: [FaceRecord], _ photographs: [ChangePayload.Photograph], from into: inout IdentityRecord,
    to former: inout IdentityRecord, in gallery: GalleryEntry
  ) throws(StoreError) {
    _ = try move(faces, from: &into, to: &former, in: gallery)
    for photograph in photographs {
      let key = Key.photograph(gallery.number, former.id, hash: photograph.hash)
      if try value(key) == nil { put(key, PhotographRecord(createdAt: photograph.createdAt, faces: []).encoded) }
      let there = Key.photograph(gallery.number, into.id, hash: photograph.hash)
      if !photograph.wasKnown, let value = try value(there), try PhotographRecord(value).faces.isEmpty {
        delete(there)
      }
      if photograph.leftMark { delete(deletedPhotographKey(photograph.hash, of: former.name, in: gallery)) }
    }
  }

  private static func byPhotograph(_ faces: [FaceRecord]) -> [[UInt8]: [FaceID]] {
    var ids: [[UInt8]: [FaceID]] = [:]
    for face in faces { if let hash = face.photograph { ids[hash, default: []].append(face.id) } }
    return ids
  }

  /// The identity's faces. Only in a group of its own: what is pending is not seen.
  func faces(of identity: IdentityRecord, in gallery: GalleryEntry) throws(StoreError) -> [FaceRecord] {
    guard identity.faceCount <= StoreLimits.facesPerChange else {
      throw StoreError(
        .invalidArgument,
        "one change moves at most \(StoreLimits.facesPerChange) faces, and the identity has \(identity.faceCount); move "
          + "some first")
    }
    var faces: [FaceRecord] = []
    try view.scan(Key.range(.identityFace, gallery.number, identity.id.value)) { key, _ throws(StoreError) in
      faces.append(try face(FaceID(try Key.number(2, of: key)), in: gallery))
      return true
    }
    return faces
  }

  func face(_ id: FaceID, in gallery: GalleryEntry) throws(StoreError) -> FaceRecord {
    guard let face = try find(id, in: gallery) else {
      throw StoreError(.notFound, "gallery '\(gallery.id)' has no face \(id); it may have been deleted")
    }
    return face
  }
}
