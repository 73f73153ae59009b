/// Writes an 8 × 8 baseline JPEG of one flat colour with any number of components (ITU-T T.81): each block is its DC
/// coefficient alone, so the whole entropy-coded part is a few bits.
struct MadeJPEG {
  /// How the components are spread over scans.
  enum Scans: Sendable {
    /// All in one.
    case interleaved
    /// A scan for each.
    case sequential
    /// Half of the DC coefficients' bits, the rest of them, then the (empty) AC coefficients of each component.
    case progressive
  }

  /// One value per component: grey; Y, Cb, Cr; or four inks.
  var values: [UInt8]
  /// The colour transform of an Adobe APP14 segment, if there is one: 0 for CMYK, 2 for YCCK.
  var adobeTransform: UInt8?
  var scans = Scans.interleaved

  var bytes: [UInt8] {
    var file: [UInt8] = [0xFF, 0xD8]
    if let adobeTransform {
      file += Self.segment(0xEE, Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, adobeTransform])
    }
    // Quantizer 8 everywhere: a flat block's DC coefficient is 8 · (value − 128), stored as value − 128.
    file += Self.segment(0xDB, [0] + [UInt8](repeating: 8, count: 64))
    let components = (1...UInt8(values.count)).map { $0 }
    file += Self.segment(
      scans == .progressive ? 0xC2 : 0xC0, [8, 0, 8, 0, 8, UInt8(values.count)] + components.flatMap { [$0, 0x11, 0] })
    // DC: categories 0 to 11, each its own number in four bits. AC: "end of block" as the single bit 0.
    file += Self.segment(0xC4, [0x00, 0, 0, 0, 12] + [UInt8](repeating: 0, count: 12) + (0...11).map { UInt8($0) })
    file += Self.segment(0xC4, [0x10, 1] + [UInt8](repeating: 0, count: 15) + [0])
    func scan(_ components: [UInt8], _ range: [UInt8], _ bits: [Int]) -> [UInt8] {
      Self.segment(0xDA, [UInt8(components.count)] + components.flatMap { [$0, 0x00] } + range) + Self.packed(bits)
    }
    switch scans {
    case .interleaved: file += scan(components, [0, 63, 0], values.flatMap { Self.dc(Int($0) - 128) + [0] })
    case .sequential:
      for (component, value) in zip(components, values) {
        file += scan([component], [0, 63, 0], Self.dc(Int(value) - 128) + [0])
      }
    case .progressive:
      // Without its lowest bit, which the next scan brings.
      file += scan(components, [0, 0, 0x01], values.flatMap { Self.dc((Int($0) - 128) >> 1) })
      file += scan(components, [0, 0, 0x10], values.map { (Int($0) - 128) & 1 })
      for component in components { file += scan([component], [1, 63, 0], [0]) }
    }
    return file + [0xFF, 0xD9]
  }

  private static func dc(_ difference: Int) -> [Int] {
    let category = difference == 0 ? 0 : Int.bitWidth - abs(difference).leadingZeroBitCount
    let amplitude = difference >= 0 ? difference : difference + (1 << category) - 1
    return (0..<4).map { category >> (3 - $0) & 1 } + (0..<category).map { amplitude >> (category - 1 - $0) & 1 }
  }

  private static func packed(_ bits: [Int]) -> [UInt8] {
    var bits = bits
    while bits.count % 8 != 0 { bits.append(1) }
    return stride(from: 0, to: bits.count, by: 8).flatMap { start -> [UInt8] in
      let byte = UInt8(bits[start..<start + 8].reduce(0) { $0 << 1 | $1 })
      return byte == 0xFF ? [0xFF, 0x00] : [byte]
    }
  }

  static func segment(_ marker: UInt8, _ body: [UInt8]) -> [UInt8] {
    [0xFF, marker] + bigEndian(UInt16(body.count + 2)) + body
  }
}
