public import FaceTypes

/// What a gallery makes of an enrolment that something speaks against.
public enum EnrolmentPolicy: UInt8, Hashable, Sendable, CaseIterable {
  /// Nothing is looked for.
  case allow = 1
  /// The face is enrolled, and what was found is told.
  case warn = 2
  /// The face is not enrolled unless the caller insists.
  case refuse = 3
}

/// An isolated set of enrolled identities.
public struct GalleryRecord: Hashable, Sendable {
  /// The gallery's name, which never changes.
  public let id: GalleryID
  /// What the gallery is for, in the words of whoever made it; at most `StoreLimits.descriptionBytes`.
  public internal(set) var description: String
  /// Milliseconds since 1970 UTC.
  public let createdAt: Int64
  /// Whether the canonical crops of its faces are kept; without them a later model cannot carry the faces over.
  public let keepsCrops: Bool
  /// What becomes of an enrolment that something speaks against.
  public internal(set) var policy = EnrolmentPolicy.warn
  /// Identities in the gallery.
  public internal(set) var identityCount: UInt64
  /// Faces in the gallery.
  public internal(set) var faceCount: UInt64
}

/// How much went with a gallery.
package struct DeletedGallery: Hashable, Sendable {
  package let identities: UInt64
  package let faces: UInt64
}

/// A gallery with the number that its records' keys begin with. A gallery made anew under an old name has a new
/// number, so nothing of the old one can show in it.
struct GalleryEntry: Hashable, Sendable {
  let number: UInt64
  var record: GalleryRecord

  var id: GalleryID { record.id }
}

extension GalleryEntry {
  init(_ value: [UInt8], id: GalleryID) throws(StoreError) {
    var reader = try RecordReader(value, "gallery", versions: 1...2)
    number = try reader.integer()
    let createdAt = try reader.integer(Int64.self)
    let keepsCrops = try reader.bool()
    let identityCount = try reader.integer(UInt64.self)
    let faceCount = try reader.integer(UInt64.self)
    record = GalleryRecord(
      id: id, description: try reader.text(), createdAt: createdAt, keepsCrops: keepsCrops,
      identityCount: identityCount, faceCount: faceCount)
    // Version 1 ends here.
    if reader.version > 1 {
      guard let policy = EnrolmentPolicy(rawValue: try reader.integer()) else {
        throw reader.damaged("its policy is not known")
      }
      record.policy = policy
    }
    try reader.finish()
  }

  /// From an entry whose key holds the name.
  init(key: [UInt8], value: [UInt8]) throws(StoreError) {
    guard let name = String(validating: key.dropFirst(), as: UTF8.self), let id = try? GalleryID(name) else {
      throw .corrupt("gallery", "its key holds no gallery name")
    }
    try self.init(value, id: id)
  }

  var encoded: [UInt8] {
    // As before where there is nothing to add.
    var writer = RecordWriter(version: record.policy == .warn ? 1 : 2)
    writer.put(number)
    writer.put(record.createdAt)
    writer.put(record.keepsCrops)
    writer.put(record.identityCount)
    writer.put(record.faceCount)
    writer.put(record.description)
    if record.policy != .warn { writer.put(record.policy.rawValue) }
    return writer.bytes
  }
}
