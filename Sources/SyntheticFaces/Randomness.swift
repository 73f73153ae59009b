/// Draws numbers from a seed (SplitMix64: Steele, Lea and Flood 2014), the same on every machine.
struct SeededDraw {
  private var state: UInt64

  /// - Parameter stream: separates uses of one seed from each other.
  init(seed: UInt64, stream: UInt64) { state = seed &* 0xD134_2543_DE82_EF95 &+ stream &* 0x9E37_79B9_7F4A_7C15 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Evenly from `low` to `high`.
  mutating func between(_ low: Float, _ high: Float) -> Float {
    low + (high - low) * Float(next() >> 40) / Float(1 << 24)
  }

  mutating func chance(_ probability: Float) -> Bool { between(0, 1) < probability }

  mutating func pick<Element>(_ choices: [Element]) -> Element { choices[Int(next() % UInt64(choices.count))] }
}

/// Smooth noise in the plane: random values at whole points, blended between them.
struct Noise {
  private let seed: UInt32

  init(seed: UInt64) { self.seed = UInt32(truncatingIfNeeded: seed ^ (seed >> 32)) }

  /// −1 to 1, with details of about one unit.
  func callAsFunction(_ x: Float, _ y: Float) -> Float {
    let (floorX, floorY) = (x.rounded(.down), y.rounded(.down))
    let (column, row) = (Int32(floorX), Int32(floorY))
    let (fx, fy) = (x - floorX, y - floorY)
    let (sx, sy) = (fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy))
    let top = value(column, row) + (value(column &+ 1, row) - value(column, row)) * sx
    let bottom = value(column, row &+ 1) + (value(column &+ 1, row &+ 1) - value(column, row &+ 1)) * sx
    return top + (bottom - top) * sy
  }

  /// Random but fixed for a whole point, −1 to 1.
  func value(_ column: Int32, _ row: Int32) -> Float {
    var h = UInt32(bitPattern: column) &* 0x85EB_CA6B ^ UInt32(bitPattern: row) &* 0xC2B2_AE35 ^ seed
    h ^= h >> 15
    h &*= 0x2C1B_3C6D
    h ^= h >> 12
    h &*= 0x297A_2D39
    h ^= h >> 15
    return Float(h >> 8) / Float(1 << 23) - 1
  }
}
