/// How wide text is on a terminal.
enum Columns {
  static func count(_ text: String) -> Int { text.reduce(0) { $0 + width($1) } }

  /// At most `columns` wide; what is cut off leaves a `…`.
  static func fit(_ text: String, to columns: Int) -> String {
    guard count(text) > columns else { return text }
    var (fitted, left) = ("", columns - 1)
    for character in text {
      left -= width(character)
      guard left >= 0 else { break }
      fitted.append(character)
    }
    return columns > 0 ? fitted + "…" : ""
  }

  static func pad(_ text: String, to columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - count(text)))
  }

  /// Two for the wide letters of East Asia and for pictures, none for a mark without a letter.
  private static func width(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    if first.isASCII { return 1 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    let isWide = wide.contains { $0.contains(first.value) } || scalars.contains("\u{FE0F}")
    return isWide ? 2 : 1
  }

  /// East_Asian_Width W and F, by blocks.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
    0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD,
  ]
}
