/// SipHash-2-4 with a 128-bit result (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012, and the
/// authors' 128-bit variant).
///
/// Keys of the store that would hold a person's name hold this hash of it instead: LevelDB copies keys into its
/// manifest and its own log, from which a deleted key does not go away on demand. With a random secret key, two names
/// of a gallery share a hash with a chance of 2⁻¹²⁸ per pair, and nobody can choose names that do.
package struct SipHash: Hashable, Sendable {
  package let k0: UInt64
  package let k1: UInt64

  package init(k0: UInt64, k1: UInt64) {
    self.k0 = k0
    self.k1 = k1
  }

  /// 16 bytes.
  package func callAsFunction(_ message: some Sequence<UInt8>) -> [UInt8] {
    var v = SIMD4<UInt64>(
      k0 ^ 0x736f_6d65_7073_6575, k1 ^ 0x646f_7261_6e64_6f6d ^ 0xee,
      k0 ^ 0x6c79_6765_6e65_7261, k1 ^ 0x7465_6462_7974_6573)
    var word: UInt64 = 0
    var count: UInt64 = 0
    for byte in message {
      word |= UInt64(byte) << (8 * (count & 7))
      count += 1
      if count & 7 == 0 {
        Self.absorb(word, &v)
        word = 0
      }
    }
    Self.absorb(word | count << 56, &v)
    v[2] ^= 0xee
    for _ in 0..<4 { Self.round(&v) }
    let first = v[0] ^ v[1] ^ v[2] ^ v[3]
    v[1] ^= 0xdd
    for _ in 0..<4 { Self.round(&v) }
    let second = v[0] ^ v[1] ^ v[2] ^ v[3]
    return [first, second].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) } }
  }

  private static func absorb(_ word: UInt64, _ v: inout SIMD4<UInt64>) {
    v[3] ^= word
    round(&v)
    round(&v)
    v[0] ^= word
  }

  private static func round(_ v: inout SIMD4<UInt64>) {
    func rotated(_ x: UInt64, _ n: UInt64) -> UInt64 { x << n | x >> (64 - n) }
    v[0] &+= v[1]
    v[2] &+= v[3]
    v[1] = rotated(v[1], 13) ^ v[0]
    v[3] = rotated(v[3], 16) ^ v[2]
    v[0] = rotated(v[0], 32)
    v[2] &+= v[1]
    v[0] &+= v[3]
    v[1] = rotated(v[1], 17) ^ v[2]
    v[3] = rotated(v[3], 21) ^ v[0]
    v[2] = rotated(v[2], 32)
  }
}
