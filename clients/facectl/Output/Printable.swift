/// Text made safe to print: names and paths come from files and other people, and a terminal obeys what it is shown.
enum Printable {
  /// Control characters, line ends and marks that turn or hide text become `\u{…}`; bytes of a path that are not UTF-8
  /// become `\xNN`.
  static func line(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: mustEscape) else { return text }
    var printed = ""
    for scalar in text.unicodeScalars {
      if let byte = RawPath.byte(of: scalar) {
        printed += "\\x" + hex(UInt32(byte), digits: 2)
      } else if mustEscape(scalar) {
        printed += "\\u{" + hex(scalar.value, digits: 2) + "}"
      } else {
        printed.unicodeScalars.append(scalar)
      }
    }
    return printed
  }

  /// The same for JSON: the characters stay what they are for whoever parses it, written as `\uNNNN`.
  static func json(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: mustEscape) else { return text }
    var printed = ""
    for scalar in text.unicodeScalars {
      if let byte = RawPath.byte(of: scalar) {
        printed += "\\\\x" + hex(UInt32(byte), digits: 2)
      } else if mustEscape(scalar) {
        for unit in String(scalar).utf16 { printed += "\\u" + hex(UInt32(unit), digits: 4) }
      } else {
        printed.unicodeScalars.append(scalar)
      }
    }
    return printed
  }

  private static func mustEscape(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: return true
    // The joiners spell words in some scripts and move nothing.
    case .format: return scalar != "\u{200C}" && scalar != "\u{200D}"
    default: return RawPath.byte(of: scalar) != nil
    }
  }

  private static func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
