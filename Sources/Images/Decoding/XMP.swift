/// The orientation in an XMP packet (`tiff:Orientation`, XMP specification part 2), which editors write beside EXIF or
/// instead of it.
enum XMP {
  /// The property's value, as an attribute or as an element.
  static func orientation(packet: ArraySlice<UInt8>) -> Orientation? {
    let name = Array("tiff:Orientation".utf8)
    var start = packet.startIndex
    while start + name.count < packet.endIndex {
      guard let found = packet[start...].firstIndex(of: name[0]), found + name.count < packet.endIndex else {
        return nil
      }
      start = found + 1
      guard packet[found..<found + name.count].elementsEqual(name) else { continue }
      if let value = value(packet[(found + name.count)...]) { return value }
    }
    return nil
  }

  /// `="6"`, `='6'` or `>6<`, with spaces between.
  private static func value(_ text: ArraySlice<UInt8>) -> Orientation? {
    var rest = text.prefix(64).filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }[...]
    if rest.first == UInt8(ascii: "=") {
      rest = rest.dropFirst()
      guard rest.first == UInt8(ascii: "\"") || rest.first == UInt8(ascii: "'") else { return nil }
    } else if rest.first != UInt8(ascii: ">") {
      return nil
    }
    rest = rest.dropFirst()
    guard rest.count >= 2,
      [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<")].contains(rest[rest.startIndex + 1]),
      let digit = rest.first, digit > 0x30
    else { return nil }
    return Orientation(rawValue: digit - 0x30)
  }
}
