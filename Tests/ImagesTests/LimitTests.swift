import Images
import Testing

@Suite struct LimitTests {
  @Test func aHeaderThatClaimsTooMuchIsRefused() {
    // 60,000 × 60,000 would be 10.8 GB; the file ends after its header, so only the header can have been read.
    let png = MadePNG(width: 60_000, height: 60_000, bitDepth: 8, colourType: 2, rows: [[]])
    let bytes = png.header + MadePNG.chunk("IDAT", [0x78, 0x01, 0, 0])
    #expect(bytes.count < 100)
    #expect(failure(bytes)?.code == .tooManyPixels)
    #expect(failure(bytes)?.message.contains("60000×60000") == true)
  }

  @Test func hugeSidesDoNotOverflow() {
    let png = MadePNG(width: 0x7FFF_FFFF, height: 0x7FFF_FFFF, bitDepth: 16, colourType: 6, rows: [[]])
    let bytes = png.header + MadePNG.chunk("IDAT", [0])
    #expect([.tooManyPixels, .damaged].contains(failure(bytes)?.code))
  }

  @Test func jpegPixelsAreLimitedToo() throws {
    var bytes = MadeJPEG(values: [100]).bytes
    let frame = try #require(bytes.indices.first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
    bytes.replaceSubrange(frame + 5..<frame + 9, with: [0xEA, 0x60, 0xEA, 0x60])
    #expect(failure(bytes)?.code == .tooManyPixels)
  }

  @Test func limitsAreExact() throws {
    let bytes = try noise(width: 20, height: 10, seed: 4).encodePNG()
    #expect(failure(bytes, limits: ImageLimits(bytes: bytes.count, pixels: 200)) == nil)
    #expect(failure(bytes, limits: ImageLimits(bytes: bytes.count - 1, pixels: 200))?.code == .tooManyBytes)
    #expect(failure(bytes, limits: ImageLimits(bytes: bytes.count, pixels: 199))?.code == .tooManyPixels)
  }

  @Test func memoryIsKnownFromTheHeader() throws {
    // The picture and a turned one.
    let jpeg = try noise(width: 20, height: 10, seed: 4).encodeJPEG()
    #expect(try ImageDecoder.memory(of: jpeg) == 2 * 600)
    #expect(try ImageDecoder.memory(of: try noise(width: 20, height: 10, seed: 4).encodePNG()) == 2 * 600)
    // Coefficients of the whole picture besides.
    let (flat, progressive) = (MadeJPEG(values: [100]), MadeJPEG(values: [100], scans: .progressive))
    #expect(try ImageDecoder.memory(of: progressive.bytes) == 2 * ImageDecoder.memory(of: flat.bytes))
    #expect(throws: ImageError.self) {
      try ImageDecoder.memory(of: jpeg, limits: ImageLimits(bytes: 1 << 20, pixels: 199))
    }
    #expect(throws: ImageError.self) { try ImageDecoder.memory(of: Array("GIF89a".utf8)) }
  }

  @Test func foreignFilesAreNamed() {
    func file(_ text: String, _ rest: [UInt8] = [UInt8](repeating: 0, count: 40)) -> [UInt8] { Array(text.utf8) + rest }
    let unsupported: [(String, [UInt8])] = [
      ("GIF", file("GIF89a")), ("TIFF", file("II*\0")), ("TIFF", file("MM\0*")), ("BMP", file("BM")),
      ("JPEG XL", [0xFF, 0x0A] + file("")),
    ]
    for (name, bytes) in unsupported {
      #expect(failure(bytes)?.code == .unsupportedFormat)
      #expect(failure(bytes)?.message.contains(name) == true)
      #expect(failure(bytes)?.message.contains("JPEG or PNG") == true)
    }
    let broken: [(String, [UInt8])] = [
      ("WebP", file("RIFF\u{1}\u{0}\u{0}\u{0}WEBPVP8 ")), ("HEIC", [0, 0, 0, 24] + file("ftypheic")),
      ("AVIF", [0, 0, 0, 24] + file("ftypavif")),
    ]
    for (name, bytes) in broken {
      #expect(failure(bytes)?.code == .damaged)
      #expect(failure(bytes)?.message.contains(name) == true)
    }
    let foreign: [(String, [UInt8])] = [
      ("empty", []), ("PDF", file("%PDF-1.7")), ("text", Array("name,age\nGrüße,3\n".utf8)),
      ("ZIP", file("PK\u{3}\u{4}")),
      ("video", [0, 0, 0, 24] + file("ftypisom")), ("binary", [0, 1, 2, 3, 200, 201]), ("binary", [0xFF]),
      ("text", Array("BM".utf8)),
    ]
    for (name, bytes) in foreign {
      #expect(failure(bytes)?.code == .notAnImage)
      #expect(failure(bytes)?.message.contains(name) == true)
      #expect(failure(bytes)?.message.contains("JPEG or PNG") == true)
    }
  }
}
