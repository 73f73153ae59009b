/// LFW's verification protocol, "View 2": ten folds of pairs; what a fold is judged by comes from the other nine.
public struct VerificationReport: Codable, Hashable, Sendable {
  /// Mean over the folds of the share of right decisions, at the threshold that decides best on the other folds.
  public var accuracy: Double
  /// The standard deviation of the folds' accuracies.
  public var accuracyDeviation: Double
  /// Mean over the folds of VAL at the threshold whose FAR on the other folds is at most 1e-3 (FaceNet, section 4).
  public var validationRate: Double
  /// Over all pairs at once.
  public var equalErrorRate: Double
  public var pairs: Int

  enum CodingKeys: String, CodingKey {
    case accuracy
    case accuracyDeviation = "accuracy_std"
    case validationRate = "val_at_far_1e-3"
    case equalErrorRate = "eer"
    case pairs
  }

  /// - Parameter folds: per fold its pairs' squared distances, and whether they are of the same person.
  public init(folds: [[(distance: Float, same: Bool)]]) {
    func scores(_ pairs: some Sequence<(distance: Float, same: Bool)>) -> PairScores {
      PairScores(same: pairs.filter(\.same).map(\.distance), different: pairs.filter { !$0.same }.map(\.distance))
    }
    var accuracies: [Double] = []
    var rates: [Double] = []
    for (index, fold) in folds.enumerated() {
      let others = scores(folds.enumerated().filter { $0.offset != index }.flatMap(\.element))
      let threshold = others.bestThreshold().threshold
      let right = fold.count { ($0.distance <= threshold) == $0.same }
      accuracies.append(Double(right) / Double(max(1, fold.count)))
      rates.append(scores(fold).validationRate(at: others.threshold(falseAcceptRate: 1e-3)))
    }
    let count = Double(max(1, folds.count))
    let mean = accuracies.reduce(0, +) / count
    accuracy = mean
    accuracyDeviation = (accuracies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    validationRate = rates.reduce(0, +) / count
    equalErrorRate = scores(folds.joined()).equalErrorRate()
    pairs = folds.reduce(0) { $0 + $1.count }
  }
}
