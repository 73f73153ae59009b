/// Drawing for contact sheets. Everything is clipped to the picture, so any place is allowed.
extension Image {
  /// Fills the pixels of columns `x ..< x + width` and rows `y ..< y + height`.
  public mutating func fill(x: Int, y: Int, width: Int, height: Int, colour: Colour) {
    let columns = clip(x, width, self.width)
    let rows = clip(y, height, self.height)
    let stride = 3 * self.width
    pixels.withUnsafeMutableBufferPointer { target in
      for row in rows {
        for column in columns {
          let pixel = target.baseAddress! + (row * stride + 3 * column)
          pixel[0] = colour.red
          pixel[1] = colour.green
          pixel[2] = colour.blue
        }
      }
    }
  }

  /// A frame of `thickness` pixels, inside the rectangle's edge.
  public mutating func outline(x: Int, y: Int, width: Int, height: Int, thickness: Int = 1, colour: Colour) {
    guard width > 0, height > 0, thickness > 0 else { return }
    let bars = min(thickness, height)
    let posts = min(thickness, width)
    fill(x: x, y: y, width: width, height: bars, colour: colour)
    fill(x: x, y: y + height - bars, width: width, height: bars, colour: colour)
    fill(x: x, y: y, width: posts, height: height, colour: colour)
    fill(x: x + width - posts, y: y, width: posts, height: height, colour: colour)
  }

  /// Copies a whole picture so that its top-left pixel comes to (`x`, `y`).
  public mutating func blit(_ image: Image, x: Int, y: Int) {
    let columns = clip(x, image.width, width)
    let rows = clip(y, image.height, height)
    guard !columns.isEmpty else { return }
    let stride = 3 * width
    pixels.withUnsafeMutableBufferPointer { target in
      image.pixels.withUnsafeBufferPointer { source in
        for row in rows {
          let from = source.baseAddress! + 3 * ((row - y) * image.width + columns.lowerBound - x)
          (target.baseAddress! + (row * stride + 3 * columns.lowerBound)).update(from: from, count: 3 * columns.count)
        }
      }
    }
  }

  /// Writes one line in a fixed-width font of 5 × 8 pixels (printable ASCII; other characters become a hollow box).
  ///
  /// - Parameters:
  ///   - x: left edge of the first character.
  ///   - y: top of the capitals.
  ///   - scale: whole pixels per font pixel, at least 1.
  public mutating func draw(_ text: String, x: Int, y: Int, scale: Int = 1, colour: Colour) {
    let scale = max(1, scale)
    for (index, character) in text.enumerated() {
      let left = x + index * BitmapFont.advance * scale
      if left >= width { break }
      for (row, bits) in BitmapFont.rows(of: character).enumerated() {
        for column in 0..<BitmapFont.width where bits >> (BitmapFont.width - 1 - column) & 1 == 1 {
          fill(x: left + column * scale, y: y + row * scale, width: scale, height: scale, colour: colour)
        }
      }
    }
  }

  /// Width and height in pixels that `draw` takes for a text.
  public static func textSize(_ text: String, scale: Int = 1) -> (width: Int, height: Int) {
    (max(0, text.count * BitmapFont.advance - 1) * max(1, scale), BitmapFont.height * max(1, scale))
  }

  /// The part of `start ..< start + count` that lies in `0 ..< limit`.
  private func clip(_ start: Int, _ count: Int, _ limit: Int) -> Range<Int> {
    let lower = min(max(start, 0), limit)
    let (end, overflow) = start.addingReportingOverflow(max(count, 0))
    return lower..<max(lower, min(overflow ? limit : end, limit))
  }
}
