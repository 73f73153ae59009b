internal import CJPEG

extension ImageDecoder {
  static func decodeJPEG(_ bytes: [UInt8], limits: ImageLimits) throws(ImageError) -> Picture {
    var message = [CChar](repeating: 0, count: Int(CJPEG_MESSAGE_BYTES))
    let size = try header(jpeg: bytes, limits: limits).size
    let (width, height) = (Int(size.width), Int(size.height))
    var status: Int32 = 0
    var endsEarly: Int32 = 0
    let byteCount = width * height * 3
    let pixels = [UInt8](unsafeUninitializedCapacity: byteCount) { target, count in
      status = cjpeg_decode_rgb(bytes, bytes.count, size, target.baseAddress, &endsEarly, &message)
      // After a failure part of the memory is unset; it must not become an array's contents.
      count = status == 0 ? byteCount : 0
    }
    guard status == 0 else { throw damaged(message) }
    return Picture(image: Image(width: width, height: height, pixels: pixels), endsEarly: endsEarly != 0)
  }

  /// Of the picture, twice: it may be turned.
  static func memory(jpeg bytes: [UInt8], limits: ImageLimits) throws(ImageError) -> Int {
    let header = try header(jpeg: bytes, limits: limits)
    // Coefficients have two bytes, and there are at most as many as samples.
    return Int(header.size.width) * Int(header.size.height) * (header.severalScans ? 3 + 6 + 3 : 3 + 3)
  }

  private static func header(
    jpeg bytes: [UInt8], limits: ImageLimits
  ) throws(ImageError) -> (size: cjpeg_size, severalScans: Bool) {
    var message = [CChar](repeating: 0, count: Int(CJPEG_MESSAGE_BYTES))
    var size = cjpeg_size()
    var severalScans: Int32 = 0
    guard cjpeg_read_size(bytes, bytes.count, &size, &severalScans, &message) == 0 else { throw damaged(message) }
    try limits.check(width: Int(size.width), height: Int(size.height))
    return (size, severalScans != 0)
  }

  private static func damaged(_ message: [CChar]) -> ImageError {
    ImageError(.damaged, "the JPEG file is damaged or cut short (\(text(message))): send the original again")
  }
}

extension Image {
  /// A baseline JPEG without chroma subsampling (4:4:4), so that colour edges in a small crop survive.
  ///
  /// - Parameter quality: 1 to 100; 90 and more is hard to tell from the original.
  /// - Throws: `cannotEncode` for another quality, or a side above JPEG's 65,500 pixels.
  public func encodeJPEG(quality: Int = 95) throws(ImageError) -> [UInt8] {
    guard (1...100).contains(quality) else {
      throw ImageError(.cannotEncode, "a JPEG's quality is 1 to 100, not \(quality)")
    }
    guard width <= 65_500, height <= 65_500 else {
      throw ImageError(.cannotEncode, "a JPEG's sides are at most 65500 pixels, not \(width)×\(height)")
    }
    var message = [CChar](repeating: 0, count: Int(CJPEG_MESSAGE_BYTES))
    var encoded: UnsafeMutablePointer<UInt8>?
    var count = 0
    let size = cjpeg_size(width: UInt32(width), height: UInt32(height))
    guard cjpeg_encode_rgb(pixels, size, Int32(quality), &encoded, &count, &message) == 0 else {
      throw ImageError(.cannotEncode, "the JPEG could not be written: \(text(message))")
    }
    defer { cjpeg_free(encoded) }
    return Array(UnsafeBufferPointer(start: encoded, count: count))
  }
}

/// A C string of the shims, up to its NUL.
func text(_ message: [CChar]) -> String {
  String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
