/// LFW's verification protocol, "View 2": ten folds of pairs; what a fold is judged by comes from the other nine.
package struct VerificationReport: Codable, Hashable, Sendable {
  /// Mean over the folds of the share of right decisions, at the threshold that decides best on the other folds.
  package var accuracy: Double
  /// The standard deviation of the folds' accuracies.
  package var accuracyDeviation: Double
  /// Mean over the folds of VAL at the threshold whose FAR on the other folds is at most 1e-3 (FaceNet, section 4).
  package var validationRate: Double
  /// The standard deviation of the folds' rates.
  package var validationRateDeviation = 0.0
  /// Over all pairs at once.
  package var equalErrorRate: Double
  package var pairs: Int

  /// The names that scripts rely on; VAL's deviation is for people alone.
  enum CodingKeys: String, CodingKey {
    case accuracy
    case accuracyDeviation = "accuracy_std"
    case validationRate = "val_at_far_1e-3"
    case equalErrorRate = "eer"
    case pairs
  }

  /// - Parameter folds: per fold its pairs' squared distances, and whether they are of the same person.
  package init(folds: [[(distance: Float, same: Bool)]]) {
    var accuracies: [Double] = []
    var rates: [Double] = []
    for (index, fold) in folds.enumerated() {
      let others = PairScores(folds.enumerated().filter { $0.offset != index }.flatMap(\.element))
      let threshold = others.bestThreshold().threshold
      let right = fold.count { ($0.distance <= threshold) == $0.same }
      accuracies.append(Double(right) / Double(max(1, fold.count)))
      rates.append(PairScores(fold).validationRate(at: others.threshold(falseAcceptRate: 1e-3)))
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
    func deviation(_ values: [Double]) -> Double {
      let centre = mean(values)
      return mean(values.map { ($0 - centre) * ($0 - centre) }).squareRoot()
    }
    (accuracy, accuracyDeviation) = (mean(accuracies), deviation(accuracies))
    (validationRate, validationRateDeviation) = (mean(rates), deviation(rates))
    equalErrorRate = PairScores(folds.joined()).equalErrorRate()
    pairs = folds.reduce(0) { $0 + $1.count }
  }
}
