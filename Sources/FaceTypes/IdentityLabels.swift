/// What an identity is marked with: keys with values, for whoever keeps the gallery.
///
/// At most 32. A key is 1 to 63 of a-z, 0-9, '.', '_' and '-', and begins with a letter; a value is at most 200 bytes of UTF-8
/// without control characters.
public struct IdentityLabels: Hashable, Sendable {
  /// Labels of one identity.
  public static let maximumCount = 32
  /// The limit of a key.
  public static let maximumKeyBytes = 63
  /// The limit of a value in UTF-8.
  public static let maximumValueBytes = 200

  /// Value by key.
  public private(set) var values: [String: String]

  /// No labels.
  public static let none = IdentityLabels()

  private init() { values = [:] }

  /// - Throws: `InvalidName` with what is wrong and what is allowed.
  public init(_ values: [String: String]) throws(InvalidName) {
    guard values.count <= Self.maximumCount else {
      throw InvalidName("an identity has at most \(Self.maximumCount) labels")
    }
    for (key, value) in values {
      try Self.check(key: key)
      guard value.utf8.count <= Self.maximumValueBytes,
        !value.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
      else {
        throw InvalidName(
          "the value of the label '\(key)' is not at most \(Self.maximumValueBytes) bytes without control characters")
      }
    }
    self.values = values
  }

  /// Holds a key against the rule.
  ///
  /// - Throws: `InvalidName` with the rule.
  public static func check(key: String) throws(InvalidName) {
    let allowed = key.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
      case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
      default: false
      }
    }
    guard allowed, (1...maximumKeyBytes).contains(key.utf8.count), key.first?.isLetter == true else {
      throw InvalidName(
        "a label's key is 1 to \(maximumKeyBytes) of a-z, 0-9, '.', '_' and '-', and begins with a letter")
    }
  }

  /// With some set and some taken away.
  /// - Throws: `InvalidName`, as for all of them.
  public func changed(
    setting new: [String: String], removing keys: [String]
  ) throws(InvalidName) -> IdentityLabels {
    for key in keys { try Self.check(key: key) }
    return try IdentityLabels(values.merging(new) { $1 }.filter { !keys.contains($0.key) })
  }

  /// Whether each of the others is there, with its value.
  public func contain(_ others: IdentityLabels) -> Bool { others.values.allSatisfy { values[$0.key] == $0.value } }
}
