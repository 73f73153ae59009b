/// What a look at every record of a store found.
package struct StoreFindings: Sendable {
  /// One thing that cannot be read, or does not agree with the rest.
  package struct Damage: Hashable, Sendable {
    package var gallery: String?
    /// The identity's display name, where it can be read.
    package var identity: String?
    package var face: UInt64?
    /// `crop`, `embedding`, `face record`, …
    package var what: String
  }

  package internal(set) var galleries: UInt64 = 0
  package internal(set) var identities: UInt64 = 0
  package internal(set) var faces: UInt64 = 0
  package internal(set) var damages: [Damage] = []

  package var isInOrder: Bool { damages.isEmpty }

  /// One line for each damage.
  package var sentences: [String] {
    damages.map { damage in
      var parts: [String] = []
      if let gallery = damage.gallery { parts.append("gallery '\(gallery)'") }
      if let identity = damage.identity { parts.append("'\(identity)'") }
      if let face = damage.face { parts.append("face \(face)") }
      return (parts.isEmpty ? "" : parts.joined(separator: ", ") + ": ") + damage.what
    }
  }
}
