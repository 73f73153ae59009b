package import FaceTypes
internal import Glibc

/// Joint Bayesian comparison (Chen et al. 2012), the rival that the paper names: a face is its person's mean plus a
/// variation, both normally distributed; a pair is judged by how much likelier it is as one person's than as two people's.
///
/// Both covariances are estimated by moments: of a person's pictures about their mean, and of the people's means, less what
/// the variation adds to them. In the coordinates that make the first the identity and the second diagonal, the logarithm
/// of the ratio is a sum over components.
package struct JointBayesian: Sendable {
  private let mean: [Double]
  /// Rows of the change of coordinates.
  private let rows: [[Double]]
  /// The people's variances there.
  private let variances: [Double]

  /// - Parameter identity: per embedding whose it is; people of one picture only add to nothing and are left out.
  package init(_ embeddings: [Embedding], identity: [Int]) throws(TrainingError) {
    let people = Dictionary(grouping: embeddings.indices, by: { identity[$0] }).filter { $0.value.count > 1 }
    let dimension = embeddings.first?.dimension ?? 0
    guard people.count > dimension else {
      throw TrainingError(
        .badData,
        "Joint Bayesian needs more than \(dimension) people with two pictures each to fit; there are \(people.count)")
    }
    mean = Moments.mean(people.values.flatMap { $0.map { embeddings[$0] } })
    var (variations, centres) = ([[Double]](), [[Double]]())
    var shrinkage = 0.0
    for places in people.sorted(by: { $0.key < $1.key }).map(\.value) {
      let own = Moments.mean(places.map { embeddings[$0] })
      centres.append(zip(own, mean).map { $0 - $1 })
      // A mean of n pictures hides one n-th of the variance.
      let factor = (Double(places.count) / Double(places.count - 1)).squareRoot()
      for place in places { variations.append(zip(embeddings[place].values, own).map { (Double($0) - $1) * factor }) }
      shrinkage += 1 / Double(places.count)
    }
    shrinkage /= Double(people.count)
    let within = Moments.covariance(variations)
    let between = Moments.covariance(centres)
    let white = SymmetricEigen(within)
    let floor = 1e-3 * white.values.reduce(0, +) / Double(dimension)
    let whitening = zip(white.values, white.vectors).map { value, vector in
      vector.map { $0 / max(value, floor).squareRoot() }
    }
    let turned = Self.congruent(between, whitening)
    let ownAxes = SymmetricEigen(turned)
    rows = ownAxes.vectors.map { vector in
      (0..<dimension).map { column in (0..<dimension).reduce(0) { $0 + vector[$1] * whitening[$1][column] } }
    }
    variances = ownAxes.values.map { max($0 - shrinkage, 0) }
  }

  /// W M Wᵀ.
  private static func congruent(_ matrix: [[Double]], _ rows: [[Double]]) -> [[Double]] {
    let size = matrix.count
    let half = rows.map { row in
      (0..<size).map { column in (0..<size).reduce(0) { $0 + row[$1] * matrix[$1][column] } }
    }
    return half.map { left in rows.map { right in zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } } }
  }

  /// An embedding in the model's coordinates.
  package func coordinates(_ embedding: Embedding) -> [Double] {
    let centred = zip(embedding.values, mean).map { Double($0) - $1 }
    return rows.map { row in zip(row, centred).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  /// The logarithm of the ratio, negated: small for one person. From `coordinates`.
  package func distance(_ a: [Double], _ b: [Double]) -> Double {
    var ratio = 0.0
    for (index, s) in variances.enumerated() {
      // Of one person the pair's covariance is [[s + 1, s], [s, s + 1]], of two [[s + 1, 0], [0, s + 1]].
      let determinant = (s + 1) * (s + 1) - s * s
      let squares = a[index] * a[index] + b[index] * b[index]
      let one = ((s + 1) * squares - 2 * s * a[index] * b[index]) / determinant
      ratio += log((s + 1) * (s + 1) / determinant) - one + squares / (s + 1)
    }
    return -ratio / 2
  }
}
