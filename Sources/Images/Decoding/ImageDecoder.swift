/// Bytes of a photograph to an upright `Image`.
public enum ImageDecoder {
  /// A decoded file.
  public struct Picture: Hashable, Sendable {
    /// The pixels, upright whatever the file's orientation says.
    public var image: Image
    /// The file stops before its end mark, though after its last pixel: it was not copied whole.
    public var endsEarly: Bool
    /// How `image` lies in the whole picture, where it was decoded at a part of its size.
    public var reduced: ReducedSize

    init(image: Image, endsEarly: Bool, reduced: ReducedSize? = nil) {
      self.image = image
      self.endsEarly = endsEarly
      self.reduced = reduced ?? ReducedSize(width: image.width, height: image.height)
    }

    func turnedUpright(_ orientation: Orientation) -> Picture {
      Picture(
        image: image.turnedUpright(orientation), endsEarly: endsEarly, reduced: reduced.turnedUpright(orientation))
    }
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
  ///
  /// - Parameter pixels: as many are enough. A JPEG that has several times as many is decoded at ½, ¼ or ⅛ of its size, which
  ///   takes less time and memory: at the least that has them. Other formats come whole.
  public static func read(
    _ bytes: [UInt8], enough pixels: Int = .max, limits: ImageLimits = .default
  ) throws(ImageError) -> Picture {
    try limits.check(byteCount: bytes.count)
    switch ImageFormat(bytes) {
    case .jpeg:
      return try decodeJPEG(bytes, enough: pixels, limits: limits).turnedUpright(Orientation(jpeg: bytes))
    case .png: return try decodePNG(bytes, limits: limits).turnedUpright(Orientation(png: bytes))
    case .webp: return try decodeWebP(bytes, limits: limits).turnedUpright(Orientation(webp: bytes))
    case .heif(let name): return try decodeHEIF(bytes, name, limits: limits)
    case .other(let name): throw unread(name)
    case .notAnImage(let what): throw noPicture(what)
    }
  }

  /// A part of the upright picture at its full size, the same pixels as `read` gives there.
  ///
  /// Of a JPEG only the rows down to the part's end are read, and those of the part alone become pixels; other formats are
  /// decoded whole.
  /// - Precondition: the part lies within the picture.
  public static func region(
    _ bytes: [UInt8], _ part: PixelRectangle, limits: ImageLimits = .default
  ) throws(ImageError) -> Image {
    guard case .jpeg = ImageFormat(bytes) else { return try decode(bytes, limits: limits).part(part) }
    let orientation = Orientation(jpeg: bytes)
    let size = try size(jpeg: bytes, limits: limits)
    let image = try region(jpeg: bytes, part.stored(orientation, size.width, size.height), limits: limits)
    return image.turnedUpright(orientation)
  }

  private static func unread(_ name: String) -> ImageError {
    ImageError(.unsupportedFormat, "the file is \(name), which is not supported: convert it to JPEG or PNG")
  }

  private static func noPicture(_ what: String) -> ImageError {
    ImageError(.notAnImage, "the file is not a picture (\(what)): give a JPEG or PNG file")
  }
}
