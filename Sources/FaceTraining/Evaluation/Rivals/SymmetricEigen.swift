/// Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations.
struct SymmetricEigen {
  /// From the largest down.
  private(set) var values: [Double]
  /// Row k belongs to `values[k]`, length 1.
  private(set) var vectors: [[Double]]

  private static let sweeps = 60

  init(_ matrix: [[Double]]) {
    let size = matrix.count
    var a = matrix
    var v = (0..<size).map { row in (0..<size).map { $0 == row ? 1.0 : 0.0 } }
    let scale = (0..<size).reduce(0.0) { $0 + a[$1][$1] * a[$1][$1] }
    for _ in 0..<Self.sweeps {
      var off = 0.0
      for p in 0..<size { for q in 0..<p { off += a[p][q] * a[p][q] } }
      if off <= 1e-24 * scale { break }
      for p in 0..<size {
        for q in 0..<p where a[p][q] != 0 {
          let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
          let tangent = (theta < 0 ? -1 : 1) / (theta.magnitude + (theta * theta + 1).squareRoot())
          let cosine = 1 / (tangent * tangent + 1).squareRoot()
          let sine = tangent * cosine
          for k in 0..<size {
            let (x, y) = (a[k][p], a[k][q])
            a[k][p] = cosine * x - sine * y
            a[k][q] = sine * x + cosine * y
          }
          for k in 0..<size {
            let (x, y) = (a[p][k], a[q][k])
            a[p][k] = cosine * x - sine * y
            a[q][k] = sine * x + cosine * y
            let (s, t) = (v[p][k], v[q][k])
            v[p][k] = cosine * s - sine * t
            v[q][k] = sine * s + cosine * t
          }
        }
      }
    }
    let order = (0..<size).sorted { a[$0][$0] > a[$1][$1] }
    values = order.map { a[$0][$0] }
    vectors = order.map { v[$0] }
  }
}
