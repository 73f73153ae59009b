/// Relations within a batch: the distances between its pictures as the teacher has them (Park et al. 2019, relational
/// knowledge distillation, here with squared distances as they are),
///
///     L = mean over pairs i ≠ j of (‖f(i) − f(j)‖² − ‖t(i) − t(j)‖²)²
package enum RelationLoss {
  /// Adds `weight` · dL/df to `gradient` and returns L, before the weight.
  ///
  /// - Parameters:
  ///   - embeddings: `count` vectors, row by row; `gradient` has as many numbers.
  ///   - targets: the teacher's, `count` vectors of any size.
  package static func evaluate(
    _ embeddings: [Float], targets: [Float], count: Int, weight: Float, gradient: inout [Float]
  ) -> Float {
    precondition(embeddings.count == gradient.count && count > 0 && targets.count.isMultiple(of: count))
    guard count > 1 else { return 0 }
    let dimension = embeddings.count / count
    let own = squaredDistances(embeddings, count: count)
    let wanted = squaredDistances(targets, count: count)
    let pairs = Double(count * (count - 1))
    // Every pair is in the mean twice, and a squared distance's gradient is twice the difference.
    let factor = weight * Float(8 / pairs)
    var sum = 0.0
    embeddings.withUnsafeBufferPointer { x in
      gradient.withUnsafeMutableBufferPointer { d in
        for i in 0..<count {
          for j in 0..<i {
            let residual = own[i * count + j] - wanted[i * count + j]
            sum += Double(residual * residual)
            let (a, b) = (i * dimension, j * dimension)
            for k in 0..<dimension {
              let step = factor * residual * (x[a + k] - x[b + k])
              d[a + k] += step
              d[b + k] -= step
            }
          }
        }
      }
    }
    return Float(2 * sum / pairs)
  }
}
