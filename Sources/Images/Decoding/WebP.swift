internal import CWebP

extension ImageDecoder {
  static func decodeWebP(_ bytes: [UInt8], limits: ImageLimits) throws(ImageError) -> Picture {
    let layout = try layout(webp: bytes, limits: limits)
    let (width, height) = (Int(layout.width), Int(layout.height))
    var message = [CChar](repeating: 0, count: Int(CWEBP_MESSAGE_BYTES))
    // libwebp reads a stream that stops some bits early as if they were zero.
    let chunks = RIFFChunks(bytes)
    guard chunks.hasWholePicture else { throw damaged("the file ends early") }
    var status: Int32 = 0
    let (pixelCount, channels) = (width * height, Int(layout.channels))
    let pixels = [UInt8](unsafeUninitializedCapacity: pixelCount * channels) { target, count in
      status = cwebp_decode(bytes, bytes.count, layout, target.baseAddress, &message)
      if status == 0 && channels == 4 { layOverWhite(target.baseAddress!, count: pixelCount) }
      // After a failure part of the memory is unset; it must not become an array's contents.
      count = status == 0 ? pixelCount * 3 : 0
    }
    guard status == 0 else { throw damaged(text(message)) }
    return Picture(image: Image(width: width, height: height, pixels: pixels), endsEarly: chunks.endsEarly)
  }

  /// Of the picture, twice: it may be turned; and of libwebp's own, which has four channels.
  static func memory(webp bytes: [UInt8], limits: ImageLimits) throws(ImageError) -> Int {
    let layout = try layout(webp: bytes, limits: limits)
    return Int(layout.width) * Int(layout.height) * (Int(layout.channels) + 3 + 4)
  }

  private static func layout(webp bytes: [UInt8], limits: ImageLimits) throws(ImageError) -> cwebp_layout {
    var message = [CChar](repeating: 0, count: Int(CWEBP_MESSAGE_BYTES))
    var layout = cwebp_layout()
    guard cwebp_read_layout(bytes, bytes.count, &layout, &message) == 0 else { throw damaged(text(message)) }
    guard layout.animated == 0 else {
      throw ImageError(
        .unsupportedFormat, "the file is an animated WebP, which is not supported: save one picture of it")
    }
    try limits.check(width: Int(layout.width), height: Int(layout.height))
    return layout
  }

  private static func damaged(_ reason: String) -> ImageError {
    ImageError(.damaged, "the WebP file is damaged or cut short (\(reason)): send the original again")
  }
}
