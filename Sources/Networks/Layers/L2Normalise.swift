/// z = x / max(‖x‖₂, 1e-12) over the channels of each pixel.
final class L2NormaliseOperation: TrainableOperation {
  static let leastNorm: Float = 1e-12

  private let input: FeatureMap
  private let output: FeatureMap
  private let inputNeedsGradient: Bool

  init(input: FeatureMap, output: FeatureMap, inputNeedsGradient: Bool) {
    (self.input, self.output, self.inputNeedsGradient) = (input, output, inputNeedsGradient)
  }

  /// The divisor of one pixel.
  private static func norm(_ x: UnsafePointer<Float>, channels: Int) -> Float {
    var sum: Float = 0
    for c in 0..<channels { sum += x[c] * x[c] }
    return max(sum.squareRoot(), leastNorm)
  }

  /// One pixel.
  static func scale(_ x: UnsafePointer<Float>, to z: UnsafeMutablePointer<Float>, channels: Int) {
    let norm = norm(x, channels: channels)
    for c in 0..<channels { z[c] = x[c] / norm }
  }

  func forward(_ pass: Pass) {
    let channels = input.shape.channels
    for pixel in 0..<pass.count * input.shape.pixels {
      Self.scale(input.values + pixel * input.pitch, to: output.values + pixel * output.pitch, channels: channels)
    }
  }

  /// dx = (dz − z (z·dz)) / ‖x‖
  func backward(_ pass: Pass, addsToInput: Bool) {
    guard inputNeedsGradient else { return }
    let channels = input.shape.channels
    for pixel in 0..<pass.count * input.shape.pixels {
      let dx = input.gradient + pixel * input.pitch
      let z = output.values + pixel * output.pitch
      let dz = output.gradient + pixel * output.pitch
      let scale = 1 / Self.norm(input.values + pixel * input.pitch, channels: channels)
      var along: Float = 0
      for c in 0..<channels { along += z[c] * dz[c] }
      for c in 0..<channels {
        let share = (dz[c] - z[c] * along) * scale
        dx[c] = addsToInput ? dx[c] + share : share
      }
    }
  }
}
