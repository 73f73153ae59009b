/// What a look at every record of a store found.
public struct StoreFindings: Sendable {
  /// One thing that cannot be read, or does not agree with the rest.
  public struct Damage: Hashable, Sendable {
    public var gallery: String?
    /// The identity's display name, where it can be read.
    public var identity: String?
    public var face: UInt64?
    /// `crop`, `embedding`, `face record`, …
    public var what: String
  }

  public internal(set) var galleries: UInt64 = 0
  public internal(set) var identities: UInt64 = 0
  public internal(set) var faces: UInt64 = 0
  public internal(set) var damages: [Damage] = []

  public var isInOrder: Bool { damages.isEmpty }

  /// One line for each damage.
  public var sentences: [String] {
    damages.map { damage in
      var parts: [String] = []
      if let gallery = damage.gallery { parts.append("gallery '\(gallery)'") }
      if let identity = damage.identity { parts.append("'\(identity)'") }
      if let face = damage.face { parts.append("face \(face)") }
      return (parts.isEmpty ? "" : parts.joined(separator: ", ") + ": ") + damage.what
    }
  }
}
