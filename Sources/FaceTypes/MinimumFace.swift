/// The width of the smallest face that a photograph is searched for.
public enum MinimumFace: Hashable, Sendable {
  /// In pixels of the photograph, at least 1.
  case pixels(Double)
  /// As a share of the photograph's longer side, in (0, 1).
  case share(Double)

  /// As people write it: `80` is pixels, `5%` a share. Nil for anything else.
  public init?(_ text: String) {
    if text.hasSuffix("%") {
      guard let share = Double(text.dropLast()) else { return nil }
      self = .share(share / 100)
    } else {
      guard let width = Int(text) else { return nil }
      self = .pixels(Double(width))
    }
    guard isWidth else { return nil }
  }

  /// Whether it is a width that a face can have.
  public var isWidth: Bool {
    switch self {
    case .pixels(let width): width >= 1 && width <= 1e6
    case .share(let share): share > 0 && share < 1
    }
  }
}
