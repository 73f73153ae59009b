/// xoshiro256** (Blackman and Vigna), seeded through splitmix64 from a seed and the numbers of a place in the run.
///
/// Every batch draws from a source of its own, made of the seed and the step, so that a resumed run draws what an
/// uninterrupted one would have, and no generator's state needs saving.
package struct RandomSource: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  package init(seed: UInt64, _ place: Int...) {
    var mixed = seed
    for number in place {
      mixed = Self.mix(mixed ^ Self.mix(UInt64(bitPattern: Int64(number)) &+ 0x632b_e59b_d9b4_e019))
    }
    var words: [UInt64] = []
    for _ in 0..<4 {
      mixed &+= 0x9e37_79b9_7f4a_7c15
      words.append(Self.mix(mixed))
    }
    state = (words[0], words[1], words[2], words[3])
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  package mutating func next() -> UInt64 {
    func rotated(_ value: UInt64, _ count: UInt64) -> UInt64 { value << count | value >> (64 - count) }
    let result = rotated(state.1 &* 5, 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = rotated(state.3, 45)
    return result
  }

  /// Uniform within −1…1.
  mutating func symmetric() -> Float { Float.random(in: -1...1, using: &self) }

  /// Approximately normal with mean 0 and standard deviation 1: the sum of twelve uniform numbers.
  mutating func normal() -> Double {
    (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &self) }
  }
}
