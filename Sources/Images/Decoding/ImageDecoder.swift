/// Bytes of a photograph to an upright `Image`.
public enum ImageDecoder {
  /// Decodes a JPEG (greyscale, colour or CMYK; baseline or progressive) or a PNG (any depth; transparency is laid
  /// over white) and applies its EXIF orientation, so that the first row is the top of the scene.
  ///
  /// Colour profiles are not applied. Size limits are checked from the header before pixels are allocated. A file
  /// that is cut short is refused, never filled up.
  ///
  /// - Throws: `ImageError` with code `notAnImage`, `unsupportedFormat`, `tooManyBytes`, `tooManyPixels` or
  ///   `damaged`.
  public static func decode(_ bytes: [UInt8], limits: ImageLimits = .default) throws(ImageError) -> Image {
    try limits.check(byteCount: bytes.count)
    switch ImageFormat(bytes) {
    case .jpeg:
      let stored = try decodeJPEG(bytes, limits: limits)
      return stored.turnedUpright(Exif.orientation(jpeg: bytes))
    case .png:
      let stored = try decodePNG(bytes, limits: limits)
      return stored.turnedUpright(Exif.orientation(png: bytes))
    case .other(let name):
      throw ImageError(.unsupportedFormat, "the file is \(name), which is not read: convert it to JPEG or PNG")
    case .notAnImage(let what):
      throw ImageError(.notAnImage, "the file is no picture (\(what)): give a JPEG or PNG file")
    }
  }
}
