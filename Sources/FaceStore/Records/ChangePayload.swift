internal import FaceTypes

/// What undoing a change needs. It goes when the change is undone, or when somebody whom it is about is deleted.
struct ChangePayload: Hashable, Sendable {
  /// A photograph whose faces moved.
  struct Photograph: Hashable, Sendable {
    let hash: [UInt8]
    /// As in the record of the identity that the faces left.
    let createdAt: Int64
    /// The identity that the faces went to had a record of the photograph before.
    let wasKnown: Bool
    /// The change noted that the photograph is not enrolled again by itself under the name that went.
    let leftMark: Bool
  }

  /// Somebody whom the identity that a merge took away was kept apart from.
  struct Apart: Hashable, Sendable {
    let other: IdentityID
    /// The identity that it became was kept apart from them before.
    let wasKnown: Bool
  }

  /// The identity as it was: the one that a merge took away, or the one that was renamed.
  var former: IdentityRecord?
  /// The name that a rename or a split gave.
  var newName: DisplayName?
  var faces: [FaceID] = []
  var photographs: [Photograph] = []
  var apart: [Apart] = []
}

extension ChangePayload {
  init(_ value: [UInt8], gallery: GalleryID) throws(StoreError) {
    var reader = try RecordReader(value, "change's payload", versions: 1...2)
    former = try reader.optional { reader throws(StoreError) in
      let id = IdentityID(try reader.integer())
      let length = Int(try reader.integer(UInt32.self))
      return try IdentityRecord(Array(try reader.raw(length)), gallery: gallery, id: id)
    }
    let text = try reader.optional { reader throws(StoreError) in try reader.text() }
    if let text {
      guard let name = try? DisplayName(kept: text) else { throw reader.damaged("a name is not allowed") }
      newName = name
    }
    for _ in 0..<(try reader.integer(UInt32.self)) {
      let hash = Array(try reader.raw(PhotographRecord.hashBytes))
      photographs.append(
        Photograph(
          hash: hash, createdAt: try reader.integer(), wasKnown: try reader.bool(), leftMark: try reader.bool()))
    }
    if reader.version > 1 {
      for _ in 0..<(try reader.integer(UInt32.self)) {
        apart.append(Apart(other: IdentityID(try reader.integer()), wasKnown: try reader.bool()))
      }
    }
    faces = try reader.rest(UInt64.self).map { FaceID($0) }
  }

  var encoded: [UInt8] {
    // As before where there is nothing to add.
    var writer = RecordWriter(version: apart.isEmpty ? 1 : 2)
    writer.put(former) { writer, former in
      writer.put(former.id.value)
      let bytes = former.encoded
      writer.put(UInt32(bytes.count))
      writer.put(raw: bytes)
    }
    writer.put(newName?.text) { $0.put($1) }
    writer.put(UInt32(photographs.count))
    for photograph in photographs {
      writer.put(raw: photograph.hash)
      writer.put(photograph.createdAt)
      writer.put(photograph.wasKnown)
      writer.put(photograph.leftMark)
    }
    if !apart.isEmpty {
      writer.put(UInt32(apart.count))
      for pair in apart {
        writer.put(pair.other.value)
        writer.put(pair.wasKnown)
      }
    }
    for face in faces { writer.put(face.value) }
    return writer.bytes
  }
}
