internal import COpenBLAS
internal import CVectorKernels
internal import Glibc

/// The directions in which the vectors' neighbourhoods differ: centroids live in this subspace, so that comparing a
/// query with them takes fewer coordinates. What a vector has outside of it goes into its residual. All vectors here are in
/// the store's rotation.
///
/// `@unchecked Sendable`: the memory is written in `init` only.
final class Subspace: @unchecked Sendable {
  let rotation: Rotation
  /// Coordinates in the subspace, a multiple of 16.
  let dimension: Int
  /// rotation.dimension × dimension: the directions are the columns.
  let basis: UnsafeMutablePointer<Float>
  /// dimension × rotation.padded: the directions as rows; takes a centroid to where residuals are coded.
  let lift: UnsafeMutablePointer<Float>

  /// - Parameter directions: orthonormal, row-major, dimension × rotation.dimension; rows of zeros fill up.
  init(directions: [Float], rotation: Rotation) {
    self.rotation = rotation
    let full = rotation.dimension
    let dimension = directions.count / full
    self.dimension = dimension
    basis = Self.allocate(full * dimension)
    lift = Self.allocate(dimension * rotation.padded)
    directions.withUnsafeBufferPointer { directions in
      for j in 0..<dimension {
        let row = lift + j * rotation.padded
        row.update(repeating: 0, count: rotation.padded)
        row.update(from: directions.baseAddress! + j * full, count: full)
        for i in 0..<full { basis[i * dimension + j] = row[i] }
      }
    }
  }

  deinit {
    free(basis)
    free(lift)
  }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    Memory.allocate(count * 4, hugePages: false).bindMemory(to: Float.self, capacity: count)
  }

  var bytes: Int { dimension * (rotation.dimension + rotation.padded) * 4 }

  /// The directions as they were given to `init`.
  var directions: [Float] {
    let full = rotation.dimension
    return (0..<dimension * full).map { basis[$0 % full * dimension + $0 / full] }
  }

  /// The coordinates of a vector in the subspace.
  @inline(__always)
  func project(_ vector: UnsafePointer<Float>, into projected: UnsafeMutablePointer<Float>) {
    Kernels.active.project(vector, rotation.dimension, basis, dimension, projected)
  }

  /// Where a point of the subspace is among the vectors.
  @inline(__always)
  func lift(_ point: UnsafePointer<Float>, into rotated: UnsafeMutablePointer<Float>) {
    Kernels.active.project(point, dimension, lift, rotation.padded, rotated)
  }

  /// Share of the sample's structure that the subspace must hold.
  static let share = 0.97

  /// Directions that are looked at; more would not make the search among centroids faster.
  private static let most = 128

  /// Principal directions of a sample, as many as hold `share` of what stands out above the noise floor (the mean of
  /// the least variances).
  ///
  /// - Parameter sample: vectors, row-major.
  convenience init(sample: [Float], rotation: Rotation, generator: inout SplitMix64) {
    let full = rotation.dimension
    let rows = sample.count / full
    var moments = Array(repeating: Float(0), count: full * full)
    cblas_sgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, Int32(full), Int32(full), Int32(rows), 1 / Float(max(1, rows)), sample,
      Int32(full), sample, Int32(full), 0, &moments, Int32(full))
    let (directions, variances) = Self.principal(moments.map(Double.init), full, &generator)
    let total = (0..<full).reduce(0.0) { $0 + Double(moments[$1 * full + $1]) }
    let kept = Self.kept(variances, of: full, total: total)
    let padded = (kept + 15) / 16 * 16
    var taken = Array(repeating: Float(0), count: padded * full)
    for i in 0..<min(padded * full, directions.count) { taken[i] = Float(directions[i]) }
    self.init(directions: taken, rotation: rotation)
  }

  private static func kept(_ variances: [Double], of dimension: Int, total: Double) -> Int {
    let rest = dimension - variances.count
    let tail = variances.suffix(max(1, variances.count / 10))
    let floor =
      rest > 0
      ? max(0, total - variances.reduce(0, +)) / Double(rest) : tail.reduce(0, +) / Double(tail.count)
    let above = variances.map { max(0, $0 - floor) }
    let wanted = share * above.reduce(0, +)
    var held = 0.0
    for (i, variance) in above.enumerated() {
      held += variance
      if held >= wanted { return i + 1 }
    }
    return variances.count
  }

  /// Orthogonal iteration: directions as rows in descending order of their variances, and these. Near enough after a
  /// few dozen rounds: only which subspace they span matters.
  private static func principal(
    _ moments: [Double], _ dimension: Int, _ generator: inout SplitMix64
  ) -> (directions: [Double], variances: [Double]) {
    let count = min(dimension, most)
    var rows = Orthonormal.rows(count: count, dimension: dimension) { generator.normal() }
    var product = rows
    for round in 0...rounds {
      cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(count), Int32(dimension), Int32(dimension), 1, rows,
        Int32(dimension), moments, Int32(dimension), 0, &product, Int32(dimension))
      if round == rounds { break }
      swap(&rows, &product)
      rows.withUnsafeMutableBufferPointer {
        Orthonormal.orthonormalize($0.baseAddress!, count: count, dimension: dimension) { generator.normal() }
      }
    }
    let variances = (0..<count).map { row in
      (0..<dimension).reduce(0.0) { $0 + rows[row * dimension + $1] * product[row * dimension + $1] }
    }
    return (rows, variances)
  }

  private static let rounds = 24
}
