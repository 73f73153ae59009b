import Images
import Testing

/// A TIFF block with one SHORT entry for the orientation, after another entry that has to be skipped.
private func tiff(_ value: UInt16, bigEndian: Bool = true) -> [UInt8] {
  func short(_ v: UInt16) -> [UInt8] {
    bigEndian ? [UInt8(v >> 8), UInt8(truncatingIfNeeded: v)] : [UInt8(truncatingIfNeeded: v), UInt8(v >> 8)]
  }
  func long(_ v: UInt32) -> [UInt8] {
    bigEndian
      ? short(UInt16(v >> 16)) + short(UInt16(truncatingIfNeeded: v))
      : short(UInt16(truncatingIfNeeded: v)) + short(UInt16(v >> 16))
  }
  let mark: [UInt8] = bigEndian ? [0x4D, 0x4D] : [0x49, 0x49]
  return mark + short(42) + long(8) + short(2) + short(0x010E) + short(2) + long(1) + long(0) + short(0x0112)
    + short(3) + long(1) + short(value) + short(0) + long(0)
}

private func withExif(_ jpeg: [UInt8], _ block: [UInt8]) -> [UInt8] {
  jpeg.prefix(2) + MadeJPEG.segment(0xE1, Array("Exif".utf8) + [0, 0] + block) + jpeg.dropFirst(2)
}

/// The file, saying how it lies.
func oriented(_ jpeg: [UInt8], _ value: UInt16) -> [UInt8] { withExif(jpeg, tiff(value)) }

@Suite struct OrientationTests {
  /// What the standard says in words: where the stored first row and first column are seen.
  private static let seen: [(value: UInt16, row: String, column: String)] = [
    (1, "top", "left"), (2, "top", "right"), (3, "bottom", "right"), (4, "bottom", "left"), (5, "left", "top"),
    (6, "right", "top"), (7, "right", "bottom"), (8, "left", "bottom"),
  ]

  @Test(arguments: 0..<8)
  func eachOrientationPutsRowsAndColumnsWhereTheStandardSays(index: Int) throws {
    let (value, row, column) = Self.seen[index]
    let stored = noise(width: 5, height: 3, seed: 3)
    var png = MadePNG(
      width: 5, height: 3, bitDepth: 8, colourType: 2,
      rows: (0..<3).map { Array(stored.pixels[15 * $0..<15 * ($0 + 1)]) })
    png.extra = [("eXIf", tiff(value))]
    let upright = try ImageDecoder.decode(png.bytes)
    let storedRow = (0..<5).map { stored[$0, 0] }
    let storedColumn = (0..<3).map { stored[0, $0] }
    // The stored corner (0, 0) comes first on both sides, so one side may have to be read backward.
    let seenRow = side(row, of: upright)
    let seenColumn = side(column, of: upright)
    #expect(seenRow == (["left", "top"].contains(column) ? storedRow : storedRow.reversed()))
    #expect(seenColumn == (["left", "top"].contains(row) ? storedColumn : storedColumn.reversed()))
    let turned = value >= 5
    #expect(upright.width == (turned ? 3 : 5) && upright.height == (turned ? 5 : 3))
    #expect(upright.pixels.sorted() == stored.pixels.sorted())
  }

  private func side(_ name: String, of image: Image) -> [Colour] {
    switch name {
    case "top": (0..<image.width).map { image[$0, 0] }
    case "bottom": (0..<image.width).map { image[$0, image.height - 1] }
    case "left": (0..<image.height).map { image[0, $0] }
    default: (0..<image.height).map { image[image.width - 1, $0] }
    }
  }

  @Test(arguments: [UInt16(1), 2, 3, 4, 5, 6, 7, 8], [true, false])
  func jpegAndPNGAgree(value: UInt16, bigEndian: Bool) throws {
    let jpeg = try waves(width: 20, height: 12).encodeJPEG(quality: 100)
    let stored = try ImageDecoder.decode(jpeg)
    var png = MadePNG(
      width: 20, height: 12, bitDepth: 8, colourType: 2,
      rows: (0..<12).map { Array(stored.pixels[60 * $0..<60 * ($0 + 1)]) })
    png.extra = [("eXIf", tiff(value, bigEndian: bigEndian))]
    let expected = try ImageDecoder.decode(png.bytes)
    #expect(try ImageDecoder.decode(withExif(jpeg, tiff(value, bigEndian: bigEndian))) == expected)
  }

