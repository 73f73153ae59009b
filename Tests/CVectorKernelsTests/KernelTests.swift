import CVectorKernels
import Testing

/// The levels that this processor has, plain among them.
let levels: [String] = ["plain", "avx2", "avx512", "neon"].filter { (name: String) in vk_level(name) != nil }
/// Sizes on both sides of every register width.
let sizes = [1, 7, 8, 15, 16, 31, 127, 128, 129, 1000]

@Suite("Kernels against their plain twins")
struct KernelTests {
  @Test("This processor has a level, and the best one is among those found by name")
  func dispatch() {
    let best = String(cString: vk_best().pointee.name)
    #expect(levels.contains(best))
    #expect(vk_level("sse9") == nil)
  }

  @Test("Selection keeps what is not above the bound, in order, and never NaN", arguments: levels, sizes)
  func selection(level: String, count: Int) throws {
    let kernels = try #require(vk_level(level)).pointee
    var generator = Numbers(seed: UInt64(count) + 300)
    var values = generator.integers(count)
    if count > 2 { values[count / 2] = .nan }
    for bound in [-Float.infinity, -3, 0, 3, .infinity] {
      var positions = Array(repeating: UInt32.max, count: (count + 15) / 16 * 16)
      let found = kernels.select_at_most(values, count, bound, &positions)
      #expect(positions.prefix(found).map(Int.init) == values.indices.filter { values[$0] <= bound })
    }
  }

  @Test("The position of the smallest is the first of equals", arguments: sizes)
  func argmin(count: Int) {
    var generator = Numbers(seed: UInt64(count) + 400)
    for _ in 0..<20 {
      let values = generator.integers(count)
      let expected = values.indices.min { (values[$0], $0) < (values[$1], $1) }
      #expect(vk_argmin(values, count) == expected)
    }
  }

  @Test("What is kept moves to the front with its tags", arguments: levels, sizes)
  func keeping(level: String, count: Int) throws {
    let kernels = try #require(vk_level(level)).pointee
    var generator = Numbers(seed: UInt64(count) + 600)
    let room = (count + 15) / 16 * 16
    let values = generator.integers(count)
    for bound in [-Float.infinity, -3, 0, 3, .infinity] {
      var kept = values + Array(repeating: -99, count: room - count)
      var tags = (0..<UInt32(room)).map { $0 }
      let found = kernels.keep_at_most(&kept, &tags, count, bound)
      let expected = values.indices.filter { values[$0] <= bound }
      #expect(tags.prefix(found).map(Int.init) == expected)
      #expect(Array(kept.prefix(found)) == expected.map { values[$0] })
    }
  }

  @Test("A bound for so many values is not exceeded by fewer, and is the plain level's", arguments: levels, sizes)
  func bounds(level: String, count: Int) throws {
    let kernels = try #require(vk_level(level)).pointee
    let plain = try #require(vk_level("plain")).pointee
    var generator = Numbers(seed: UInt64(count) + 700)
    for values in [generator.reals(count), generator.integers(count), Array(repeating: Float(-2.5), count: count)] {
      for wanted in Set([1, 2, count / 3, count / 2, count - 1, count]) where wanted >= 1 && wanted <= count {
        let bound = kernels.bound_for(values, count, wanted)
        let sorted = values.sorted()
        // Values that equal the last wanted one cannot be told apart.
        #expect(values.count { $0 <= bound } == sorted.count { $0 <= sorted[wanted - 1] })
        #expect(bound == plain.bound_for(values, count, wanted))
      }
    }
  }

  @Test("Inner products with rows anywhere are the plain level's bits, and right", arguments: levels, [16, 48, 128])
  func innerProducts(level: String, width: Int) throws {
    let kernels = try #require(vk_level(level)).pointee
    let plain = try #require(vk_level("plain")).pointee
    var generator = Numbers(seed: UInt64(width) + 900)
    let query = generator.reals(width)
    let rows = generator.reals(40 * width)
    for count in [1, 5, 7, 40] {
      let places = (0..<count).map { Int32((17 * $0 + 3) % 40) }
      var out = Array(repeating: Float.nan, count: count)
      var expected = out
      kernels.inner_gather(query, rows, places, count, width, &out)
      plain.inner_gather(query, rows, places, count, width, &expected)
      #expect(out.map(\.bitPattern) == expected.map(\.bitPattern))
      for (found, place) in zip(out, places) {
        let sum = (0..<width).reduce(0.0) { $0 + Double(query[$1]) * Double(rows[Int(place) * width + $1]) }
        #expect(abs(Double(found) - sum) < 1e-4)
      }
    }
  }

  @Test("Projections are the plain level's bits, and right", arguments: levels, [1, 7, 16, 31, 128])
  func projection(level: String, rows: Int) throws {
    let kernels = try #require(vk_level(level)).pointee
    let plain = try #require(vk_level("plain")).pointee
    var generator = Numbers(seed: UInt64(rows) + 800)
    for columns in [16, 48, 64, 80, 128, 208] {
      let vector = generator.reals(rows)
      let matrix = generator.reals(rows * columns)
      var out = Array(repeating: Float.nan, count: columns)
      var expected = out
      kernels.project(vector, rows, matrix, columns, &out)
      plain.project(vector, rows, matrix, columns, &expected)
      #expect(out.map(\.bitPattern) == expected.map(\.bitPattern))
      for j in 0..<columns {
        let sum = (0..<rows).reduce(0.0) { $0 + Double(vector[$1]) * Double(matrix[$1 * columns + j]) }
        #expect(abs(Double(out[j]) - sum) < 1e-4)
      }
    }
  }

  @Test("The checksum is XXH64")
  func checksum() {
    #expect(vk_checksum("", 0) == 0xef46_db37_51d8_e999)
    #expect(vk_checksum("a", 1) == 0xd24e_c4f1_a98c_6e5b)
    #expect(vk_checksum("abc", 3) == 0x44bc_2cf5_ad77_0999)
    let text = "Nobody inspects the spammish repetition"
    #expect(vk_checksum(text, text.utf8.count) == 0xfbce_a83c_8a37_8bf1)
  }
}

/// Seeded test numbers.
struct Numbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 2_862_933_555_777_941_757 &+ 1 }

  private mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }

  mutating func integers(_ count: Int) -> [Float] { (0..<count).map { _ in Float(Int(next() % 17) - 8) } }
  mutating func codes(_ count: Int) -> [Int8] { (0..<count).map { _ in Int8(Int(next() % 255) - 127) } }
  mutating func real() -> Float { Float(next() % 1_000_000) / 500_000 - 1 }
  mutating func reals(_ count: Int) -> [Float] { (0..<count).map { _ in real() } }

  mutating func unit(_ count: Int) -> [Float] {
    // Sums of uniform numbers: near enough to normal ones for a direction without preference.
    let raw = (0..<count).map { _ in real() + real() + real() + real() }
    let norm = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return raw.map { $0 / norm }
  }
}
