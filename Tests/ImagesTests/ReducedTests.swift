import Images
import TestNumbers
import Testing

/// Pictures that are decoded at a part of their size, and parts of pictures at their full size.
@Suite struct ReducedTests {
  /// Odd sides, so that the last reduced column and row reach beyond the picture, and come first where it is turned.
  @Test(arguments: [UInt16(1), 2, 3, 4, 5, 6, 7, 8], JPEGLayout.allCases)
  func aReducedPictureLiesWhereItSays(orientation: UInt16, layout: JPEGLayout) throws {
    let bytes = oriented(try waves(width: 203, height: 157).encodeJPEG(quality: 100, layout: layout), orientation)
    let whole = try ImageDecoder.decode(bytes)
    for (pixels, divisor) in [(30_000, 1), (7_000, 2), (1_900, 4), (500, 8), (1, 8)] {
      let picture = try ImageDecoder.read(bytes, enough: pixels)
      let (image, size) = (picture.image, picture.reduced)
      #expect(size.divisor == divisor && size.width == whole.width && size.height == whole.height)
      #expect(image.width == (whole.width + divisor - 1) / divisor)
      #expect(image.width * image.height >= pixels)
      var furthest = 0
      for y in 1..<image.height - 1 {
        for x in 1..<image.width - 1 {
          // The middle of the pixels that this one stands for; the waves are even enough for one of them to tell.
          let (left, top) = (size.left + x * divisor + divisor / 2, size.top + y * divisor + divisor / 2)
          let (a, b) = (image[x, y], whole[left, top])
          for (a, b) in [(a.red, b.red), (a.green, b.green), (a.blue, b.blue)] {
            furthest = max(furthest, abs(Int(a) - Int(b)))
          }
        }
      }
      #expect(furthest <= 6, "orientation \(orientation), divisor \(divisor)")
    }
  }

  @Test(arguments: [UInt16(1), 2, 3, 4, 5, 6, 7, 8], JPEGLayout.allCases)
  func aPartHasThePixelsOfTheWhole(orientation: UInt16, layout: JPEGLayout) throws {
    let bytes = oriented(
      try noise(width: 203, height: 157, seed: 5).encodeJPEG(quality: 90, layout: layout), orientation)
    let whole = try ImageDecoder.decode(bytes)
    var generator = SeededGenerator(seed: UInt64(orientation))
    var parts = [
      PixelRectangle(left: 0, top: 0, width: whole.width, height: whole.height),
      PixelRectangle(left: whole.width - 1, top: whole.height - 1, width: 1, height: 1),
    ]
    for _ in 0..<20 {
      let (left, top) = (
        Int.random(in: 0..<whole.width, using: &generator), Int.random(in: 0..<whole.height, using: &generator)
      )
      parts.append(
        PixelRectangle(
          left: left, top: top, width: Int.random(in: 1...whole.width - left, using: &generator),
          height: Int.random(in: 1...whole.height - top, using: &generator)))
    }
    for part in parts { #expect(try ImageDecoder.region(bytes, part) == whole.part(part), "\(part)") }
  }

  @Test func otherFormatsComeWhole() throws {
    let image = noise(width: 60, height: 50, seed: 6)
    let png = try image.encodePNG()
    let picture = try ImageDecoder.read(png, enough: 10)
    #expect(picture.image == image && picture.reduced == ReducedSize(image))
    let part = PixelRectangle(left: 7, top: 9, width: 20, height: 3)
    #expect(try ImageDecoder.region(png, part) == image.part(part))
  }

  @Test func damageIsFoundAtEverySize() throws {
    let bytes = try noise(width: 203, height: 157, seed: 7).encodeJPEG()
    for count in [bytes.count / 2, bytes.count - 200] {
      for pixels in [1, 7_000, Int.max] {
        #expect(throws: ImageError.self) { try ImageDecoder.read(Array(bytes.prefix(count)), enough: pixels) }
      }
    }
  }
}
