import VectorIndex

/// Seeded vectors for tests: clusters of a few near one another, as faces of one person are.
struct Vectors: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x2545_f491_4f6c_dd1d | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x9e37_79b9_7f4a_7c15
  }

  /// A unit vector in a random direction (near enough: sums of uniform numbers for normal ones).
  mutating func unit(_ dimension: Int) -> [Float] {
    let raw = (0..<dimension).map { _ in
      (0..<4).reduce(Float(0)) { sum, _ in sum + Float.random(in: -1...1, using: &self) }
    }
    return Self.normalized(raw)
  }

  /// A unit vector some way from `centre`.
  mutating func near(_ centre: [Float], spread: Float) -> [Float] {
    let away = unit(centre.count)
    return Self.normalized(zip(centre, away).map { $0 + spread * $1 })
  }

  /// Groups of five vectors; the groups' centres lie in a space of 16 dimensions.
  mutating func clustered(_ count: Int, dimension: Int) -> [[Float]] {
    let axes = (0..<16).map { _ in unit(dimension) }
    var vectors: [[Float]] = []
    while vectors.count < count {
      var centre = Array(repeating: Float(0), count: dimension)
      for axis in axes {
        let weight = Float.random(in: -1...1, using: &self)
        for i in centre.indices { centre[i] += weight * axis[i] }
      }
      centre = Self.normalized(centre)
      for _ in 0..<min(5, count - vectors.count) { vectors.append(near(centre, spread: 0.5)) }
    }
    return vectors
  }

  static func squaredL2(_ a: [Float], _ b: [Float]) -> Float {
    Float(zip(a, b).reduce(0.0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) })
  }

  /// How far a squared distance to a vector as it is kept can be from that to the vector as it was added.
  static func slack(_ dimension: Int) -> Double { 4 * Double(VectorIndex.rounding(dimension: dimension)) + 1e-5 }

  static func normalized(_ vector: [Float]) -> [Float] {
    let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return vector.map { $0 / norm }
  }
}
