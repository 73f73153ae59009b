internal import COpenBLAS
internal import CVectorKernels

/// Spherical k-means (Dhillon, Modha 2001): Lloyd's iterations on unit vectors, centroids scaled back to norm 1. The
/// products of points and centroids are one BLAS call a batch.
struct KMeans {
  let dimension: Int
  let clusters: Int
  /// Row-major, clusters × dimension.
  private(set) var centroids: [Float] = []
  /// Points of each cluster at the last assignment.
  private(set) var sizes: [Int] = []

  static let batch = 512

  /// - Parameters:
  ///   - points: row-major, at least `clusters` unit vectors, in random order.
  ///   - iterations: at most; stops when the mean similarity grows by less than a thousandth.
  init(points: [Float], dimension: Int, clusters: Int, iterations: Int, generator: inout SplitMix64) {
    self.dimension = dimension
    self.clusters = clusters
    centroids = Array(points.prefix(clusters * dimension))
    var previous = -Double.infinity
    for _ in 0..<iterations {
      let (assignment, similarity) = assign(points)
      update(points, assignment, &generator)
      guard similarity - previous > 1e-3 * abs(similarity) else { break }
      previous = similarity
    }
  }

  /// The nearest centroid of every point, and the mean inner product with it.
  private func assign(_ points: [Float]) -> (assignment: [Int], similarity: Double) {
    let count = points.count / dimension
    var assignment = Array(repeating: 0, count: count)
    var total = 0.0
    var products = Array(repeating: Float(0), count: Self.batch * clusters)
    for start in stride(from: 0, to: count, by: Self.batch) {
      let rows = min(Self.batch, count - start)
      points.withUnsafeBufferPointer { points in
        products.withUnsafeMutableBufferPointer { products in
          // products[i][c] = −⟨pointᵢ, centroid_c⟩
          cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(clusters), Int32(dimension), -1,
            points.baseAddress! + start * dimension, Int32(dimension), centroids, Int32(dimension), 0,
            products.baseAddress!, Int32(clusters))
          for i in 0..<rows {
            let row = products.baseAddress! + i * clusters
            let nearest = vk_argmin(row, clusters)
            assignment[start + i] = nearest
            total -= Double(row[nearest])
          }
        }
      }
    }
    return (assignment, total / Double(max(1, count)))
  }

  /// Moves every centroid to the direction of its points' mean.
  private mutating func update(_ points: [Float], _ assignment: [Int], _ generator: inout SplitMix64) {
    sizes = Array(repeating: 0, count: clusters)
    centroids = Array(repeating: 0, count: clusters * dimension)
    for (point, cluster) in assignment.enumerated() {
      sizes[cluster] += 1
      centroids.withUnsafeMutableBufferPointer { centroids in
        points.withUnsafeBufferPointer { points in
          for i in 0..<dimension { centroids[cluster * dimension + i] += points[point * dimension + i] }
        }
      }
    }
    for cluster in 0..<clusters where !normalize(cluster) {
      repair(cluster, points, assignment, &generator)
    }
  }

  /// Scales a centroid to norm 1; false when it is empty or its points cancel out.
  private mutating func normalize(_ cluster: Int) -> Bool {
    let range = cluster * dimension..<(cluster + 1) * dimension
    let norm = centroids[range].reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
    guard norm > 1e-6 else { return false }
    for i in range { centroids[i] /= norm }
    return true
  }

  /// Gives a cluster without a direction one of the points of a large cluster: the larger of two drawn at random,
  /// weighted by size because points are drawn, not clusters.
  private mutating func repair(
    _ cluster: Int, _ points: [Float], _ assignment: [Int], _ generator: inout SplitMix64
  ) {
    let a = Int.random(in: 0..<assignment.count, using: &generator)
    let b = Int.random(in: 0..<assignment.count, using: &generator)
    let point = sizes[assignment[a]] >= sizes[assignment[b]] ? a : b
    for i in 0..<dimension { centroids[cluster * dimension + i] = points[point * dimension + i] }
  }
}
