import CVectorKernels
import Testing

@Suite("15-bit rows")
struct RowTests {
  private static let step: Float = 0.125

  /// Coordinates of which some lie beyond the outermost 4-bit codes.
  private static func vector(_ dimension: Int, _ generator: inout Numbers) -> [Float] {
    generator.reals(dimension).map { $0 * $0 * $0 * 2 }
  }

  @Test("A coordinate is off by half a unit, beyond the outermost codes by half a stretched one", arguments: sizes)
  func rounding(dimension: Int) {
    var generator = Numbers(seed: UInt64(dimension) + 100)
    for scale in [Float(0), 0.2, 1] {
      let vector = Self.vector(dimension, &generator).map { $0 * scale }
      let row = Row(vector, Self.step)
      let inner = 7 * Self.step
      let furthest = max(vector.map(abs).max() ?? 0, 8 * Self.step)
      for (kept, value) in zip(row.kept, vector) {
        let unit = abs(value) < inner ? Self.step / 2_048 : (furthest - inner) / 2_048
        #expect(abs(kept - value) <= 0.501 * unit + 1e-6, "\(value) is kept as \(kept)")
      }
      #expect(row.kept[dimension...].allSatisfy { $0 == 0 })
      // What is kept is kept again as it is.
      #expect(Row(Array(row.kept.prefix(dimension)), Self.step).codes == row.codes)
    }
  }

  @Test("A vector turned to its opposite is kept as the opposite", arguments: sizes)
  func opposites(dimension: Int) {
    var generator = Numbers(seed: UInt64(dimension) + 150)
    let vector = Self.vector(dimension, &generator)
    let (row, opposite) = (Row(vector, Self.step), Row(vector.map { -$0 }, Self.step))
    for (i, value) in vector.enumerated() where value != 0 { #expect(row.kept[i] == -opposite.kept[i]) }
  }

  @Test("What 4-bit codes leave over of the row that is kept is told, rounded up", arguments: sizes)
  func codeErrors(dimension: Int) {
    var generator = Numbers(seed: UInt64(dimension) + 200)
    let row = Row(Self.vector(dimension, &generator), Self.step)
    let left = (0..<dimension).reduce(0.0) { sum, i in
      let rest = Double(row.kept[i]) - (Double(row.codes[i]) - 7.5) * Double(Self.step)
      return sum + rest * rest
    }
    #expect(Double(row.error) >= left.squareRoot() && Double(row.error) <= left.squareRoot() * 1.000001 + 1e-30)
  }

  @Test("Squared distances are those of the rows that are kept, bit for bit, on every level", arguments: levels, sizes)
  func distances(level: String, dimension: Int) throws {
    let kernels = try #require(vk_level(level)).pointee
    var generator = Numbers(seed: UInt64(dimension) + 300)
    for count in [1, 2, 3, 4, 5, 11] {
      let query = generator.reals(dimension)
      let rows = (0..<count).map { _ in Row(Self.vector(dimension, &generator), Self.step) }
      let coarse = rows.map { UnsafePointer($0.coarse) }
      let fine = rows.map { UnsafePointer($0.fine) }
      var found = Array(repeating: Float.nan, count: count)
      kernels.squared_l2_gather(query, coarse, fine, count, dimension, Self.step, &found)
      let expected = rows.map { Self.squaredL2(query, $0.kept) }
      #expect(found.map(\.bitPattern) == expected.map(\.bitPattern))
    }
  }

  /// Sixteen sums of single products, added pairwise.
  private static func squaredL2(_ a: [Float], _ b: [Float]) -> Float {
    var sums = Array(repeating: Float(0), count: 16)
    for i in a.indices {
      let difference = a[i] - b[i]
      sums[i % 16] += difference * difference
    }
    for width in [8, 4, 2, 1] { for j in 0..<width { sums[j] += sums[j + width] } }
    return sums[0]
  }
}

/// A row among memory with rubbish in it.
private final class Row {
  let coarse: UnsafeMutablePointer<UInt8>
  let fine: UnsafeMutablePointer<UInt8>
  let error: Float
  let kept: [Float]
  /// The 4-bit codes.
  let codes: [UInt8]

  init(_ vector: [Float], _ step: Float) {
    let bytes = vk_nibble_bytes(vector.count)
    coarse = .allocate(capacity: bytes)
    fine = .allocate(capacity: vk_fine_bytes(vector.count))
    coarse.initialize(repeating: 0xa5, count: bytes)
    fine.initialize(repeating: 0xa5, count: vk_fine_bytes(vector.count))
    error = vk_store_row(coarse, fine, vector, vector.count, step)
    var kept = Array(repeating: Float.nan, count: vk_bit_steps(vector.count) * 16)
    vk_unpack_row(coarse, fine, vector.count, step, &kept)
    self.kept = kept
    let row = coarse
    codes = vector.indices.map { $0 < bytes ? row[$0] & 15 : row[$0 - bytes] >> 4 }
  }

  deinit {
    coarse.deallocate()
    fine.deallocate()
  }
}
