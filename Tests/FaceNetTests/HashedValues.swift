/// Numbers in [-1, 1) that follow from a name, as Golden/make_networks.py has them too: 24 bits of SplitMix64 (Steele, Lea
/// & Flood 2014) of the name's FNV-1a hash and each index.
struct HashedValues {
  private let start: UInt64

  init(_ name: String) {
    start = name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  subscript(index: Int) -> Float {
    var z = start &+ 0x9E37_79B9_7F4A_7C15 &* UInt64(index + 1)
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return Float(z >> 40) * 0x1p-23 - 1
  }

  func values(_ count: Int) -> [Float] { (0..<count).map { self[$0] } }
}
