internal import FaceNet
internal import Images

/// Pictures as the numbers that a network takes: planes of red, green and blue.
enum Planes {
  static func of(_ picture: Image, _ numbers: NetworkFile.Numbers) -> [Float] {
    of(picture, numbers, height: picture.height, width: picture.width)
  }

  /// The picture in the upper left of `height` × `width` pixels; beyond it zeros, as beyond a map's edge.
  /// - Precondition: the picture fits.
  static func of(_ picture: Image, _ numbers: NetworkFile.Numbers, height: Int, width: Int) -> [Float] {
    precondition(picture.height <= height && picture.width <= width, "a picture larger than its canvas")
    let (factor, offset) = (1 / numbers.scale, -numbers.mean / numbers.scale)
    let isWhole = picture.height == height && picture.width == width
    return [Float](unsafeUninitializedCapacity: 3 * height * width) { planes, count in
      guard let out = planes.baseAddress else { return }
      if !isWhole { planes.initialize(repeating: 0) }
      picture.pixels.withUnsafeBufferPointer { pixels in
        guard var from = pixels.baseAddress else { return }
        let plane = height * width
        for row in 0..<picture.height {
          let to = out + row * width
          for column in 0..<picture.width {
            to[column] = Float(from[0]) * factor + offset
            to[plane + column] = Float(from[1]) * factor + offset
            to[2 * plane + column] = Float(from[2]) * factor + offset
            from += 3
          }
        }
      }
      count = 3 * height * width
    }
  }
}
