import Images
import Testing

@Suite struct DecodeTests {
  @Test(arguments: [(1, 1), (7, 3), (8, 8), (15, 31), (127, 64), (250, 250)])
  func pngRoundTripIsExact(width: Int, height: Int) throws {
    let image = noise(width: width, height: height, seed: 1)
    #expect(try ImageDecoder.decode(image.encodePNG()) == image)
  }

  @Test(arguments: [(1, 1), (7, 3), (8, 8), (17, 31), (127, 64)])
  func jpegRoundTripIsClose(width: Int, height: Int) throws {
    let image = waves(width: width, height: height)
    let back = try ImageDecoder.decode(image.encodeJPEG(quality: 98))
    #expect(largestDifference(back, image) <= 8)
  }

  @Test func jpegKeepsColourEdges() throws {
    // Chroma at half resolution would mix the two columns.
    var image = Image(width: 16, height: 16, colour: Colour(200, 40, 40))
    for y in 0..<16 { for x in stride(from: 0, to: 16, by: 2) { image[x, y] = Colour(40, 40, 200) } }
    #expect(largestDifference(try ImageDecoder.decode(image.encodeJPEG(quality: 100)), image) <= 6)
  }

  @Test func jpegQualityDecidesSize() throws {
    let image = noise(width: 64, height: 64, seed: 2)
    #expect(try image.encodeJPEG(quality: 20).count < image.encodeJPEG(quality: 90).count)
    #expect(throws: ImageError.self) { try image.encodeJPEG(quality: 0) }
    #expect(throws: ImageError.self) { try image.encodeJPEG(quality: 101) }
    let wide = Image(width: 65_501, height: 1, colour: .black)
    #expect { try wide.encodeJPEG() } throws: { ($0 as? ImageError)?.code == .cannotEncode }
  }

  @Test(arguments: [UInt8(0), 1, 77, 128, 200, 255])
  func greyJPEGBecomesGreyRGB(value: UInt8) throws {
    let image = try ImageDecoder.decode(MadeJPEG(values: [value]).bytes)
    #expect(image.width == 8 && image.height == 8)
    #expect(largestDifference(image, Image(width: 8, height: 8, colour: Colour(value, value, value))) <= 1)
  }

  @Test func colourJPEGFollowsJFIF() throws {
    let image = try ImageDecoder.decode(MadeJPEG(values: [76, 85, 255]).bytes)  // pure red in YCbCr
    #expect(largestDifference(image, Image(width: 8, height: 8, colour: Colour(254, 0, 0))) <= 2)
  }

  @Test func cmykJPEGIsConverted() throws {
    // Adobe stores 255 − ink: full magenta and yellow, no cyan, no black, is red.
    let adobe = try ImageDecoder.decode(MadeJPEG(values: [255, 0, 0, 255], adobeTransform: 0).bytes)
    #expect(largestDifference(adobe, Image(width: 8, height: 8, colour: Colour(255, 0, 0))) <= 2)
    let plain = try ImageDecoder.decode(MadeJPEG(values: [0, 255, 255, 0]).bytes)
    #expect(largestDifference(plain, Image(width: 8, height: 8, colour: Colour(255, 0, 0))) <= 2)
    let halfBlack = try ImageDecoder.decode(MadeJPEG(values: [255, 255, 255, 128], adobeTransform: 0).bytes)
    #expect(largestDifference(halfBlack, Image(width: 8, height: 8, colour: Colour(128, 128, 128))) <= 2)
    let ycck = try ImageDecoder.decode(MadeJPEG(values: [128, 128, 128, 255], adobeTransform: 2).bytes)
    #expect(largestDifference(ycck, Image(width: 8, height: 8, colour: Colour(127, 127, 127))) <= 2)
  }
}
