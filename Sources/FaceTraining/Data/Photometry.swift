internal import Glibc

/// Random changes of a picture's light and sharpness, for every network that is trained here.
package struct Photometry: Codable, Hashable, Sendable {
  /// Largest relative change of contrast about the picture's middle grey, either way.
  package var contrast: Float
  /// Largest change of brightness, either way, of 255.
  package var brightness: Float
  /// Largest relative change of each colour by itself, either way.
  package var colour: Float
  /// The share of pictures without colour.
  package var grey: Float
  /// The share of pictures that are blurred.
  package var blur: Float
  /// The share of pictures with noise, and its largest standard deviation of 255.
  package var noise: Float
  package var noiseLevel: Float

  package init(
    contrast: Float, brightness: Float, colour: Float, grey: Float, blur: Float, noise: Float, noiseLevel: Float
  ) {
    (self.contrast, self.brightness, self.colour, self.grey) = (contrast, brightness, colour, grey)
    (self.blur, self.noise, self.noiseLevel) = (blur, noise, noiseLevel)
  }

  var isSound: Bool {
    [contrast, colour, grey, blur, noise].allSatisfy { (0...1).contains($0) } && contrast < 1 && colour < 1
      && (0...128).contains(brightness) && (0...128).contains(noiseLevel)
  }

  /// From bytes' values to the network's numbers, (x − mean) / scale, changed at random and clipped as bytes are.
  func finish(
    _ planes: UnsafeMutablePointer<Float>, width: Int, height: Int, mean: Float = 127.5, scale: Float = 128,
    random: inout RandomSource
  ) {
    let pixels = width * height
    if Float.random(in: 0..<1, using: &random) < grey { removeColour(planes, pixels) }
    if Float.random(in: 0..<1, using: &random) < blur {
      for channel in 0..<3 { Self.blur(planes + channel * pixels, width, height) }
    }
    let gain = 1 + random.symmetric() * contrast
    let lift = random.symmetric() * brightness
    for channel in 0..<3 {
      let factor = gain * (1 + random.symmetric() * colour)
      let offset = lift + 127.5 * (1 - gain)
      let plane = planes + channel * pixels
      for pixel in 0..<pixels { plane[pixel] = plane[pixel] * factor + offset }
    }
    if Float.random(in: 0..<1, using: &random) < noise {
      addNoise(planes, 3 * pixels, level: noiseLevel * Float.random(in: 0..<1, using: &random), random: &random)
    }
    for index in 0..<3 * pixels { planes[index] = (max(0, min(255, planes[index])) - mean) * (1 / scale) }
  }

  private func removeColour(_ planes: UnsafeMutablePointer<Float>, _ pixels: Int) {
    let (red, green, blue) = (planes, planes + pixels, planes + 2 * pixels)
    for pixel in 0..<pixels {
      // ITU-R BT.601's luma.
      let luma = 0.299 * red[pixel] + 0.587 * green[pixel] + 0.114 * blue[pixel]
      red[pixel] = luma
      green[pixel] = luma
      blue[pixel] = luma
    }
  }

  /// Uniform noise of the standard deviation `level`, from the low and high halves of one generator's words.
  private func addNoise(
    _ values: UnsafeMutablePointer<Float>, _ count: Int, level: Float, random: inout RandomSource
  ) {
    // √12 is the width of a uniform distribution of standard deviation 1.
    let width = level * 3.4641
    var state = random.next() | 1
    for index in 0..<count {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      values[index] += (Float(state >> 40) * 0x1p-24 - 0.5) * width
    }
  }

  /// A binomial blur (1 2 1)/4 along rows, then along columns; edges are repeated.
  static func blur(_ plane: UnsafeMutablePointer<Float>, _ width: Int, _ height: Int) {
    for row in 0..<height { blur(plane + row * width, count: width, step: 1) }
    for column in 0..<width { blur(plane + column, count: height, step: width) }
  }

  private static func blur(_ line: UnsafeMutablePointer<Float>, count: Int, step: Int) {
    var previous = line[0]
    for index in 0..<count {
      let here = line[index * step]
      let next = line[min(index + 1, count - 1) * step]
      line[index * step] = 0.25 * previous + 0.5 * here + 0.25 * next
      previous = here
    }
  }
}
