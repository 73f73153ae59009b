/// The one EXIF field that changes pixels: the orientation. Anything missing or malformed means "upright as stored",
/// because a broken note beside a good picture is no reason to refuse it.
enum Exif {
  /// Of the first Exif APP1 segment before the picture data.
  static func orientation(jpeg bytes: [UInt8]) -> Orientation {
    var position = 2
    while position + 4 <= bytes.count, bytes[position] == 0xFF {
      let marker = bytes[position + 1]
      if marker == 0xFF {  // a fill byte
        position += 1
        continue
      }
      if marker == 0xDA || marker == 0xD9 { break }  // picture data, or the end
      if marker == 0x01 || (0xD0...0xD8).contains(marker) {  // markers without a length
        position += 2
        continue
      }
      let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
      guard length >= 2, position + 2 + length <= bytes.count else { break }
      let body = bytes[position + 4..<position + 2 + length]
      if marker == 0xE1, body.starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0]) {
        return orientation(tiff: body.dropFirst(6))
      }
      position += 2 + length
    }
    return .topLeft
  }

  /// Of the eXIf chunk before or after the picture data.
  static func orientation(png bytes: [UInt8]) -> Orientation {
    var position = 8
    while position + 12 <= bytes.count {
      let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - position - 12 else { break }
      let body = position + 8
      if bytes[position + 4..<body].elementsEqual("eXIf".utf8) { return orientation(tiff: bytes[body..<body + length]) }
      position = body + length + 4
    }
    return .topLeft
  }

  /// Walks IFD 0 of a TIFF block (TIFF 6.0, section 2): 12-byte entries of tag, type, count, value.
  private static func orientation(tiff: ArraySlice<UInt8>) -> Orientation {
    let block = Array(tiff)
    let bigEndian: Bool
    switch block.prefix(4) {
    case [0x49, 0x49, 0x2A, 0x00]: bigEndian = false
    case [0x4D, 0x4D, 0x00, 0x2A]: bigEndian = true
    default: return .topLeft
    }
    func number(_ width: Int, at offset: Int) -> Int? {
      guard offset >= 0, offset <= block.count - width else { return nil }
      let field = block[offset..<offset + width]
      return bigEndian ? field.reduce(0) { $0 << 8 | Int($1) } : field.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    guard let directory = number(4, at: 4), let entries = number(2, at: directory) else { return .topLeft }
    for entry in 0..<entries {
      let start = directory + 2 + 12 * entry
      guard let tag = number(2, at: start) else { break }
      guard tag == 0x0112 else { continue }
      let isOneShort = number(2, at: start + 2) == 3 && number(4, at: start + 4) == 1
      guard isOneShort, let value = number(2, at: start + 8), value <= 8 else { break }
      return Orientation(rawValue: UInt8(value)) ?? .topLeft
    }
    return .topLeft
  }
}
