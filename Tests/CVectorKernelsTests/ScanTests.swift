import CVectorKernels
import Testing

@Suite("Scans of codes against their plain twins")
struct ScanTests {
  @Test("Scores of 8-bit codes are the integer products times the scale", arguments: levels, sizes)
  func bytes(level: String, dimension: Int) throws {
    let kernels = try #require(vk_level(level)).pointee
    var generator = Numbers(seed: UInt64(dimension) + 200)
    for rows in [1, 7, 8, 9, 15, 16, 17, 33, 48, 49, 64, 65, 80, 130] {
      let query = generator.codes(dimension)
      let codes = (0..<rows).map { _ in generator.codes(dimension) }
      let scales = (0..<rows).map { _ in generator.real() }
      let blocks = ByteBlocks(codes: codes, scales: scales, dimension: dimension)
      defer { blocks.memory.deallocate() }
      let offset = query.reduce(Int32(0)) { $0 + 128 * Int32($1) }
      let expected = (0..<rows).map { r in
        Float(-zip(query, codes[r]).reduce(0) { $0 + Int($1.0) * Int($1.1) }) * scales[r]
      }
      for bound in [Float.infinity, 0, expected.sorted()[rows / 2]] {
        var scores = Array(repeating: Float.nan, count: rows + 16)
        var slots = Array(repeating: UInt32.max, count: rows + 16)
        let found = kernels.scan_bytes(
          padded(query, dimension), offset, blocks.memory, rows, dimension, bound, &scores, &slots)
        let passing = expected.indices.filter { expected[$0] <= bound }
        #expect(slots.prefix(found).map(Int.init) == passing)
        #expect(Array(scores.prefix(found)) == passing.map { expected[$0] })
      }
    }
  }

  @Test("The largest 8-bit codes do not overflow", arguments: levels)
  func extremeBytes(level: String) throws {
    let kernels = try #require(vk_level(level)).pointee
    let dimension = 1000
    for (a, b) in [(Int8(127), Int8(127)), (127, -127), (-127, 127), (-127, -127)] {
      let blocks = ByteBlocks(codes: [Array(repeating: b, count: dimension)], scales: [1], dimension: dimension)
      defer { blocks.memory.deallocate() }
      var scores = Array(repeating: Float.nan, count: 17)
      var slots = Array(repeating: UInt32.max, count: 17)
      let query = Array(repeating: a, count: dimension)
      let found = kernels.scan_bytes(
        query, 128 * 1000 * Int32(a), blocks.memory, 1, dimension, .infinity, &scores, &slots)
      #expect(found == 1 && scores[0] == -Float(1000 * Int(a) * Int(b)))
    }
  }

  @Test("8-bit codes are read back as they were stored", arguments: sizes)
  func loading(dimension: Int) {
    var generator = Numbers(seed: UInt64(dimension) + 900)
    let codes = (0..<20).map { _ in generator.codes(dimension) }
    let blocks = ByteBlocks(codes: codes, scales: codes.indices.map(Float.init), dimension: dimension)
    defer { blocks.memory.deallocate() }
    for r in codes.indices {
      var read = Array(repeating: Int8(1), count: vk_byte_groups(dimension) * 4)
      var slot = UInt32.max
      let block = blocks.memory + r / 16 * vk_byte_block_bytes(dimension)
      let scale = vk_load_bytes(block, r % 16, dimension, &read, &slot)
      #expect(scale == Float(r) && slot == UInt32(r) && read == padded(codes[r], dimension))
    }
  }

