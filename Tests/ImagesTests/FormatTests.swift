import Foundation
import Images
import TestNumbers
import Testing

/// WebP, HEIC and AVIF, from files that `Golden/make_formats.py` made of `waves(width: 64, height: 48)`.
@Suite struct FormatTests {
  static func file(_ name: String) throws -> [UInt8] {
    let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Golden")
    return [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
  }

  private let waves = ImagesTests.waves(width: 64, height: 48)

  /// The waves as orientation 6 has them stand.
  private func turned() throws -> Image {
    var png = MadePNG(
      width: 64, height: 48, bitDepth: 8, colourType: 2,
      rows: (0..<48).map { Array(waves.pixels[192 * $0..<192 * ($0 + 1)]) })
    png.extra = [("eXIf", [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0])]
    return try ImageDecoder.decode(png.bytes)
  }

  @Test func losslessWebPIsExact() throws {
    #expect(try ImageDecoder.decode(Self.file("lossless.webp")) == waves)
  }

  @Test(arguments: ["lossy.webp", "plain.heic", "plain.avif"])
  func lossyFilesAreClose(name: String) throws {
    let picture = try ImageDecoder.read(Self.file(name))
    #expect(!picture.endsEarly)
    #expect(largestDifference(picture.image, waves) <= 12)
  }

  @Test(arguments: [("alpha.webp", 0), ("alpha.avif", 40)])
  func transparencyIsLaidOverWhite(name: String, tolerance: Int) throws {
    let image = try ImageDecoder.decode(Self.file(name))
    var worst = 0
    for y in 0..<48 {
      for x in 0..<64 where abs(x - 32) > 8 || tolerance == 0 {
        let (found, wanted) = (image[x, y], x < 32 ? waves[x, y] : Colour(255, 255, 255))
        for (a, b) in [(found.red, wanted.red), (found.green, wanted.green), (found.blue, wanted.blue)] {
          worst = max(worst, abs(Int(a) - Int(b)))
        }
      }
    }
    #expect(worst <= tolerance)
  }

  /// By EXIF in WebP, by the container in HEIC.
  @Test(arguments: [("turned.webp", 0), ("turned.heic", 12)])
  func filesThatLieOnTheirSideAreTurned(name: String, tolerance: Int) throws {
    let image = try ImageDecoder.decode(Self.file(name))
    #expect(image.width == 48 && image.height == 64)
    #expect(largestDifference(image, try turned()) <= tolerance)
  }

  @Test(arguments: [#"<x tiff:Orientation="6"/>"#, "<tiff:Orientation>6</tiff:Orientation>"])
  func xmpIsReadInWebP(packet: String) throws {
    var bytes = try Self.file("turned.webp")
    // In place of EXIF's chunk, which is the last.
    let exif = try #require(bytes.indices.first { Array(bytes[$0...].prefix(4)) == Array("EXIF".utf8) })
    let text = Array(packet.utf8)
    bytes = bytes.prefix(exif) + Array("XMP ".utf8) + bigEndian(UInt32(text.count)).reversed() + text
    if text.count % 2 == 1 { bytes.append(0) }
    bytes.replaceSubrange(4..<8, with: bigEndian(UInt32(bytes.count - 8)).reversed())
    // The header's flags: XMP, no EXIF.
    bytes[20] = 0x04
    #expect(try ImageDecoder.decode(bytes) == turned())
  }

  @Test func aFilmIsRefused() throws {
    let refusal = failure(try Self.file("animated.webp"))
    #expect(refusal?.code == .unsupportedFormat && refusal?.message.contains("animated") == true)
  }

  @Test(arguments: ["lossless.webp", "lossy.webp", "plain.heic", "plain.avif"])
  func limitsAreExact(name: String) throws {
    let bytes = try Self.file(name)
    #expect(failure(bytes, limits: ImageLimits(bytes: bytes.count, pixels: 3072)) == nil)
    #expect(failure(bytes, limits: ImageLimits(bytes: bytes.count - 1, pixels: 3072))?.code == .tooManyBytes)
    #expect(failure(bytes, limits: ImageLimits(bytes: bytes.count, pixels: 3071))?.code == .tooManyPixels)
  }

  /// The size is believed before anything is decoded.
  @Test func aWebPHeaderThatClaimsTooMuchIsRefused() throws {
    var bytes = try Self.file("lossy.webp")
    let frame = try #require(bytes.indices.first { Array(bytes[$0...].prefix(3)) == [0x9D, 0x01, 0x2A] })
    bytes.replaceSubrange(frame + 3..<frame + 7, with: [0xFF, 0x3F, 0xFF, 0x3F])
    #expect(failure(Array(bytes.prefix(60)))?.code == .tooManyPixels)
    #expect(failure(bytes)?.code == .tooManyPixels)
  }

  @Test(arguments: ["plain.heic", "plain.avif"])
  func aMediaHeaderThatClaimsTooMuchIsRefused(name: String) throws {
    var bytes = try Self.file(name)
    for place in bytes.indices.dropLast(16) where Array(bytes[place..<place + 4]) == Array("ispe".utf8) {
      bytes.replaceSubrange(place + 8..<place + 16, with: bigEndian(UInt32(30_000)) + bigEndian(UInt32(30_000)))
    }
    #expect([.tooManyPixels, .damaged].contains(failure(bytes)?.code))
  }

  /// Every prefix is either refused, or has every pixel and says that the file ends early.
  @Test(arguments: [
    "lossless.webp", "lossy.webp", "alpha.webp", "turned.webp", "plain.heic", "turned.heic", "plain.avif",
  ])
  func whatIsCutShortIsNeverFilledUp(name: String) throws {
    let bytes = try Self.file(name)
    let whole = try ImageDecoder.decode(bytes)
    for count in 12..<bytes.count {
      do {
        let cut = try ImageDecoder.read(Array(bytes.prefix(count)))
        #expect(cut.endsEarly && cut.image.pixels.count == whole.pixels.count, "\(count) of \(bytes.count) bytes")
        // What is cut off may have been the note of how the picture lies.
        #expect(cut.image == whole || name == "turned.webp", "\(count) of \(bytes.count) bytes")
      } catch {
        #expect(error.code == .damaged, "\(count) of \(bytes.count) bytes: \(error)")
      }
    }
  }

  @Test(arguments: [
    "lossless.webp", "lossy.webp", "turned.webp", "alpha.webp", "plain.heic", "plain.avif", "alpha.avif",
  ])
  func corruptFilesNeverCrash(name: String) throws {
    let original = try Self.file(name)
    let limits = ImageLimits(bytes: 1 << 20, pixels: 2_000_000)
    var generator = SeededGenerator(seed: 9)
    var (decoded, refused) = (0, 0)
    for _ in 0..<500 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
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
    #expect(decoded + refused == 500 && refused > 50)
  }
}
