internal import FaceNet
internal import Images
internal import Networks

extension InferenceNetwork {
  /// The network's output for a picture in the upper left of its input; beyond it are zeros, as beyond a map's edge.
  func embed(_ picture: Image, _ numbers: NetworkFile.Numbers) throws(NetworkError) -> [Float] {
    try embed(
      bytes: picture.pixels, height: picture.height, width: picture.width, factor: 1 / numbers.scale,
      offset: -numbers.mean / numbers.scale)
  }
}

extension Image {
  /// Blue, green and red of every pixel as they are, row after row, in a larger black picture.
  ///
  /// - Precondition: the picture fits into `height` × `width`.
  func blueGreenRed(height: Int, width: Int) -> [Float] {
    precondition(self.height <= height && self.width <= width, "a picture fits the network's input")
    let count = 3 * height * width
    return unsafe [Float](unsafeUninitializedCapacity: count) { target, initialised in
      unsafe target.initialize(repeating: 0)
      unsafe pixels.withUnsafeBufferPointer { source in
        for row in 0..<self.height {
          for column in 0..<self.width {
            let (from, to) = (3 * (row * self.width + column), 3 * (row * width + column))
            unsafe target[to] = unsafe Float(source[from + 2])
            unsafe target[to + 1] = unsafe Float(source[from + 1])
            unsafe target[to + 2] = unsafe Float(source[from])
          }
        }
      }
      initialised = count
    }
  }
}
