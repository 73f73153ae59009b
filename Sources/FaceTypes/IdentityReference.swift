/// An identity as a person or a program says it.
public enum IdentityReference: Hashable, Sendable, CustomStringConvertible {
  case id(IdentityID)
  case named(DisplayName)

  /// Digits alone are always a number, so that an identity's resource name means one thing whatever others are called.
  public init(_ text: String) throws(InvalidName) {
    if let number = UInt64(text) {
      self = .id(IdentityID(number))
    } else {
      self = .named(try DisplayName(text))
    }
  }

  public var description: String {
    switch self {
    case .id(let id): "number \(id)"
    case .named(let name): "'\(name)'"
    }
  }
}
