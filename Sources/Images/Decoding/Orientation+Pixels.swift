extension Image {
  /// The upright picture of a stored one.
  package func turnedUpright(_ orientation: Orientation) -> Image {
    guard orientation != .topLeft else { return self }
    let (newWidth, newHeight) = orientation.transposes ? (height, width) : (width, height)
    // The mapping is affine, so three points give the offset and both steps.
    func index(_ x: Int, _ y: Int) -> Int {
      let point = orientation.stored(x, y, width: width, height: height)
      return 3 * (point.y * width + point.x)
    }
    let origin = index(0, 0)
    let stepX = newWidth > 1 ? index(1, 0) - origin : 0
    let stepY = newHeight > 1 ? index(0, 1) - origin : 0
    let turned = [UInt8](unsafeUninitializedCapacity: pixels.count) { target, count in
      pixels.withUnsafeBufferPointer { source in
        var to = target.baseAddress!
        for y in 0..<newHeight {
          var from = source.baseAddress! + (origin + y * stepY)
          for x in 0..<newWidth {
            if x > 0 { from += stepX }
            to[0] = from[0]
            to[1] = from[1]
            to[2] = from[2]
            to += 3
          }
        }
      }
      count = pixels.count
    }
    return Image(width: newWidth, height: newHeight, pixels: turned)
  }
}
