internal import Glibc

/// Random erasing (Zhong et al. 2020).
enum RandomErasing {
  /// Covers a rectangle with one colour: 2 to 30 % of the area, its sides' ratio 1:3 to 3:1, wholly inside.
  ///
  /// - Parameters:
  ///   - planes: three of `height` × `width` numbers.
  ///   - mean: a byte x is (x − mean) / scale in them.
  static func cover(
    _ planes: UnsafeMutablePointer<Float>, width: Int, height: Int, mean: Float, scale: Float,
    random: inout RandomSource
  ) {
    let area = Float.random(in: 0.02...0.3, using: &random) * Float(height * width)
    let ratio = expf(random.symmetric() * logf(3))
    let across = max(1, min(width, Int((area * ratio).squareRoot().rounded())))
    let down = max(1, min(height, Int((area / ratio).squareRoot().rounded())))
    let left = Int.random(in: 0...width - across, using: &random)
    let top = Int.random(in: 0...height - down, using: &random)
    for channel in 0..<3 {
      let value = (Float.random(in: 0...255, using: &random) - mean) / scale
      for row in top..<top + down {
        (planes + (channel * height + row) * width + left).update(repeating: value, count: across)
      }
    }
  }
}
