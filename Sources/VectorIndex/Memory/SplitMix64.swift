internal import Glibc

/// A small seeded generator, so that training can be repeated (Steele, Lea, Flood 2014, "Fast splittable
/// pseudorandom number generators").
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// `count` distinct elements of `all` (every one when it has no more), in random order.
  mutating func sample(_ count: Int, of all: [UInt32]) -> [UInt32] {
    var pool = all
    let taken = min(count, pool.count)
    for i in 0..<taken { pool.swapAt(i, Int.random(in: i..<pool.count, using: &self)) }
    return Array(pool.prefix(taken))
  }

  /// A standard normal deviate (Box, Muller 1958).
  mutating func normal() -> Double {
    let radius = (-2 * log(Double.random(in: Double.leastNormalMagnitude..<1, using: &self))).squareRoot()
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &self))
  }
}
