/// The triplet loss of FaceNet (Eq. 2 and 3) over the triplets of one batch, with its exact gradient.
///
///     L = 1/P · Σ [ ‖f(a) − f(p)‖² − ‖f(a) − f(n)‖² + α ]₊
///
/// The sum runs over the chosen triplets; P counts the batch's anchor–positive pairs, so that the loss of a batch does
/// not grow with its size.
package struct TripletLoss: Sendable {
  package var miner: TripletMiner

  /// What one batch showed.
  package struct Result: Sendable {
    /// L, before any weight.
    package var loss: Float = 0
    /// dL/df(x), as many numbers as there are in the embeddings.
    package var gradient: [Float]
    /// The share of anchor–positive pairs whose triplet has a loss above 0.
    package var active: Float = 0
    /// Mean squared distance of the batch's positive pairs, and of its negative pairs.
    package var meanPositive: Float = 0
    package var meanNegative: Float = 0
  }

  package init(margin: Float = 0.2, selection: TripletSelection = .semiHard) {
    miner = TripletMiner(selection: selection, margin: margin)
  }

  /// The loss of the triplets that the miner chooses within the batch.
  ///
  /// - Parameters:
  ///   - embeddings: `labels.count` unit vectors, row by row.
  ///   - labels: equal labels are one identity.
  package func evaluate(_ embeddings: [Float], labels: [Int], random: inout RandomSource) -> Result {
    let distances = squaredDistances(embeddings, count: labels.count)
    var result = Result(gradient: [Float](repeating: 0, count: embeddings.count))
    let pairs = Self.means(distances, labels, into: &result)
    guard pairs > 0 else { return result }
    let triplets = miner.triplets(labels: labels, distances: distances, random: &random)
    // Hardest selection has one triplet per anchor, the others at most one per anchor–positive pair.
    let terms = miner.selection == .hardest ? max(1, triplets.count) : pairs
    add(triplets, of: labels.count, terms: terms, embeddings, distances, into: &result)
    return result
  }

  /// The loss of triplets that were chosen before, as places in the batch; P counts them.
  package func evaluate(_ embeddings: [Float], labels: [Int], triplets: [Triplet]) -> Result {
    let distances = squaredDistances(embeddings, count: labels.count)
    var result = Result(gradient: [Float](repeating: 0, count: embeddings.count))
    _ = Self.means(distances, labels, into: &result)
    add(triplets, of: labels.count, terms: max(1, triplets.count), embeddings, distances, into: &result)
    return result
  }

  private func add(
    _ triplets: [Triplet], of count: Int, terms: Int, _ embeddings: [Float], _ distances: [Float],
    into result: inout Result
  ) {
    let dimension = count > 0 ? embeddings.count / count : 0
    var loss = 0.0
    var activeCount = 0
    let factor = 2 / Float(terms)
    for triplet in triplets {
      let (a, p, n) = (triplet.anchor, triplet.positive, triplet.negative)
      let violation = distances[a * count + p] - distances[a * count + n] + miner.margin
      guard violation > 0 else { continue }
      activeCount += 1
      loss += Double(violation)
      accumulate(embeddings, &result.gradient, a * dimension, p * dimension, n * dimension, dimension, factor)
    }
    result.loss = Float(loss / Double(terms))
    result.active = Float(activeCount) / Float(terms)
  }

  /// Fills the mean distances; returns the number of ordered anchor–positive pairs.
  private static func means(_ distances: [Float], _ labels: [Int], into result: inout Result) -> Int {
    var (positive, negative) = (0.0, 0.0)
    var (positives, negatives) = (0, 0)
    let count = labels.count
    for a in 0..<count {
      for b in 0..<count where a != b {
        if labels[a] == labels[b] {
          positive += Double(distances[a * count + b])
          positives += 1
        } else {
          negative += Double(distances[a * count + b])
          negatives += 1
        }
      }
    }
    result.meanPositive = positives > 0 ? Float(positive / Double(positives)) : 0
    result.meanNegative = negatives > 0 ? Float(negative / Double(negatives)) : 0
    return positives
  }
}
