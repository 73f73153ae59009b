/// The one EXIF field that changes pixels: the orientation. Anything missing or malformed says nothing, because a broken
/// note beside a good picture is no reason to refuse it.
enum Exif {
  /// What an Exif block begins with in a JPEG file; some editors write it into PNG files too.
  private static let mark: [UInt8] = Array("Exif\0".utf8)

  /// Of an APP1 segment's body; nil where it is none of EXIF's.
  static func orientation(segment: ArraySlice<UInt8>) -> Orientation? {
    // The sixth byte is 0 by the standard; not every writer pads with it.
    guard segment.count > mark.count, segment.starts(with: mark) else { return nil }
    return orientation(tiff: segment.dropFirst(mark.count + 1))
  }

  /// Of an eXIf chunk's data.
  static func orientation(chunk: ArraySlice<UInt8>) -> Orientation? {
    orientation(segment: chunk) ?? orientation(tiff: chunk)
  }

  /// Walks IFD 0 of a TIFF block (TIFF 6.0, section 2): 12-byte entries of tag, type, count, value.
  private static func orientation(tiff: ArraySlice<UInt8>) -> Orientation? {
    let block = Array(tiff)
    let isBigEndian: Bool
    switch block.prefix(4) {
    case [0x49, 0x49, 0x2A, 0x00]: isBigEndian = false
    case [0x4D, 0x4D, 0x00, 0x2A]: isBigEndian = true
    default: return nil
    }
    func number(_ width: Int, at offset: Int) -> Int? {
      guard offset >= 0, offset <= block.count - width else { return nil }
      let field = block[offset..<offset + width]
      return isBigEndian ? field.reduce(0) { $0 << 8 | Int($1) } : field.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    guard let directory = number(4, at: 4), let entries = number(2, at: directory) else { return nil }
    for entry in 0..<entries {
      let start = directory + 2 + 12 * entry
      guard let tag = number(2, at: start) else { return nil }
      guard tag == 0x0112 else { continue }
      guard let type = number(2, at: start + 2), let width = width(ofType: type), number(4, at: start + 4) == 1,
        let value = number(width, at: start + 8), let byte = UInt8(exactly: value)
      else { continue }
      if let orientation = Orientation(rawValue: byte) { return orientation }
    }
    return nil
  }

  /// Bytes of a whole number: the standard wants a SHORT, and writers give BYTE, LONG and the signed ones as well.
  private static func width(ofType type: Int) -> Int? {
    switch type {
    case 1, 6: 1
    case 3, 8: 2
    case 4, 9: 4
    default: nil
    }
  }
}
