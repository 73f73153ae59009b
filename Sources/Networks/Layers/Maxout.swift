internal import CNetworkKernels

/// Maxout (Goodfellow et al. 2013): z_i = max over j < pieces of x_(i · pieces + j), the channels of each pixel in groups.
final class MaxoutOperation: TrainableOperation {
  private let pieces: Int
  private let input: FeatureMap
  private let output: FeatureMap
  private let inputNeedsGradient: Bool

  init(pieces: Int, input: FeatureMap, output: FeatureMap, inputNeedsGradient: Bool) {
    (self.pieces, self.input, self.output) = (pieces, input, output)
    self.inputNeedsGradient = inputNeedsGradient
  }

  /// The channel of a group's largest value; the first of equals.
  private static func winner(_ x: UnsafePointer<Float>, first: Int, pieces: Int) -> Int {
    var winner = first
    for c in first + 1..<first + pieces where x[c] > x[winner] { winner = c }
    return winner
  }

  /// One pixel.
  static func choose(_ x: UnsafePointer<Float>, to z: UnsafeMutablePointer<Float>, groups: Int, pieces: Int) {
    for group in 0..<groups { z[group] = x[winner(x, first: group * pieces, pieces: pieces)] }
  }

  func forward(_ pass: Pass) {
    for pixel in 0..<pass.count * input.shape.pixels {
      Self.choose(
        input.values + pixel * input.pitch, to: output.values + pixel * output.pitch, groups: output.shape.channels,
        pieces: pieces)
    }
  }

  /// dx of a group's winner is dz of the group, of the others 0.
  func backward(_ pass: Pass, addsToInput: Bool) {
    guard inputNeedsGradient else { return }
    let pixels = pass.count * input.shape.pixels
    if !addsToInput { nk_zero(input.gradient, input.pitch, pixels, input.shape.channels) }
    for pixel in 0..<pixels {
      let x = input.values + pixel * input.pitch
      let dx = input.gradient + pixel * input.pitch
      let dz = output.gradient + pixel * output.pitch
      for group in 0..<output.shape.channels {
        dx[Self.winner(x, first: group * pieces, pieces: pieces)] += dz[group]
      }
    }
  }
}
