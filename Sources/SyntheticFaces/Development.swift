internal import Glibc
internal import Images

/// A canvas at twice the size to an sRGB picture with the sensor's noise.
func develop(_ canvas: Canvas, view: View) -> Image {
  let side = canvas.side / 2
  var draw = SeededDraw(seed: view.scene, stream: 4)
  var pixels = [UInt8](repeating: 0, count: side * side * 3)
  for row in 0..<side {
    for column in 0..<side {
      let index = 2 * row * canvas.side + 2 * column
      let sum =
        canvas.colours[index] + canvas.colours[index + 1] + canvas.colours[index + canvas.side]
        + canvas.colours[index + canvas.side + 1]
      for channel in 0..<3 {
        // Four uniform numbers make a bell of standard deviation 1/√3 each side of 0.
        let bits = draw.next()
        let grain = (0..<4).reduce(Float(0)) { $0 + Float(bits >> (16 * $1) & 0xFFFF) / 65536 } - 2
        let value = Tone.value(sum[channel] / 4)
        pixels[3 * (row * side + column) + channel] = UInt8(min(max(value + grain * 1.732 * view.noise + 0.5, 0), 255))
      }
    }
  }
  return Image(width: side, height: side, pixels: pixels)
}

/// Linear light to sRGB's 0 to 255, with the highlights rolled off as film does.
private enum Tone {
  /// Of light from 0 to 1; more is as white as 1.
  static func value(_ light: Float) -> Float { light > 0 ? curve[Int(min(light, 1) * Float(steps))] : 0 }

  private static let steps = 4095
  private static let curve: [Float] = (0...steps).map { index in
    let light = Float(index) / Float(steps)
    return 255 * powf(light * (1.12 - 0.12 * light), 1 / 2.2)
  }
}
