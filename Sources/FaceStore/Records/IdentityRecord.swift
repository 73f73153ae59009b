public import FaceTypes

/// A person, or whatever else the faces of one name belong to.
public struct IdentityRecord: Hashable, Sendable {
  /// The gallery that the identity is in.
  public let gallery: GalleryID
  /// Its number, which never changes.
  public let id: IdentityID
  /// Unique in the gallery, byte for byte.
  public internal(set) var name: DisplayName
  /// Milliseconds since 1970 UTC.
  public let createdAt: Int64
  /// Faces enrolled; 0 is allowed.
  public internal(set) var faceCount: UInt64
  /// What the gallery's owner notes of the identity.
  public internal(set) var labels = IdentityLabels.none
}

extension IdentityRecord {
  init(_ value: [UInt8], gallery: GalleryID, id: IdentityID) throws(StoreError) {
    var reader = try RecordReader(value, "identity", versions: 1...2)
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
    // Version 1 ends here.
    if reader.version > 1 { labels = try reader.labels() }
    try reader.finish()
  }

  var encoded: [UInt8] {
    // As before where there is nothing to add.
    var writer = RecordWriter(version: labels == .none ? 1 : 2)
    writer.put(createdAt)
    writer.put(faceCount)
    writer.put(name.text)
    guard labels != .none else { return writer.bytes }
    writer.put(UInt16(labels.values.count))
    for (key, value) in labels.values.sorted(by: { $0.key < $1.key }) {
      writer.put(key)
      writer.put(value)
    }
    return writer.bytes
  }
}

extension RecordReader {
  fileprivate mutating func labels() throws(StoreError) -> IdentityLabels {
    var values: [String: String] = [:]
    for _ in 0..<(try integer(UInt16.self)) {
      let key = try text()
      values[key] = try text()
    }
    do throws(InvalidName) { return try IdentityLabels(values) } catch { throw damaged("its labels are not allowed") }
  }
}
