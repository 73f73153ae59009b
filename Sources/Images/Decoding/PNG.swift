internal import CPNG

extension ImageDecoder {
  static func decodePNG(_ bytes: [UInt8], limits: ImageLimits) throws(ImageError) -> Picture {
    var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_BYTES))
    let layout = try layout(png: bytes, limits: limits)
    let (width, height) = (Int(layout.width), Int(layout.height))
    var status: Int32 = 0
    var endsEarly: Int32 = 0
    let (pixelCount, channels) = (width * height, Int(layout.channels))
    let pixels = [UInt8](unsafeUninitializedCapacity: pixelCount * channels) { target, count in
      status = cpng_decode(bytes, bytes.count, layout, target.baseAddress, &endsEarly, &message)
      if status == 0 && channels == 4 { layOverWhite(target.baseAddress!, count: pixelCount) }
      // After a failure part of the memory is unset; it must not become an array's contents.
      count = status == 0 ? pixelCount * 3 : 0
    }
    guard status == 0 else { throw damaged(message) }
    return Picture(image: Image(width: width, height: height, pixels: pixels), endsEarly: endsEarly != 0)
  }

  /// Of the picture, twice: it may be turned.
  static func memory(png bytes: [UInt8], limits: ImageLimits) throws(ImageError) -> Int {
    let layout = try layout(png: bytes, limits: limits)
    return Int(layout.width) * Int(layout.height) * (Int(layout.channels) + 3)
  }

  private static func layout(png bytes: [UInt8], limits: ImageLimits) throws(ImageError) -> cpng_layout {
    var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_BYTES))
    var layout = cpng_layout()
    guard cpng_read_layout(bytes, bytes.count, &layout, &message) == 0 else { throw damaged(message) }
    try limits.check(width: Int(layout.width), height: Int(layout.height))
    return layout
  }

  /// RGBA to RGB in place: c·α + 255·(1 − α), rounded.
  static func layOverWhite(_ pixels: UnsafeMutablePointer<UInt8>, count: Int) {
    for index in 0..<count {
      let alpha = UInt32(pixels[4 * index + 3])
      for channel in 0..<3 {
        let value = UInt32(pixels[4 * index + channel])
        pixels[3 * index + channel] = UInt8((value * alpha + 255 * (255 - alpha) + 127) / 255)
      }
    }
  }

  private static func damaged(_ message: [CChar]) -> ImageError {
    ImageError(.damaged, "the PNG file is damaged or cut short (\(text(message))): send the original again")
  }
}

extension Image {
  /// A PNG without loss, 8-bit RGB.
  ///
  /// - Throws: `cannotEncode` for a side above libpng's 1,000,000 pixels.
  public func encodePNG() throws(ImageError) -> [UInt8] {
    guard width <= 1_000_000, height <= 1_000_000 else {
      throw ImageError(.cannotEncode, "a PNG's sides are at most 1000000 pixels here, not \(width)×\(height)")
    }
    var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_BYTES))
    var encoded: UnsafeMutablePointer<UInt8>?
    var count = 0
    guard cpng_encode_rgb(pixels, UInt32(width), UInt32(height), &encoded, &count, &message) == 0 else {
      throw ImageError(.cannotEncode, "the PNG could not be written: \(text(message))")
    }
    defer { cpng_free(encoded) }
    return Array(UnsafeBufferPointer(start: encoded, count: count))
  }
}