  @Test("Scores of 1-bit codes are the plain level's bits; erased rows are not found", arguments: levels, sizes)
  func bits(level: String, dimension: Int) throws {
    let kernels = try #require(vk_level(level)).pointee
    let plain = try #require(vk_level("plain")).pointee
    var generator = Numbers(seed: UInt64(dimension) + 1000)
    let query = BitQuery(generator.reals(dimension))
    defer { query.tables.deallocate() }
    for rows in [1, 15, 16, 17, 31, 32, 33, 64, 75] {
      let blocks = BitBlocks((0..<rows).map { _ in generator.reals(dimension) })
      defer { blocks.memory.deallocate() }
      if rows > 2 { blocks.erase(rows / 2) }
      var all = Array(repeating: Float.nan, count: rows + 32)
      var slots = Array(repeating: UInt32.max, count: rows + 32)
      let live = plain.scan_bits(
        query.tables, query.scale, query.bias, blocks.memory, rows, dimension, -0.25, .infinity, &all, &slots)
      #expect(live == (rows > 2 ? rows - 1 : rows))
      for bound in [Float.infinity, all.prefix(live).sorted()[live / 2]] {
        var scores = Array(repeating: Float.nan, count: rows + 32)
        var found = Array(repeating: UInt32.max, count: rows + 32)
        let count = kernels.scan_bits(
          query.tables, query.scale, query.bias, blocks.memory, rows, dimension, -0.25, bound, &scores, &found)
        let expected = (0..<live).filter { all[$0] <= bound }
        #expect(found.prefix(count) == expected.map { slots[$0] }[...])
        #expect(scores.prefix(count).map(\.bitPattern) == expected.map { all[$0].bitPattern })
      }
    }
  }

