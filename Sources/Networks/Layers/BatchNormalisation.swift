/// The per-channel numbers of batch normalisation after a convolution (Ioffe & Szegedy 2015, algorithm 1).
final class BatchNormalisation {
  static let epsilon = LayerNumbers.normalisationEpsilon
  static let momentum: Float = 0.1

  let channels: Int
  /// γ
  let weight: Parameter
  /// β
  let bias: Parameter
  var runningMean: [Float]
  var runningVariance: [Float]

  /// Of the batch at hand: z = scale · y + shift.
  let mean: FloatBuffer
  private let inverseDeviation: FloatBuffer
  let scale: FloatBuffer
  let shift: FloatBuffer
  /// dy = p · g + q · y + r.
  let p: FloatBuffer
  let q: FloatBuffer
  let r: FloatBuffer

  init(name: String, channels: Int) {
    self.channels = channels
    weight = Parameter(name: "\(name).bn.weight", shape: [channels], decays: false)
    bias = Parameter(name: "\(name).bn.bias", shape: [channels], decays: false)
    weight.values.update(repeating: 1)
    runningMean = [Float](repeating: 0, count: channels)
    runningVariance = [Float](repeating: 1, count: channels)
    (mean, inverseDeviation) = (FloatBuffer(zeros: channels), FloatBuffer(zeros: channels))
    (scale, shift) = (FloatBuffer(zeros: channels), FloatBuffer(zeros: channels))
    (p, q, r) = (FloatBuffer(zeros: channels), FloatBuffer(zeros: channels), FloatBuffer(zeros: channels))
  }

  /// The batch's mean and variance from those of its tiles, and from them scale, shift and running statistics.
  ///
  /// Tiles are joined pairwise by Chan's formula in double precision: no large sums are subtracted.
  /// - Parameters:
  ///   - moments: per tile, `channels` means and then `channels` sums of squared distances.
  ///   - pixels: of each tile.
  func takeStatistics(moments: UnsafePointer<Float>, pixels: [Int]) {
    let total = Double(pixels.reduce(0, +))
    for c in 0..<channels {
      var (count, mean, squares) = (0.0, 0.0, 0.0)
      for (tile, pixels) in pixels.enumerated() {
        let from = moments + tile * 2 * channels
        let n = Double(pixels)
        let distance = Double(from[c]) - mean
        mean += distance * n / (count + n)
        squares += Double(from[channels + c]) + distance * distance * count * n / (count + n)
        count += n
      }
      let variance = squares / total
      // The running variance is the unbiased one, as in other frameworks; of one pixel there is none.
      let unbiased = total > 1 ? squares / (total - 1) : variance
      runningMean[c] += Self.momentum * (Float(mean) - runningMean[c])
      runningVariance[c] += Self.momentum * (Float(unbiased) - runningVariance[c])
      set(c, mean: Float(mean), variance: Float(variance))
    }
  }

  func useRunningStatistics() {
    for c in 0..<channels { set(c, mean: runningMean[c], variance: runningVariance[c]) }
  }

  private func set(_ c: Int, mean: Float, variance: Float) {
    let inverse = 1 / (variance + Self.epsilon).squareRoot()
    self.mean.pointer[c] = mean
    inverseDeviation.pointer[c] = inverse
    scale.pointer[c] = weight.values[c] * inverse
    shift.pointer[c] = bias.values[c] - mean * weight.values[c] * inverse
  }

  /// γ's and β's gradients, and the coefficients of y's:
  /// dy = γ/σ · (g − Σg/m − x̂ Σ(g x̂)/m) with x̂ = (y − μ)/σ, over m pixels.
  /// - Parameter sums: per tile, `channels` times Σg and then Σg(y − μ).
  func takeGradientSums(_ sums: UnsafePointer<Float>, tiles: Int, pixels: Int) {
    for c in 0..<channels {
      var (sum, centred) = (0.0, 0.0)
      for tile in 0..<tiles {
        let from = sums + tile * 2 * channels
        sum += Double(from[c])
        centred += Double(from[channels + c])
      }
      let inverse = Double(inverseDeviation.pointer[c])
      let scale = Double(scale.pointer[c])
      bias.gradient[c] += Float(sum)
      weight.gradient[c] += Float(centred * inverse)
      let slope = -scale * inverse * inverse * centred / Double(pixels)
      p.pointer[c] = Float(scale)
      q.pointer[c] = Float(slope)
      r.pointer[c] = Float(-scale * sum / Double(pixels) - slope * Double(mean.pointer[c]))
    }
  }
}