  @Test func brokenExifMeansUpright() throws {
    let jpeg = try waves(width: 20, height: 12).encodeJPEG()
    let plain = try ImageDecoder.decode(jpeg)
    let good = tiff(6)
    var broken = [tiff(0), tiff(9), tiff(65535), [], [0x4D, 0x4D]]
    broken += (0..<good.count - 6).map { Array(good.prefix($0)) }.filter { $0.count < 32 }
    var farDirectory = good
    farDirectory.replaceSubrange(4..<8, with: [0xFF, 0xFF, 0xFF, 0xFF])
    broken.append(farDirectory)
    var wrongType = good
    wrongType[8 + 2 + 12 + 3] = 4
    broken.append(wrongType)
    for block in broken { #expect(try ImageDecoder.decode(withExif(jpeg, block)) == plain) }
    #expect(try ImageDecoder.decode(withExif(jpeg, good)).width == 12)
  }

  /// One entry for the orientation, of any whole-number type.
  private func entry(type: UInt16, _ value: [UInt8], isBigEndian: Bool) -> [UInt8] {
    func order(_ bytes: [UInt8]) -> [UInt8] { isBigEndian ? bytes : bytes.reversed() }
    var block: [UInt8] = Array((isBigEndian ? "MM" : "II").utf8)
    for field in [[0, 42], [0, 0, 0, 8], [0, 1], [0x01, 0x12], bigEndian(type), [0, 0, 0, 1], value] as [[UInt8]] {
      block += order(field)
    }
    return block + [UInt8](repeating: 0, count: 8 - value.count)
  }

  /// BYTE, SHORT, LONG.
  @Test(arguments: [UInt16(1), 3, 4], [true, false])
  func everyWholeNumberTypeIsRead(type: UInt16, isBigEndian: Bool) throws {
    let jpeg = try waves(width: 20, height: 12).encodeJPEG()
    let value: [UInt8] = [UInt8](repeating: 0, count: type == 1 ? 0 : type == 3 ? 1 : 3) + [6]
    let block = entry(type: type, value, isBigEndian: isBigEndian)
    #expect(try ImageDecoder.decode(withExif(jpeg, block)).width == 12)
  }

  private static let xmpMark = Array("http://ns.adobe.com/xap/1.0/\0".utf8)

  private func withSegments(_ jpeg: [UInt8], _ bodies: [[UInt8]]) -> [UInt8] {
    jpeg.prefix(2) + bodies.flatMap { MadeJPEG.segment(0xE1, $0) } + jpeg.dropFirst(2)
  }

  @Test func theFirstSegmentThatSaysAnythingCounts() throws {
    let jpeg = try waves(width: 20, height: 12).encodeJPEG()
    func exif(_ block: [UInt8]) -> [UInt8] { Array("Exif".utf8) + [0, 0] + block }
    let turned = Self.xmpMark + Array(#"<rdf:Description tiff:Orientation="6"/>"#.utf8)
    // Another program's segment, and an Exif one without the field, are passed over.
    #expect(try ImageDecoder.decode(withSegments(jpeg, [turned, exif(Array(tiff(6).prefix(20)))])).width == 12)
    #expect(try ImageDecoder.decode(withSegments(jpeg, [exif([0x4D, 0x4D]), exif(tiff(6))])).width == 12)
    // EXIF counts before XMP.
    #expect(try ImageDecoder.decode(withSegments(jpeg, [turned, exif(tiff(1))])).width == 20)
  }

  private static let packets = [
    #"<x tiff:Orientation="6"/>"#, "<x tiff:Orientation = '6'/>", "<tiff:Orientation>6</tiff:Orientation>",
    "<tiff:Orientation>\n 6 </tiff:Orientation>", #"<x tiff:OrientationX="3" tiff:Orientation="6"/>"#,
  ]

  @Test(arguments: packets)
  func xmpIsReadInJPEGAndPNG(packet: String) throws {
    let jpeg = try waves(width: 20, height: 12).encodeJPEG()
    #expect(try ImageDecoder.decode(withSegments(jpeg, [Self.xmpMark + Array(packet.utf8)])).width == 12)
    var png = MadePNG(
      width: 4, height: 1, bitDepth: 8, colourType: 2, rows: [noise(width: 4, height: 1, seed: 5).pixels])
    png.extra = [("iTXt", Array("XML:com.adobe.xmp".utf8) + [0, 0, 0, 0, 0] + Array(packet.utf8))]
    #expect(try ImageDecoder.decode(png.bytes).width == 1)
  }

  @Test(arguments: [
    "", "tiff:Orientation", "<x tiff:Orientation=\"66\"/>", "<x tiff:Orientation=\"9\"/>", "tiff:Orientation=\"",
  ])
  func brokenXMPMeansUpright(packet: String) throws {
    let jpeg = try waves(width: 20, height: 12).encodeJPEG()
    #expect(try ImageDecoder.decode(withSegments(jpeg, [Self.xmpMark + Array(packet.utf8)])).width == 20)
  }

  @Test func aPNGChunkMayBeginLikeAJPEGSegment() throws {
    var png = MadePNG(
      width: 4, height: 1, bitDepth: 8, colourType: 2, rows: [noise(width: 4, height: 1, seed: 5).pixels])
    png.extra = [("eXIf", Array("Exif".utf8) + [0, 0] + tiff(6))]
    #expect(try ImageDecoder.decode(png.bytes).width == 1)
  }

  @Test func aPixelWideStripTurns() throws {
    let stored = noise(width: 4, height: 1, seed: 5)
    var png = MadePNG(width: 4, height: 1, bitDepth: 8, colourType: 2, rows: [stored.pixels])
    png.extra = [("eXIf", tiff(6))]
    let upright = try ImageDecoder.decode(png.bytes)
    #expect(upright.width == 1 && upright.height == 4 && upright.pixels == stored.pixels)
  }
}