  @Test("The plain level's scores of 1-bit codes estimate the inner product")
  func estimate() throws {
    let plain = try #require(vk_level("plain")).pointee
    var generator = Numbers(seed: 5)
    let dimension = 128
    let rows = 640
    var errors = 0.0
    var products = 0.0
    for _ in 0..<10 {
      let query = generator.unit(dimension)
      let vectors = (0..<rows).map { _ in generator.unit(dimension) }
      let tables = BitQuery(query)
      let blocks = BitBlocks(vectors)
      defer {
        tables.tables.deallocate()
        blocks.memory.deallocate()
      }
      var scores = Array(repeating: Float.nan, count: rows + 32)
      var slots = Array(repeating: UInt32.max, count: rows + 32)
      _ = plain.scan_bits(
        tables.tables, tables.scale, tables.bias, blocks.memory, rows, dimension, 0, .infinity, &scores, &slots)
      for r in 0..<rows {
        let product = zip(query, vectors[r]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        errors += (product + Double(scores[r])) * (product + Double(scores[r]))
        products += product * product
      }
    }
    // RaBitQ's error for unit vectors in d dimensions is about √((π/2 − 1) / d); these have a fair spread of products.
    let expected = ((Double.pi / 2 - 1) / Double(dimension)).squareRoot()
    #expect((errors / Double(10 * rows)).squareRoot() < 1.15 * expected)
  }

  @Test("Tables say how much a choice of signs adds, within half a step for each group", arguments: sizes)
  func tables(dimension: Int) {
    var generator = Numbers(seed: UInt64(dimension) + 1100)
    let values = generator.reals(dimension)
    let query = BitQuery(values)
    defer { query.tables.deallocate() }
    let step = -query.scale
    for group in 0..<4 * vk_bit_steps(dimension) {
      let four = (0..<4).map { 4 * group + $0 < dimension ? values[4 * group + $0] : 0 }
      let least = -four.reduce(0) { $0 + abs($1) }
      for n in 0..<16 {
        let sum = (0..<4).reduce(Float(0)) { $0 + (n >> $1 & 1 == 1 ? four[$1] : -four[$1]) }
        #expect(abs(Float(query.tables[16 * group + n]) * step - (sum - least)) <= 0.51 * step)
      }
    }
    #expect(abs(query.bias - values.reduce(0) { $0 + abs($1) }) < 1e-3)
  }

  @Test("Scores of 4-bit codes are the integer products, in rows and scattered", arguments: levels, sizes)
  func nibbles(level: String, dimension: Int) throws {
    let kernels = try #require(vk_level(level)).pointee
    var generator = Numbers(seed: UInt64(dimension) + 1200)
    let bytes = vk_nibble_bytes(dimension)
    let query = generator.codes(dimension) + Array(repeating: 0, count: 2 * bytes - dimension)
    for count in [1, 2, 3, 4, 5, 11] {
      let vectors = (0..<count).map { _ in generator.reals(dimension) }
      var rows = Array(repeating: UInt8(0), count: count * bytes)
      var expected: [Float] = []
      for (r, vector) in vectors.enumerated() {
        var row = Array(repeating: UInt8(0), count: bytes)
        var fine = Array(repeating: UInt8(0), count: vk_fine_bytes(dimension))
        _ = vk_store_row(&row, &fine, vector, dimension, 0.125)
        rows.replaceSubrange(r * bytes..<(r + 1) * bytes, with: row)
        let codes = vector.map { min(15, max(0, Int(($0 / 0.125 + 8).rounded(.down)))) }
        expected.append(-Float(zip(query, codes).reduce(0) { $0 + Int($1.0) * $1.1 }))
      }
      var scores = Array(repeating: Float.nan, count: count)
      kernels.nibble_rows(query, rows, count, dimension, &scores)
      #expect(scores == expected)
      var scattered = Array(repeating: Float.nan, count: count)
      rows.withUnsafeBufferPointer { rows in
        let pointers = (0..<count).map { rows.baseAddress! + (count - 1 - $0) * bytes }
        kernels.nibble_gather(query, pointers, count, dimension, &scattered)
      }
      #expect(Array(scattered.reversed()) == expected)
    }
  }

  @Test("Encoding is within half a step of every element", arguments: sizes)
  func encoding(dimension: Int) {
    var generator = Numbers(seed: UInt64(dimension) + 500)
    let vector = generator.reals(dimension)
    var codes = Array(repeating: Int8(99), count: vk_byte_groups(dimension) * 4)
    let scale = vk_encode(vector, dimension, &codes, codes.count)
    for (value, code) in zip(vector, codes) { #expect(abs(value - Float(code) * scale) <= scale * 0.5001) }
    #expect(codes[dimension...].allSatisfy { $0 == 0 })
    #expect(codes.map { abs(Int($0)) }.max() == 127)
    #expect(vk_encode(Array(repeating: 0, count: dimension), dimension, &codes, codes.count) == 0)
    #expect(codes.allSatisfy { $0 == 0 })
  }
}

/// 8-bit codes laid out as the kernels want them.
struct ByteBlocks {
  let memory: UnsafeMutablePointer<UInt8>

  init(codes: [[Int8]], scales: [Float], dimension: Int) {
    let bytes = vk_byte_block_bytes(dimension)
    memory = rubbish((codes.count + 15) / 16 * bytes)
    for r in codes.indices {
      vk_store_bytes(memory + r / 16 * bytes, r % 16, dimension, padded(codes[r], dimension), scales[r], UInt32(r))
    }
  }
}

/// 1-bit codes laid out as the kernels want them; slot r is row r.
struct BitBlocks {
  let memory: UnsafeMutablePointer<UInt8>
  private let dimension: Int

  init(_ residuals: [[Float]]) {
    dimension = residuals[0].count
    let bytes = vk_bit_block_bytes(dimension)
    memory = rubbish((residuals.count + 31) / 32 * bytes)
    for (r, residual) in residuals.enumerated() {
      let whole = residual + Array(repeating: 0, count: vk_bit_steps(dimension) * 16 - dimension)
      vk_store_bits(memory + r / 32 * bytes, r % 32, dimension, whole, UInt32(r))
    }
  }

  func erase(_ row: Int) {
    vk_erase_bits(memory + row / 32 * vk_bit_block_bytes(dimension), row % 32, dimension)
  }
}

/// A query's tables for 1-bit codes.
struct BitQuery {
  let tables: UnsafeMutablePointer<UInt8>
  private(set) var scale: Float = 0
  private(set) var bias: Float = 0

  init(_ query: [Float]) {
    let steps = vk_bit_steps(query.count)
    tables = rubbish(64 * steps)
    vk_bit_tables(query + Array(repeating: 0, count: 16 * steps - query.count), query.count, tables, &scale, &bias)
  }
}

/// Memory with rubbish in it: what is in places that no row has must not reach the rows that are there.
private func rubbish(_ bytes: Int) -> UnsafeMutablePointer<UInt8> {
  let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
  let memory = raw.bindMemory(to: UInt8.self, capacity: bytes)
  memory.initialize(repeating: 0xa5, count: bytes)
  return memory
}

func padded(_ codes: [Int8], _ dimension: Int) -> [Int8] {
  codes + Array(repeating: 0, count: vk_byte_groups(dimension) * 4 - dimension)
}
