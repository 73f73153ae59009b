/// Uniform numbers in −1 ..< 1 from a seed.
struct Samples {
  let seed: UInt64

  func values(_ count: Int) -> [Float] {
    var state = seed &* 2 &+ 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 23) - 1
    }
  }
}
