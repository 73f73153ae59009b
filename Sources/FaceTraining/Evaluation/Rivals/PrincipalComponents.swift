package import FaceTypes

/// Embeddings projected to their leading principal components, to length 1 again.
package struct PrincipalComponents: Sendable {
  private let mean: [Double]
  private let rows: [[Double]]

  /// - Parameter count: how many components are kept; at most as many as the embeddings have.
  package init(_ embeddings: [Embedding], count: Int) throws(TrainingError) {
    let dimension = embeddings.first?.dimension ?? 0
    guard embeddings.count > dimension, (1...max(1, dimension)).contains(count) else {
      throw TrainingError(
        .badData, "\(count) principal components of \(dimension) numbers need more than \(dimension) pictures to fit")
    }
    mean = Moments.mean(embeddings)
    rows = Array(SymmetricEigen(Moments.covariance(embeddings, about: mean)).vectors.prefix(count))
  }

  package func callAsFunction(_ embedding: Embedding) -> Embedding {
    let centred = zip(embedding.values, mean).map { Double($0) - $1 }
    let projected = rows.map { row in zip(row, centred).reduce(0) { $0 + $1.0 * $1.1 } }
    let length = projected.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return Embedding(unit: projected.map { Float(length > 0 ? $0 / length : 0) })
  }
}

enum Moments {
  static func mean(_ embeddings: [Embedding]) -> [Double] {
    var mean = [Double](repeating: 0, count: embeddings.first?.dimension ?? 0)
    for embedding in embeddings { for (place, value) in embedding.values.enumerated() { mean[place] += Double(value) } }
    return mean.map { $0 / Double(max(1, embeddings.count)) }
  }

  static func covariance(_ embeddings: [Embedding], about mean: [Double]) -> [[Double]] {
    covariance(embeddings.map { embedding in zip(embedding.values, mean).map { Double($0) - $1 } })
  }

  /// Of rows whose mean is 0.
  static func covariance(_ rows: [[Double]]) -> [[Double]] {
    let size = rows.first?.count ?? 0
    var sum = [Double](repeating: 0, count: size * size)
    sum.withUnsafeMutableBufferPointer { sum in
      for row in rows {
        row.withUnsafeBufferPointer { row in
          for a in 0..<size { for b in 0...a { sum[a * size + b] += row[a] * row[b] } }
        }
      }
    }
    let total = Double(max(1, rows.count))
    return (0..<size).map { a in (0..<size).map { b in sum[max(a, b) * size + min(a, b)] / total } }
  }
}
