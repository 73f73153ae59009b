/// An identity as a person or a program says it.
public enum IdentityReference: Hashable, Sendable, CustomStringConvertible {
  case id(IdentityID)
  case named(DisplayName)

  /// What a person typed: `#124` is number 124, and everything else is a name, whatever it looks like.
  public init(typed text: String) throws(InvalidName) {
    guard Self.isNumber(text) else {
      self = .named(try DisplayName(text))
      return
    }
    guard let number = UInt64(text.dropFirst()) else {
      throw InvalidName("'\(text)' is larger than the number of any identity; `facectl identity list` shows them")
    }
    self = .id(IdentityID(number))
  }

  /// Whether a text is `#` and digits alone.
  static func isNumber(_ text: String) -> Bool {
    let bytes = text.utf8
    return bytes.first == UInt8(ascii: "#") && bytes.count > 1
      && bytes.dropFirst().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// As a message shows it: `#124`, or the name in quotes.
  public var description: String {
    switch self {
    case .id(let id): "#\(id)"
    case .named(let name): "'\(name)'"
    }
  }
}
