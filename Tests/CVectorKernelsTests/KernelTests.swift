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

  @Test("Squared distances of integers are exact", arguments: levels, sizes)
  func squaredL2OfIntegers(level: String, dimension: Int) throws {
    let kernels = try #require(vk_level(level)).pointee
    var generator = Numbers(seed: UInt64(dimension))
    for count in [1, 2, 3, 4, 5, 9] {
      let query = generator.integers(dimension)
      let rows = generator.integers(count * dimension)
      var distances = Array(repeating: Float(-1), count: count)
      kernels.squared_l2_rows(query, rows, count, dimension, &distances)
      for r in 0..<count {
        let expected = (0..<dimension).reduce(0) { sum, i in
          let difference = Int(query[i]) - Int(rows[r * dimension + i])
          return sum + difference * difference
        }
        #expect(distances[r] == Float(expected), "row \(r) of \(count)")
      }
    }
  }

  @Test("Squared distances of real numbers are the plain level's bits, in rows and scattered", arguments: levels, sizes)
  func squaredL2Bits(level: String, dimension: Int) throws {
    let kernels = try #require(vk_level(level)).pointee
    let plain = try #require(vk_level("plain")).pointee
    var generator = Numbers(seed: UInt64(dimension) + 100)
    let count = 11
    let query = generator.reals(dimension)
    let rows = generator.reals(count * dimension)
    var expected = Array(repeating: Float(0), count: count)
    var distances = expected
    var scattered = expected
    plain.squared_l2_rows(query, rows, count, dimension, &expected)
    kernels.squared_l2_rows(query, rows, count, dimension, &distances)
    rows.withUnsafeBufferPointer { rows in
      // Backwards, so that the pointers are not simply consecutive rows.
      let pointers = (0..<count).map { rows.baseAddress! + (count - 1 - $0) * dimension }
      kernels.squared_l2_gather(query, pointers, count, dimension, &scattered)
    }
    #expect(distances.map(\.bitPattern) == expected.map(\.bitPattern))
    #expect(scattered.reversed().map(\.bitPattern) == expected.map(\.bitPattern))
  }

  @Test("Scores of codes are the integer products times the scale", arguments: levels, sizes)
  func scores(level: String, dimension: Int) throws {
    let kernels = try #require(vk_level(level)).pointee
    var generator = Numbers(seed: UInt64(dimension) + 200)
    for rows in [1, 15, 16, 17, 33, 48, 49, 64, 65, 80, 130] {
      let query = generator.codes(dimension)
      let codes = (0..<rows).map { _ in generator.codes(dimension) }
      let scales = (0..<rows).map { _ in generator.real() }
      let blocks = Blocks(codes: codes, scales: scales, dimension: dimension)
      defer { blocks.memory.deallocate() }
      var scores = Array(repeating: Float.nan, count: blocks.count * 16)
      let offset = query.reduce(Int32(0)) { $0 + 128 * Int32($1) }
      kernels.score_blocks(padded(query, dimension), offset, blocks.memory, rows, dimension, &scores)
      for r in 0..<rows {
        let product = zip(query, codes[r]).reduce(0) { $0 + Int($1.0) * Int($1.1) }
        #expect(scores[r] == Float(-product) * scales[r], "row \(r) of \(rows)")
        #expect(vk_slot(blocks.memory, r, vk_block_bytes(dimension)) == UInt32(r))
      }
    }
  }

  @Test("The largest codes do not overflow", arguments: levels)
  func extremeCodes(level: String) throws {
    let kernels = try #require(vk_level(level)).pointee
    let dimension = 1000
    for (a, b) in [(Int8(127), Int8(127)), (127, -127), (-127, 127), (-127, -127)] {
      let query = Array(repeating: a, count: dimension)
      let blocks = Blocks(codes: [Array(repeating: b, count: dimension)], scales: [1], dimension: dimension)
      defer { blocks.memory.deallocate() }
      var scores = Array(repeating: Float.nan, count: 16)
      kernels.score_blocks(query, 128 * 1000 * Int32(a), blocks.memory, 1, dimension, &scores)
      #expect(scores[0] == -Float(1000 * Int(a) * Int(b)))
    }
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

  @Test("Encoding is within half a step of every element", arguments: sizes)
  func encoding(dimension: Int) {
    var generator = Numbers(seed: UInt64(dimension) + 500)
    let vector = generator.reals(dimension)
    var codes = Array(repeating: Int8(99), count: vk_groups(dimension) * 4)
    let scale = vk_encode(vector, dimension, &codes)
    for (value, code) in zip(vector, codes) { #expect(abs(value - Float(code) * scale) <= scale * 0.5001) }
    #expect(codes[dimension...].allSatisfy { $0 == 0 })
    #expect(codes.map { abs(Int($0)) }.max() == 127)
    #expect(vk_encode(Array(repeating: 0, count: dimension), dimension, &codes) == 0)
    #expect(codes.allSatisfy { $0 == 0 })
  }
}

/// Codes laid out as the kernels want them.
struct Blocks {
  let memory: UnsafeMutablePointer<UInt8>
  let count: Int

  init(codes: [[Int8]], scales: [Float], dimension: Int) {
    count = (codes.count + 15) / 16
    let bytes = vk_block_bytes(dimension)
    let raw = UnsafeMutableRawPointer.allocate(byteCount: count * bytes, alignment: 64)
    memory = raw.bindMemory(to: UInt8.self, capacity: count * bytes)
    // Rubbish where no row is: it must not reach the rows that are there.
    memory.initialize(repeating: 0xa5, count: count * bytes)
    for r in codes.indices {
      vk_store_row(memory + r / 16 * bytes, r % 16, dimension, padded(codes[r], dimension), scales[r], UInt32(r))
    }
  }
}

func padded(_ codes: [Int8], _ dimension: Int) -> [Int8] {
  codes + Array(repeating: 0, count: vk_groups(dimension) * 4 - dimension)
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
}
