/// Regression to a target vector per picture, which makes a network's embeddings comparable with those of the network
/// that made the targets: L = 1/N · Σ ‖f(x) − t(x)‖².
package enum TargetLoss {
  /// Adds `weight` · dL/df to `gradient` and returns L, before the weight.
  ///
  /// - Parameters:
  ///   - embeddings: N vectors, row by row.
  ///   - targets: as many numbers.
  package static func evaluate(
    _ embeddings: [Float], targets: [Float], count: Int, weight: Float, gradient: inout [Float]
  ) -> Float {
    precondition(embeddings.count == targets.count && embeddings.count == gradient.count)
    guard count > 0 else { return 0 }
    var sum = 0.0
    let factor = 2 * weight / Float(count)
    for index in embeddings.indices {
      let difference = embeddings[index] - targets[index]
      sum += Double(difference * difference)
      gradient[index] += factor * difference
    }
    return Float(sum / Double(count))
  }
}
