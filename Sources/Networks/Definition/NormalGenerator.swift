internal import Glibc

/// Normally distributed numbers from a seed, the same on every machine with the same mathematics library:
/// SplitMix64 (Steele, Lea & Flood 2014) and the Box–Muller transform.
struct NormalGenerator {
  private var state: UInt64
  private var spare: Float?

  init(seed: UInt64) { state = seed }

  /// Uniform in (0, 1].
  private mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return Double((z >> 11) + 1) * 0x1p-53
  }

  /// Mean 0, variance 1.
  mutating func next() -> Float {
    if let spare {
      self.spare = nil
      return spare
    }
    let radius = (-2 * log(uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    spare = Float(radius * sin(angle))
    return Float(radius * cos(angle))
  }
}
