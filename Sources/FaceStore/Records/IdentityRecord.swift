public import FaceTypes

/// A person, or whatever else the faces of one name belong to.
public struct IdentityRecord: Hashable, Sendable {
  public let gallery: GalleryID
  public let id: IdentityID
  /// Unique in the gallery, byte for byte.
  public internal(set) var name: DisplayName
  /// Milliseconds since 1970 UTC.
  public let createdAt: Int64
  public internal(set) var faceCount: UInt64
}

extension IdentityRecord {
  init(_ value: [UInt8], gallery: GalleryID, id: IdentityID) throws(StoreError) {
    var reader = try RecordReader(value, "identity")
    self.gallery = gallery
    self.id = id
    createdAt = try reader.integer()
    faceCount = try reader.integer()
    let text = try reader.text()
    do {
      name = try DisplayName(kept: text)
    } catch {
      throw reader.damaged("its name is not allowed")
    }
    try reader.finish()
  }

  var encoded: [UInt8] {
    var writer = RecordWriter()
    writer.put(createdAt)
    writer.put(faceCount)
    writer.put(name.text)
    return writer.bytes
  }
}
