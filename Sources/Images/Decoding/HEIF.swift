internal import CHEIF

extension ImageDecoder {
  /// Pixels of a side at most: what the library takes memory for is bounded by it, whatever a stream inside the file says.
  private static let maximumSide: Int32 = 32_768

  /// HEIC and AVIF. The turns and crops of the container are applied, as the standard wants (ISO/IEC 23008-12, 6.5); its
  /// EXIF repeats the turn for other readers and is not looked at.
  ///
  /// - Parameter name: by which people know the format.
  static func decodeHEIF(_ bytes: [UInt8], _ name: String, limits: ImageLimits) throws(ImageError) -> Picture {
    try withFile(bytes, name, limits) { (file, layout) throws(ImageError) in
      let image = Image(
        width: Int(layout.width), height: Int(layout.height), pixels: try pixels(file, layout, name))
      return Picture(image: image, endsEarly: MediaBoxes.endEarly(bytes))
    }
  }

  /// Of the picture, of libheif's interleaved copy of it, and of the planes that it was decoded to.
  static func memory(heif bytes: [UInt8], _ name: String, limits: ImageLimits) throws(ImageError) -> Int {
    try withFile(bytes, name, limits) { (_, layout) throws(ImageError) in
      Int(layout.width) * Int(layout.height) * (2 * Int(layout.channels) + 3)
    }
  }

  /// Calls `body` with the opened file, whose size is within the limits.
  private static func withFile<Value>(
    _ bytes: [UInt8], _ name: String, _ limits: ImageLimits,
    _ body: (OpaquePointer?, cheif_layout) throws(ImageError) -> Value
  ) throws(ImageError) -> Value {
    // The file reads the bytes until it is closed.
    let result = bytes.withUnsafeBufferPointer { buffer -> Result<Value, ImageError> in
      var message = [CChar](repeating: 0, count: Int(CHEIF_MESSAGE_BYTES))
      var file: OpaquePointer?
      var layout = cheif_layout()
      let opened = cheif_open(buffer.baseAddress, buffer.count, maximumSide, &file, &layout, &message)
      defer { cheif_close(file) }
      guard opened == 0 else { return .failure(error(opened, name, message)) }
      do throws(ImageError) {
        try limits.check(width: Int(layout.width), height: Int(layout.height))
        return .success(try body(file, layout))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private static func pixels(
    _ file: OpaquePointer?, _ layout: cheif_layout, _ name: String
  ) throws(ImageError) -> [UInt8] {
    var message = [CChar](repeating: 0, count: Int(CHEIF_MESSAGE_BYTES))
    var status: Int32 = 0
    let (pixelCount, channels) = (Int(layout.width) * Int(layout.height), Int(layout.channels))
    let pixels = [UInt8](unsafeUninitializedCapacity: pixelCount * channels) { target, count in
      status = cheif_decode(file, target.baseAddress, &message)
      if status == 0 && channels == 4 { layOverWhite(target.baseAddress!, count: pixelCount) }
      // After a failure part of the memory is unset; it must not become an array's contents.
      count = status == 0 ? pixelCount * 3 : 0
    }
    guard status == 0 else { throw error(status, name, message) }
    return pixels
  }

  private static func error(_ status: Int32, _ name: String, _ message: [CChar]) -> ImageError {
    guard status == CHEIF_MISSING else {
      return ImageError(
        .damaged, "the \(name) file is damaged or cut short (\(text(message))): send the original again")
    }
    return ImageError(
      .unsupportedFormat,
      "the file is \(name), which cannot be read on this machine (\(text(message))): install Debian's package libheif1, or "
        + "convert it to JPEG or PNG")
  }
}
