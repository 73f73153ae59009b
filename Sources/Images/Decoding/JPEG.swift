internal import CJPEG

extension ImageDecoder {
  /// - Parameter pixels: as many are enough; the picture is decoded at the least of ⅛, ¼, ½ and 1 that has them.
  static func decodeJPEG(_ bytes: [UInt8], enough pixels: Int, limits: ImageLimits) throws(ImageError) -> Picture {
    var message = [CChar](repeating: 0, count: Int(CJPEG_MESSAGE_BYTES))
    let size = try header(jpeg: bytes, limits: limits).size
    var eighths: Int32 = 1
    var scaled = cjpeg_scaled(size, eighths)
    while eighths < 8, Int(scaled.width) * Int(scaled.height) < pixels {
      eighths *= 2
      scaled = cjpeg_scaled(size, eighths)
    }
    let (width, height) = (Int(scaled.width), Int(scaled.height))
    var status: Int32 = 0
    var endsEarly: Int32 = 0
    let byteCount = width * height * 3
    let pixels = [UInt8](unsafeUninitializedCapacity: byteCount) { target, count in
      status = cjpeg_decode_rgb(bytes, bytes.count, size, eighths, target.baseAddress, &endsEarly, &message)
      // After a failure part of the memory is unset; it must not become an array's contents.
      count = status == 0 ? byteCount : 0
    }
    guard status == 0 else { throw damaged(message) }
    return Picture(
      image: Image(width: width, height: height, pixels: pixels), endsEarly: endsEarly != 0,
      reduced: ReducedSize(width: Int(size.width), height: Int(size.height), divisor: 8 / Int(eighths)))
  }

  /// A part of the picture as stored, at its full size.
  static func region(
    jpeg bytes: [UInt8], _ part: PixelRectangle, limits: ImageLimits
  ) throws(ImageError) -> Image {
    var message = [CChar](repeating: 0, count: Int(CJPEG_MESSAGE_BYTES))
    let size = try header(jpeg: bytes, limits: limits).size
    let region = cjpeg_region(
      left: UInt32(part.left), top: UInt32(part.top), width: UInt32(part.width), height: UInt32(part.height))
    var status: Int32 = 0
    let byteCount = part.width * part.height * 3
    let pixels = [UInt8](unsafeUninitializedCapacity: byteCount) { target, count in
      status = cjpeg_decode_region(bytes, bytes.count, size, region, target.baseAddress, &message)
      count = status == 0 ? byteCount : 0
    }
    guard status == 0 else { throw damaged(message) }
    return Image(width: part.width, height: part.height, pixels: pixels)
  }

  /// Of the picture, twice: it may be turned.
  static func memory(jpeg bytes: [UInt8], limits: ImageLimits) throws(ImageError) -> Int {
    let header = try header(jpeg: bytes, limits: limits)
    // Coefficients have two bytes, and there are at most as many as samples.
    return Int(header.size.width) * Int(header.size.height) * (header.severalScans ? 3 + 6 + 3 : 3 + 3)
  }

  /// Of the picture as stored.
  static func size(jpeg bytes: [UInt8], limits: ImageLimits) throws(ImageError) -> (width: Int, height: Int) {
    let size = try header(jpeg: bytes, limits: limits).size
    return (Int(size.width), Int(size.height))
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

/// How the pixels lie in a JPEG file.
public enum JPEGLayout: Hashable, Sendable, CaseIterable {
  /// Baseline, colours at full size: edges of colours in a small crop survive.
  case fullColour
  /// Baseline, colours at half the width and height, as cameras write.
  case halfColour
  /// As `halfColour`, in several scans from rough to fine, as for the web.
  case progressive

  fileprivate var number: Int32 {
    switch self {
    case .fullColour: CJPEG_FULL_CHROMA
    case .halfColour: CJPEG_HALF_CHROMA
    case .progressive: CJPEG_PROGRESSIVE
    }
  }
}

extension Image {
  /// A JPEG.
  ///
  /// - Parameter quality: 1 to 100; 90 and more is hard to tell from the original.
  /// - Throws: `cannotEncode` for another quality, or a side above JPEG's 65,500 pixels.
  public func encodeJPEG(quality: Int = 95, layout: JPEGLayout = .fullColour) throws(ImageError) -> [UInt8] {
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
    guard cjpeg_encode_rgb(pixels, size, Int32(quality), layout.number, &encoded, &count, &message) == 0 else {
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
