internal import Foundation

/// What a person calls an identity, in one spelling: what looks the same is the same name.
///
/// 1 to 200 bytes of UTF-8 in Unicode's form NFC, without control characters, `/` and invisible characters, with single
/// spaces only between words; unique within its gallery. `#` and digits alone are not a name: they stand for an identity's number where
/// people type (`IdentityReference`).
public struct DisplayName: Hashable, Sendable, CustomStringConvertible {
  /// The limit of `text` in UTF-8.
  public static let maximumBytes = 200

  /// The name in its one spelling: NFC, single spaces.
  public let text: String

  /// Takes any spelling of the name and keeps the one that all of them have in common.
  /// - Throws: `InvalidName` with what is wrong and what is allowed.
  public init(_ text: String) throws(InvalidName) {
    let spelling = Self.spelling(of: text)
    guard !spelling.isEmpty, spelling.utf8.count <= Self.maximumBytes, !Self.hasForbidden(spelling) else {
      throw InvalidName(
        "an identity's name is 1 to \(Self.maximumBytes) bytes of UTF-8 without control characters or '/'")
    }
    guard !IdentityReference.isNumber(spelling) else {
      throw InvalidName("'\(spelling)' means an identity's number and cannot be a name: leave out the '#'")
    }
    self.text = spelling
  }

  /// A name as it was kept, byte for byte; it may be from before a rule.
  public init(kept text: String) throws(InvalidName) {
    guard !text.isEmpty, text.utf8.count <= Self.maximumBytes else {
      throw InvalidName("a kept name is 1 to \(Self.maximumBytes) bytes of UTF-8")
    }
    self.text = text
  }

  /// The name itself.
  public var description: String { text }

  private static func hasForbidden(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0.properties.generalCategory == .control || $0 == "/" }
  }

  /// NFC, so that a file system that decomposes letters names nobody twice. Spaces of any width are one kind. Marks that
  /// nobody sees are left out, but for the joiners that some scripts are spelt with.
  private static func spelling(of text: String) -> String {
    var scalars = String.UnicodeScalarView()
    var isBehindSpace = false
    for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
      let category = scalar.properties.generalCategory
      if category == .spaceSeparator {
        isBehindSpace = true
        continue
      }
      if category == .format, scalar != "\u{200C}", scalar != "\u{200D}" { continue }
      if isBehindSpace, !scalars.isEmpty { scalars.append(" ") }
      isBehindSpace = false
      scalars.append(scalar)
    }
    return String(scalars)
  }
}
