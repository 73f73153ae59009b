extension Image {
  /// The largest `pixels` of a crop and side of a resized picture, in pixels.
  public static let maximumResampledSide = 16_384

  /// A square about a point, turned and scaled: a similarity warp.
  ///
  /// Pixel (i, j) of the crop shows the point c + R(rotation)·((i + ½, j + ½)/pixels − ½)·side. It is the mean of
  /// n × n bilinear samples spread evenly over the pixel, with n = ⌈side / pixels⌉ ≤ 64: plain bilinear interpolation
  /// when enlarging, an area average when shrinking. Outside the picture its edge is repeated.
  ///
  /// - Parameters:
  ///   - centreX: in pixels, the centre of the top-left pixel being 0.5.
  ///   - centreY: likewise, downward.
  ///   - side: of the square, in this picture's pixels.
  ///   - rotation: in radians, from this picture's x axis to the crop's, clockwise as seen. The angle of the line
  ///     from the right to the left eye therefore stands a face upright.
  ///   - pixels: width and height of the result, 1 to `maximumResampledSide`.
  /// - Precondition: the centre lies within ±10⁷ pixels, `side` is in 0…10⁷ and above 0, `rotation` is finite, and
  ///   `pixels` lies in its range.
  public func crop(centreX: Double, centreY: Double, side: Double, rotation: Double = 0, pixels: Int) -> Image {
    precondition(abs(centreX) <= 1e7 && abs(centreY) <= 1e7, "a crop's centre is within ten million pixels")
    precondition(side > 0 && side <= 1e7 && rotation.isFinite, "a crop's side is positive, its rotation finite")
    precondition((1...Self.maximumResampledSide).contains(pixels), "a crop has 1 to 16384 pixels a side")
    if rotation == 0 {
      let columns = AxisWeights(outputs: pixels, sources: width, origin: centreX - side / 2, extent: side)
      let rows = AxisWeights(outputs: pixels, sources: height, origin: centreY - side / 2, extent: side)
      return resampled(columns: columns, rows: rows)
    }
    return warped(centreX: centreX, centreY: centreY, side: side, rotation: rotation, pixels: pixels)
  }

  /// The whole picture at another size, by the same rule as `crop` along each axis.
  ///
  /// - Precondition: both sides are 1 to `maximumResampledSide`.
  public func resized(width newWidth: Int, height newHeight: Int) -> Image {
    let range = 1...Self.maximumResampledSide
    precondition(range.contains(newWidth) && range.contains(newHeight), "a picture is resized to 1 to 16384 pixels")
    if newWidth == width && newHeight == height { return self }
    if 2 * newWidth == width && 2 * newHeight == height { return halved() }
    return resampled(
      columns: AxisWeights(outputs: newWidth, sources: width, origin: 0, extent: Double(width)),
      rows: AxisWeights(outputs: newHeight, sources: height, origin: 0, extent: Double(height)))
  }
}

/// Samples along one axis as weights over source pixels. The mean of n × n bilinear samples is separable, so two of
/// these give exactly what sampling every point would.
struct AxisWeights {
  /// More samples than this across one pixel gain nothing that eight bits could show.
  static let maximumSamples = 64

  /// Weights of one output: `taps[output * window ..< (output + 1) * window]`, zero where fewer are needed.
  let window: Int
  let taps: [Float]
  /// The first source pixel of each output's window.
  let starts: [Int]
  /// Source pixels that any output reads.
  let used: Range<Int>

  static func samples(scale: Double) -> Int { Int(min(max(scale.rounded(.up), 1), Double(maximumSamples))) }

  /// `outputs` pixels spread over `extent` source pixels from coordinate `origin`, of an axis of `sources` pixels.
  init(outputs: Int, sources: Int, origin: Double, extent: Double) {
    let step = extent / Double(outputs)
    let samples = Self.samples(scale: step)
    func position(_ output: Int, _ sample: Int) -> Double {
      let u = origin + (Double(output) + (Double(sample) + 0.5) / Double(samples)) * step - 0.5
      return min(max(u, 0), Double(sources - 1))
    }
    var starts = [Int](repeating: 0, count: outputs)
    var window = 1
    for output in 0..<outputs {
      starts[output] = Int(position(output, 0))
      let last = min(Int(position(output, samples - 1)) + 1, sources - 1)
      window = max(window, last - starts[output] + 1)
    }
    for output in 0..<outputs { starts[output] = min(starts[output], sources - window) }
    var taps = [Float](repeating: 0, count: outputs * window)
    let share = 1 / Double(samples)
    for output in 0..<outputs {
      for sample in 0..<samples {
        let u = position(output, sample)
        let left = min(Int(u), sources - 1)
        let fraction = u - Double(left)
        let slot = output * window + left - starts[output]
        taps[slot] += Float((1 - fraction) * share)
        if fraction > 0 { taps[slot + 1] += Float(fraction * share) }
      }
    }
    self.window = window
    self.taps = taps
    self.used = starts.min()!..<(starts.max()! + window)
    self.starts = starts
  }
}
