internal import FaceTypes

/// A photograph that was enrolled under an identity, and which of its faces are still there. Without any it says that
/// they were deleted: enrolling the same photograph again must be asked for.
struct PhotographRecord: Hashable, Sendable {
  /// Bytes of the photograph's hash in keys: SipHash with the store's key, so that the key tells nobody which
  /// photograph it was.
  static let hashBytes = 16

  /// Bytes of a photograph's SHA-256.
  static let digestBytes = 32

  let createdAt: Int64
  var faces: [FaceID]
}

extension PhotographRecord {
  init(_ value: [UInt8]) throws(StoreError) {
    var reader = try RecordReader(value, "photograph")
    createdAt = try reader.integer()
    faces = try reader.rest(UInt64.self).map { FaceID($0) }
  }

  var encoded: [UInt8] {
    var writer = RecordWriter()
    writer.put(createdAt)
    for face in faces { writer.put(face.value) }
    return writer.bytes
  }
}

extension RecordSource {
  func photograph(
    _ hash: [UInt8], of identity: IdentityID, in gallery: GalleryEntry
  ) throws(StoreError) -> PhotographRecord? {
    guard let value = try value(Key.photograph(gallery.number, identity, hash: hash)) else { return nil }
    return try PhotographRecord(value)
  }

  /// The key that says that a photograph was deleted with the identity of this name.
  func deletedPhotographKey(_ hash: [UInt8], of name: DisplayName, in gallery: GalleryEntry) -> [UInt8] {
    Key.deletedPhotograph(gallery.number, hash: self.hash(Array(name.text.utf8) + [0xff] + hash))
  }
}

extension Transaction {
  /// Notes that a face has left its photograph's identity: the photograph is not enrolled there again by itself.
  mutating func leavePhotograph(_ face: FaceRecord, in gallery: GalleryEntry) throws(StoreError) {
    guard let hash = face.photograph, var record = try photograph(hash, of: face.identity, in: gallery) else { return }
    record.faces.removeAll { $0 == face.id }
    put(Key.photograph(gallery.number, face.identity, hash: hash), record.encoded)
  }
}
