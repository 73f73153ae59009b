/// The name of a gallery: an isolated set of enrolled identities.
///
/// 1 to 63 characters of `a–z`, `0–9` and `-`, starting and ending with a letter or digit, so that it can
/// stand in a resource name (`galleries/{gallery}`) and in a store key.
public struct GalleryID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The limit of `name`, in characters.
  public static let maximumLength = 63

  /// The gallery that requests without a gallery use.
  public static let `default` = GalleryID(unchecked: "default")

  /// The name, in lower case.
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

  /// In the order of the names' bytes, which is the order of lists.
  public static func < (a: GalleryID, b: GalleryID) -> Bool { a.name < b.name }
  /// The name.
  public var description: String { name }
}

/// An identity within a gallery; given by the store, never reused, stable under renaming.
public struct IdentityID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The number; from 1 up.
  public let value: UInt64
  /// Any number may be asked about; whether the gallery has it, the store knows.
  public init(_ value: UInt64) { self.value = value }
  /// In the order in which the store gave them out.
  public static func < (a: IdentityID, b: IdentityID) -> Bool { a.value < b.value }
  /// The number in decimal digits.
  public var description: String { String(value) }
}

/// An enrolled face, unique in the whole store; given by the store and never reused. The vector index uses
/// the same number.
public struct FaceID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The number; from 1 up.
  public let value: UInt64
  /// Any number may be asked about; whether there is such a face, the store knows.
  public init(_ value: UInt64) { self.value = value }
  /// In the order in which the store gave them out.
  public static func < (a: FaceID, b: FaceID) -> Bool { a.value < b.value }
  /// The number in decimal digits.
  public var description: String { String(value) }
}

/// A model: the SHA-256 of its file's bytes, as 64 lower-case hexadecimal digits.
public struct ModelID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  public let hex: String

  /// An id from its digits.
  ///
  /// - Throws: `InvalidName` for anything but 64 lower-case hexadecimal digits.
  public init(hex: String) throws(InvalidName) {
    guard hex.utf8.count == 64, hex.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else {
      throw InvalidName("'\(hex)' is no model id: use the 64 hexadecimal digits that 'model list' prints")
    }
    self.hex = hex
  }

  /// The first 12 digits: enough for people, never used as a key.
  public var short: String { String(hex.prefix(12)) }
  /// In the order of the digits; it says nothing about age.
  public static func < (a: ModelID, b: ModelID) -> Bool { a.hex < b.hex }
  /// All 64 digits.
  public var description: String { hex }
}

/// A name that breaks the rule of its kind; `message` says the rule.
public struct InvalidName: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong and what is allowed, for people.
  public let message: String
  /// What of a request the name is from, where whoever reads the request says so.
  public var field: String?

  /// An error with its text for people.
  public init(_ message: String) { self.message = message }
  /// The message.
  public var description: String { message }
}
