import Images
import Testing

@Suite struct PNGKindsTests {
  @Test func greyOfEveryDepth() throws {
    let one = MadePNG(width: 3, height: 1, bitDepth: 1, colourType: 0, rows: [[0b1010_0000]])
    #expect(try ImageDecoder.decode(one.bytes).pixels == [255, 255, 255, 0, 0, 0, 255, 255, 255])
    let two = MadePNG(width: 4, height: 1, bitDepth: 2, colourType: 0, rows: [[0b0001_1011]])
    #expect(try greys(two) == [0, 85, 170, 255])
    let four = MadePNG(width: 2, height: 1, bitDepth: 4, colourType: 0, rows: [[0x1F]])
    #expect(try greys(four) == [17, 255])
    let eight = MadePNG(width: 2, height: 2, bitDepth: 8, colourType: 0, rows: [[1, 2], [3, 254]])
    #expect(try greys(eight) == [1, 2, 3, 254])
    let sixteen = MadePNG(width: 2, height: 1, bitDepth: 16, colourType: 0, rows: [[0x80, 0x00, 0xFF, 0xFF]])
    #expect(try greys(sixteen) == [128, 255])
  }

  @Test func paletteWithAndWithoutTransparency() throws {
    var palette = MadePNG(width: 2, height: 1, bitDepth: 8, colourType: 3, rows: [[1, 0]])
    palette.extra = [("PLTE", [10, 20, 30, 200, 100, 0])]
    #expect(try ImageDecoder.decode(palette.bytes).pixels == [200, 100, 0, 10, 20, 30])
    palette.extra.append(("tRNS", [0]))
    #expect(try ImageDecoder.decode(palette.bytes).pixels == [200, 100, 0, 255, 255, 255])
  }

  @Test func alphaIsLaidOverWhite() throws {
    let rgba = MadePNG(
      width: 3, height: 1, bitDepth: 8, colourType: 6, rows: [[9, 8, 7, 255, 9, 8, 7, 0, 100, 0, 200, 51]])
    // 51/255 is one fifth.
    #expect(try ImageDecoder.decode(rgba.bytes).pixels == [9, 8, 7, 255, 255, 255, 224, 204, 244])
    let greyAlpha = MadePNG(width: 2, height: 1, bitDepth: 8, colourType: 4, rows: [[0, 102, 50, 255]])
    #expect(try greys(greyAlpha) == [153, 50])
    let deep = MadePNG(
      width: 1, height: 1, bitDepth: 16, colourType: 6, rows: [[0xFF, 0xFF, 0, 0, 0, 0, 0x80, 0x80]])
    #expect(try ImageDecoder.decode(deep.bytes).pixels == [255, 127, 127])
  }

  @Test func transparentColourOfPlainRGB() throws {
    var image = MadePNG(width: 2, height: 1, bitDepth: 8, colourType: 2, rows: [[1, 2, 3, 4, 5, 6]])
    image.extra = [("tRNS", [0, 1, 0, 2, 0, 3])]
    #expect(try ImageDecoder.decode(image.bytes).pixels == [255, 255, 255, 4, 5, 6])
  }

  private func greys(_ png: MadePNG) throws -> [UInt8] {
    let pixels = try ImageDecoder.decode(png.bytes).pixels
    let first = stride(from: 0, to: pixels.count, by: 3).map { pixels[$0] }
    #expect(pixels == first.flatMap { [$0, $0, $0] })
    return first
  }
}
