/// The verification loss of DeepID2 (Sun, Wang & Tang 2014, Eq. 3), which FaceNet names beside its own, over all pairs of
/// a batch:
///
///     L = ½ · mean of ‖f(i) − f(j)‖² + ½ · mean of [m − ‖f(i) − f(j)‖]²₊
///
/// The first mean runs over the pairs of the same person, the second over those of different people, so that the many
/// of the second kind weigh as much as the few of the first; drawing equally many of both gives the same on average.
package enum ContrastiveLoss {
  /// Adds `weight` · dL/df to `gradient` and returns L before the weight, and the share of pairs of different people
  /// that lie inside the margin.
  ///
  /// - Parameters:
  ///   - embeddings: `labels.count` vectors, row by row; `gradient` has as many numbers.
  ///   - labels: equal labels are one identity.
  ///   - margin: m, a distance and not its square.
  package static func evaluate(
    _ embeddings: [Float], labels: [Int], margin: Float, weight: Float, gradient: inout [Float]
  ) -> (loss: Float, active: Float) {
    let count = labels.count
    let dimension = count > 0 ? embeddings.count / count : 0
    precondition(embeddings.count == count * dimension && gradient.count == embeddings.count)
    let same = pairs(of: labels)
    let different = count * (count - 1) / 2 - same
    // A batch of one kind of pair has only that kind's mean.
    let (perSame, perDifferent) = (1 / Double(max(1, same)), 1 / Double(max(1, different)))
    var (pulled, pushed) = (0.0, 0.0)
    var inside = 0
    embeddings.withUnsafeBufferPointer { x in
      gradient.withUnsafeMutableBufferPointer { d in
        guard let base = d.baseAddress, let x0 = x.baseAddress else { return }
        for i in 0..<count {
          for j in 0..<i {
            let squared = squaredDistance(x, i * dimension, j * dimension, dimension)
            let factor: Float
            if labels[i] == labels[j] {
              pulled += Double(squared)
              factor = weight * Float(perSame)
            } else {
              let distance = squared.squareRoot()
              guard distance < margin else { continue }
              inside += 1
              pushed += Double((margin - distance) * (margin - distance))
              // Vectors in one point have no direction to part in.
              guard distance > 0 else { continue }
              factor = -weight * Float(perDifferent) * (margin - distance) / distance
            }
            let (a, b) = (i * dimension, j * dimension)
            for k in 0..<dimension {
              let step = factor * (x0[a + k] - x0[b + k])
              base[a + k] += step
              base[b + k] -= step
            }
          }
        }
      }
    }
    return (Float(0.5 * (pulled * perSame + pushed * perDifferent)), Float(Double(inside) * perDifferent))
  }

  /// Unordered pairs of equal labels.
  private static func pairs(of labels: [Int]) -> Int {
    var counts: [Int: Int] = [:]
    for label in labels { counts[label, default: 0] += 1 }
    return counts.values.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
  }
}
