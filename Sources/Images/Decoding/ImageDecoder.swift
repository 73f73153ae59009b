/// Bytes of a photograph to an upright `Image`.
public enum ImageDecoder {
  /// A decoded file.
  public struct Picture: Hashable, Sendable {
    /// The pixels, upright whatever the file's orientation says.
    public var image: Image
    /// The file stops before its end mark, though after its last pixel: it was not copied whole.
    public var endsEarly: Bool
  }

  /// Decodes a JPEG (greyscale, colour or CMYK; baseline or progressive), a PNG (any depth), a WebP (one picture), or, where
  /// libheif is installed, a HEIC or AVIF; transparency is laid over white. It applies the orientation that EXIF or XMP says
  /// (of HEIC and AVIF, that the container says), so that the first row is the top of the scene.
  ///
  /// Colour profiles are not applied. Size limits are checked from the header before pixels are allocated. A file
  /// that lacks pixels is refused, never filled up.
  ///
  /// - Throws: `ImageError` with code `notAnImage`, `unsupportedFormat`, `tooManyBytes`, `tooManyPixels` or
  ///   `damaged`.
  public static func decode(_ bytes: [UInt8], limits: ImageLimits = .default) throws(ImageError) -> Image {
    try read(bytes, limits: limits).image
  }

  /// Bytes of memory that `read` takes at most for pixels, by the file's header. A picture that is turned later takes no more.
  ///
  /// - Throws: as `decode`, as far as the header tells.
  public static func memory(of bytes: [UInt8], limits: ImageLimits = .default) throws(ImageError) -> Int {
    try limits.check(byteCount: bytes.count)
    switch ImageFormat(bytes) {
    case .jpeg: return try memory(jpeg: bytes, limits: limits)
    case .png: return try memory(png: bytes, limits: limits)
    case .webp: return try memory(webp: bytes, limits: limits)
    case .heif(let name): return try memory(heif: bytes, name, limits: limits)
    case .other(let name): throw unread(name)
    case .notAnImage(let what): throw noPicture(what)
    }
  }

  /// As `decode`, with what there is to say of the file.
  public static func read(_ bytes: [UInt8], limits: ImageLimits = .default) throws(ImageError) -> Picture {
    try limits.check(byteCount: bytes.count)
    switch ImageFormat(bytes) {
    case .jpeg:
      var picture = try decodeJPEG(bytes, limits: limits)
      picture.image = picture.image.turnedUpright(Orientation(jpeg: bytes))
      return picture
    case .png:
      var picture = try decodePNG(bytes, limits: limits)
      picture.image = picture.image.turnedUpright(Orientation(png: bytes))
      return picture
    case .webp:
      var picture = try decodeWebP(bytes, limits: limits)
      picture.image = picture.image.turnedUpright(Orientation(webp: bytes))
      return picture
    case .heif(let name): return try decodeHEIF(bytes, name, limits: limits)
    case .other(let name): throw unread(name)
    case .notAnImage(let what): throw noPicture(what)
    }
  }

  private static func unread(_ name: String) -> ImageError {
    ImageError(.unsupportedFormat, "the file is \(name), which is not read: convert it to JPEG or PNG")
  }

  private static func noPicture(_ what: String) -> ImageError {
    ImageError(.notAnImage, "the file is no picture (\(what)): give a JPEG or PNG file")
  }
}
