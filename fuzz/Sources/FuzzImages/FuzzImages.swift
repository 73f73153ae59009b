import Images

/// JPEG, PNG, WebP, HEIC and AVIF files: headers, pixels, orientation.
enum FuzzImages {
  static func test(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    let limits = ImageLimits(bytes: 1 << 20, pixels: 1 << 20)
    _ = try? ImageDecoder.decode(Array(UnsafeBufferPointer(start: start, count: count)), limits: limits)
  }
}

/// What libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput") public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  FuzzImages.test(start, count)
  return 0
}
