import Images
import TestNumbers
import Testing

@Suite struct DamageTests {
  /// Every prefix is either refused as damaged, or has every pixel and says that the file ends early.
  private func checkPrefixes(of bytes: [UInt8], from first: Int, whole: Range<Int>) throws {
    let picture = try ImageDecoder.read(bytes)
    #expect(!picture.endsEarly)
    var taken: [Int] = []
    for count in first..<bytes.count {
      do {
        let cut = try ImageDecoder.read(Array(bytes.prefix(count)))
        #expect(cut.endsEarly && cut.image == picture.image, "\(count) of \(bytes.count) bytes")
        taken.append(count)
      } catch {
        #expect(error.code == .damaged, "\(count) bytes")
      }
    }
    #expect(whole.contains(taken.count) && taken.last == bytes.count - 1)
    // Those that are taken are the last ones: nothing in the middle passes for the whole.
    #expect(taken == Array(bytes.count - taken.count..<bytes.count))
  }

  @Test func aJPEGThatLacksOnlyItsEndMarkIsWhole() throws {
    let bytes = try noise(width: 40, height: 30, seed: 6).encodeJPEG(quality: 80)
    // Two bytes of the mark; a byte before them may hold nothing but padding.
    try checkPrefixes(of: bytes, from: 3, whole: 2..<4)
    #expect(failure(Array(bytes.prefix(2)))?.code == .notAnImage)
  }

  /// Scans one after the other, of components or of frequencies: a cut between two looks like the end.
  @Test(arguments: [MadeJPEG.Scans.sequential, .progressive])
  func aJPEGThatLacksAScanIsRefused(scans: MadeJPEG.Scans) throws {
    let bytes = MadeJPEG(values: [91, 120, 143], scans: scans).bytes
    #expect(try ImageDecoder.decode(bytes) == ImageDecoder.decode(MadeJPEG(values: [91, 120, 143]).bytes))
    try checkPrefixes(of: bytes, from: 3, whole: 2..<3)
  }

  @Test func aPNGThatLacksOnlyItsEndChunkIsWhole() throws {
    let bytes = try noise(width: 20, height: 15, seed: 7).encodePNG()
    // The end chunk has twelve bytes.
    try checkPrefixes(of: bytes, from: 8, whole: 12..<13)
    #expect(failure(Array(bytes.prefix(7)))?.code == .notAnImage)
  }

  /// Random bytes are written over random places. Decoding either fails with an error or gives a picture within the
  /// limits; the process surviving is the test.
  @Test(arguments: ["jpeg", "png", "exif"])
  func corruptFilesNeverCrash(kind: String) throws {
    let image = waves(width: 33, height: 21)
    let original: [UInt8]
    switch kind {
    case "jpeg": original = try image.encodeJPEG(quality: 85)
    case "png": original = try image.encodePNG()
    default:
      let jpeg = MadeJPEG(values: [90, 120, 140]).bytes
      let block: [UInt8] = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]
      original = jpeg.prefix(2) + MadeJPEG.segment(0xE1, Array("Exif".utf8) + [0, 0] + block) + jpeg.dropFirst(2)
    }
    let limits = ImageLimits(bytes: 1 << 20, pixels: 2_000_000)
    var generator = SeededGenerator(seed: 8)
    var (decoded, refused) = (0, 0)
    for _ in 0..<3000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      if Bool.random(using: &generator) { bytes.removeLast(Int.random(in: 0..<bytes.count / 2, using: &generator)) }
      do {
        let picture = try ImageDecoder.decode(bytes, limits: limits)
        #expect(picture.width * picture.height <= limits.pixels)
        #expect(picture.pixels.count == picture.width * picture.height * 3)
        decoded += 1
      } catch {
        #expect(!error.message.isEmpty)
        refused += 1
      }
    }
    #expect(decoded + refused == 3000 && refused > 100)
  }
}
