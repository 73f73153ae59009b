internal import CVectorKernels
internal import Glibc
internal import Synchronization

/// A random rotation: after it the coordinates of any vector are about normal with variance ‖v‖² / dimension, which
/// is what 1-bit and 4-bit codes are made for. The same for every index of a dimension, in every process.
///
/// `@unchecked Sendable`: the memory is written in `init` only.
final class Rotation: @unchecked Sendable {
  let dimension: Int
  /// Elements of a rotated vector: `dimension`, and zeros up to a multiple of 16.
  let padded: Int
  /// dimension × padded: row i is where the i-th axis goes.
  let matrix: UnsafeMutablePointer<Float>
  /// The same turned over: row j is where the j-th axis comes from.
  private let inverse: UnsafeMutablePointer<Float>

  private static let known = Mutex<[Int: Rotation]>([:])

  static func of(dimension: Int) -> Rotation {
    known.withLock { known in
      if let rotation = known[dimension] { return rotation }
      let rotation = Rotation(dimension: dimension)
      known[dimension] = rotation
      return rotation
    }
  }

  private init(dimension: Int) {
    self.dimension = dimension
    padded = (dimension + 15) / 16 * 16
    var generator = SplitMix64(seed: 0x726f_7461_7465)
    let rows = Orthonormal.rows(count: dimension, dimension: dimension) { generator.normal() }
    matrix = Self.allocate(dimension * padded)
    inverse = Self.allocate(dimension * padded)
    for i in 0..<dimension {
      for j in 0..<dimension {
        matrix[i * padded + j] = Float(rows[i * dimension + j])
        inverse[j * padded + i] = matrix[i * padded + j]
      }
    }
  }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    let memory = Memory.allocate(count * 4, hugePages: false).bindMemory(to: Float.self, capacity: count)
    memory.initialize(repeating: 0, count: count)
    return memory
  }

  deinit {
    free(matrix)
    free(inverse)
  }

  @inline(__always)
  func apply(_ vector: UnsafePointer<Float>, into rotated: UnsafeMutablePointer<Float>) {
    Kernels.active.project(vector, dimension, matrix, padded, rotated)
  }

  /// Turns a vector back; `vector` has room for `padded` elements.
  func undo(_ rotated: UnsafePointer<Float>, into vector: UnsafeMutablePointer<Float>) {
    Kernels.active.project(rotated, dimension, inverse, padded, vector)
  }
}

/// Modified Gram-Schmidt.
enum Orthonormal {
  /// `count` ≤ dimension orthonormal rows made of drawn ones, row-major.
  static func rows(count: Int, dimension: Int, draw: () -> Double) -> [Double] {
    var rows = (0..<count * dimension).map { _ in draw() }
    rows.withUnsafeMutableBufferPointer { orthonormalize($0.baseAddress!, count: count, dimension: dimension, draw) }
    return rows
  }

  /// Makes rows orthonormal in place, in their order; one that depends on those before it is drawn anew.
  static func orthonormalize(
    _ rows: UnsafeMutablePointer<Double>, count: Int, dimension: Int, _ draw: () -> Double
  ) {
    for i in 0..<count {
      let row = rows + i * dimension
      while true {
        let before = norm(row, dimension)
        // Twice: the second pass takes out what the rounding of the first left.
        for _ in 0..<2 {
          for j in 0..<i {
            let other = rows + j * dimension
            var product = 0.0
            for d in 0..<dimension { product += row[d] * other[d] }
            for d in 0..<dimension { row[d] -= product * other[d] }
          }
        }
        let left = norm(row, dimension)
        if left > 1e-9 * before, left > 0 {
          for d in 0..<dimension { row[d] /= left }
          break
        }
        for d in 0..<dimension { row[d] = draw() }
      }
    }
  }

  private static func norm(_ row: UnsafePointer<Double>, _ dimension: Int) -> Double {
    var sum = 0.0
    for d in 0..<dimension { sum += row[d] * row[d] }
    return sum.squareRoot()
  }
}
