/// Writes PNG files of every kind, uncompressed, chunk by chunk (PNG specification, sections 5 and 11).
struct MadePNG {
  var width: UInt32
  var height: UInt32
  var bitDepth: UInt8
  var colourType: UInt8
  /// Chunks between the header and the data: palette, transparency, eXIf.
  var extra: [(name: String, data: [UInt8])] = []
  /// Packed rows without their filter byte.
  var rows: [[UInt8]]

  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  var header: [UInt8] {
    Self.signature
      + Self.chunk("IHDR", bigEndian(width) + bigEndian(height) + [bitDepth, colourType, 0, 0, 0])
  }

  var bytes: [UInt8] {
    let raw: [UInt8] = rows.flatMap { (row: [UInt8]) -> [UInt8] in [0] + row }
    let length = UInt16(raw.count)
    let littleEndian = { (value: UInt16) in [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)] }
    var stored: [UInt8] = [0x78, 0x01, 0x01]
    stored += littleEndian(length) + littleEndian(~length)
    stored += raw + bigEndian(Self.adler(raw))
    return header + extra.flatMap { Self.chunk($0.name, $0.data) } + Self.chunk("IDAT", stored)
      + Self.chunk("IEND", [])
  }

  static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    return bigEndian(UInt32(data.count)) + body + bigEndian(crc(body))
  }

  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }

  private static func adler(_ bytes: [UInt8]) -> UInt32 {
    let sums = bytes.reduce((a: UInt32(1), b: UInt32(0))) { sums, byte in
      let a = (sums.a + UInt32(byte)) % 65521
      return (a, (sums.b + a) % 65521)
    }
    return sums.b << 16 | sums.a
  }
}
