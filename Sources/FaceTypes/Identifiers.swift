/// The name of a gallery: an isolated set of enrolled identities.
///
/// 1 to 63 characters of `a–z`, `0–9` and `-`, starting and ending with a letter or digit, so that it can
/// stand in a resource name (`galleries/{gallery}`) and in a store key.
public struct GalleryID: Hashable, Sendable, Comparable, CustomStringConvertible {
  public static let maximumLength = 63

  /// The gallery that requests without a gallery use.
  public static let `default` = GalleryID(unchecked: "default")

  public let name: String

  /// - Throws: `InvalidName` with what is wrong and what is allowed.
  public init(_ name: String) throws(InvalidName) {
    let allowed = name.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || byte == UInt8(ascii: "-")
    }
    guard allowed, (1...Self.maximumLength).contains(name.utf8.count), name.first != "-", name.last != "-" else {
      throw InvalidName(
        "'\(name)' is no gallery name: use 1 to \(Self.maximumLength) of a-z, 0-9 and '-', with a letter or digit "
          + "at both ends")
    }
    self.name = name
  }

  private init(unchecked name: String) { self.name = name }

  public static func < (a: GalleryID, b: GalleryID) -> Bool { a.name < b.name }
  public var description: String { name }
}

/// An identity within a gallery; given by the store, never reused, stable under renaming.
public struct IdentityID: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let value: UInt64
  public init(_ value: UInt64) { self.value = value }
  public static func < (a: IdentityID, b: IdentityID) -> Bool { a.value < b.value }
  public var description: String { String(value) }
}

/// An enrolled face, unique in the whole store; given by the store and never reused. The vector index uses
/// the same number.
public struct FaceID: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let value: UInt64
  public init(_ value: UInt64) { self.value = value }
  public static func < (a: FaceID, b: FaceID) -> Bool { a.value < b.value }
  public var description: String { String(value) }
}

/// A model: the SHA-256 of its file's bytes, as 64 lower-case hexadecimal digits.
public struct ModelID: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let hex: String

  public init(hex: String) throws(InvalidName) {
    guard hex.utf8.count == 64, hex.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else {
      throw InvalidName("'\(hex)' is no model id: use the 64 hexadecimal digits that 'model list' prints")
    }
    self.hex = hex
  }

  /// The first 12 digits: enough for people, never used as a key.
  public var short: String { String(hex.prefix(12)) }
  public static func < (a: ModelID, b: ModelID) -> Bool { a.hex < b.hex }
  public var description: String { hex }
}

/// A name that breaks the rule of its kind; `message` says the rule.
public struct InvalidName: Error, Hashable, Sendable, CustomStringConvertible {
  public let message: String
  /// What of a request the name is from, where whoever reads the request says so.
  public var field: String?

  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
