public import FaceTypes

/// A correction of who is who that can be undone. It holds numbers alone; names are in its payload.
public struct ChangeRecord: Hashable, Sendable {
  /// What a correction did. The raw value is what the store keeps.
  public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    /// All faces of `from` went to `into`, and `from` is gone.
    case merge = 1
    /// Some faces of `from` went to `into`, which was made for them.
    case split = 2
    /// Some faces of `from` went to `into`.
    case move = 3
    /// `from`, which is `into`, got another name.
    case rename = 4
  }

  /// Whether the correction can be undone. The raw value is what the store keeps.
  public enum State: UInt8, Hashable, Sendable {
    case inForce = 1
    case undone = 2
    /// Somebody whom it was about has been deleted, or it is too old: what undoing needs is gone.
    case erased = 3
  }

  /// The gallery whose history it is in.
  public let gallery: GalleryID
  /// Given out once, in the order of the changes.
  public let number: UInt64
  /// What the correction did.
  public let kind: Kind
  /// Milliseconds since 1970 UTC.
  public let createdAt: Int64
  /// Whose faces went; of a rename, who was renamed.
  public let from: IdentityID
  /// Who has the faces now; of a rename, the same as `from`.
  public let into: IdentityID
  /// Faces that went from one to the other; 0 for a rename.
  public let faceCount: UInt64
  /// Whether it can be undone.
  public internal(set) var state = State.inForce
}

extension ChangeRecord {
  init(_ value: [UInt8], gallery: GalleryID, number: UInt64) throws(StoreError) {
    var reader = try RecordReader(value, "change")
    self.gallery = gallery
    self.number = number
    guard let kind = Kind(rawValue: try reader.integer()), let state = State(rawValue: try reader.integer()) else {
      throw reader.damaged("its kind or state is unknown")
    }
    self.kind = kind
    self.state = state
    createdAt = try reader.integer()
    from = IdentityID(try reader.integer())
    into = IdentityID(try reader.integer())
    faceCount = try reader.integer()
    try reader.finish()
  }

  var encoded: [UInt8] {
    var writer = RecordWriter()
    writer.put(kind.rawValue)
    writer.put(state.rawValue)
    writer.put(createdAt)
    writer.put(from.value)
    writer.put(into.value)
    writer.put(faceCount)
    return writer.bytes
  }
}
