package import Images

extension Image {
  /// Left and right exchanged.
  package func mirrored() -> Image {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(self.pixels.count)
    for row in 0..<height {
      for column in (0..<width).reversed() {
        let place = 3 * (row * width + column)
        pixels += self.pixels[place..<place + 3]
      }
    }
    return Image(width: width, height: height, pixels: pixels)
  }
}
