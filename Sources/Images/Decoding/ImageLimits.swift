/// What a decoder accepts. Both are checked before any memory is taken for the pixels.
public struct ImageLimits: Hashable, Sendable {
  /// Largest file, in bytes. 32 MiB holds every phone's JPEG.
  public var bytes: Int
  /// Largest width × height. 50 megapixels take 150 MB when decoded, and twice that while a turned photo is
  /// straightened.
  public var pixels: Int

  /// 32 MiB of file and 50 megapixels.
  public static let `default` = ImageLimits(bytes: 32 << 20, pixels: 50_000_000)

  /// Both limits; a file beyond either is refused before its pixels take memory.
  public init(bytes: Int, pixels: Int) {
    self.bytes = bytes
    self.pixels = pixels
  }

  func check(byteCount: Int) throws(ImageError) {
    guard byteCount <= bytes else {
      throw ImageError(
        .tooManyBytes, "the file has \(byteCount) bytes and at most \(bytes) are accepted: save it smaller")
    }
  }

  func check(width: Int, height: Int) throws(ImageError) {
    let (count, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, count <= pixels else {
      throw ImageError(
        .tooManyPixels,
        "the picture has \(width)×\(height) pixels and at most \(pixels) pixels are accepted: shrink it")
    }
  }
}
