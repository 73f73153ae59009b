package import FaceNet

/// How the distance up to which a candidate counts as identified is found.
public enum ThresholdWish: Hashable, Sendable {
  /// The share of strangers taken for somebody (FPIR), in (0, 1).
  case falsePositiveRate(Double)
  /// A squared L2 distance in [0, 4].
  case distance(Double)
}

/// The rule for one search: from a calibration, a wish and the number of identities compared to a threshold, and to what may
/// be promised of it. It reads nothing and keeps nothing.
package struct DecisionRule: Sendable {
  private let calibration: Calibration
  package let wish: ThresholdWish
  package let comparisons: Int
  /// The squared distance up to which a candidate counts as identified.
  package let threshold: Float

  /// - Parameter comparisons: identities that the search compares; a restricted search counts its subset alone.
  package init(_ calibration: Calibration, _ wish: ThresholdWish, comparisons: Int) {
    self.calibration = calibration
    self.wish = wish
    self.comparisons = comparisons
    switch wish {
    case .distance(let distance): threshold = Float(distance)
    case .falsePositiveRate(let rate):
      threshold = calibration.threshold(
        falseAcceptRate: SearchRates.falseAcceptRate(falsePositiveRate: rate, comparisons: comparisons))
    }
  }

  /// The FPIR of the strictest threshold that was measured: less cannot be promised at this gallery size.
  package var lowestSupportedRate: Double {
    SearchRates.falsePositiveRate(falseAcceptRate: calibration.lowestMeasuredRate, comparisons: comparisons)
  }

  /// Whether the table was measured at the rate that this rule needs. Below its first point the tail was not seen, and
  /// nothing is extrapolated.
  package var isSupported: Bool {
    switch wish {
    case .falsePositiveRate(let rate): comparisons == 0 || rate >= lowestSupportedRate
    case .distance(let distance): Float(distance) >= calibration.points[0].squaredDistance
    }
  }

  /// The FPIR that the calibration gives for the threshold; where it is not supported, an upper bound.
  package var expectedRate: Double {
    SearchRates.falsePositiveRate(
      falseAcceptRate: calibration.falseAcceptRate(atThreshold: threshold), comparisons: comparisons)
  }

  /// The difference of distances within which the model cannot tell two identities apart: near the threshold, the step that
  /// doubles the false accept rate. A runner-up within it is at most twice as likely to be near by chance. Of two who are noted
  /// as different people the runner-up is not near by chance: there it is the step to the tenfold rate.
  package func ambiguityMargin(areApart: Bool = false) -> Float {
    let (points, factor) = (calibration.points, areApart ? 10.0 : 2.0)
    // Never the flat end of the table, where a step of the rate would be no step of the distance.
    let rate = min(
      calibration.falseAcceptRate(atThreshold: threshold), points[points.count - 1].falseAcceptRate / factor)
    let more = calibration.threshold(falseAcceptRate: factor * rate)
    return max(0, more - calibration.threshold(falseAcceptRate: rate))
  }

  /// - Parameters:
  ///   - distances: of the identities' templates, nearest first.
  ///   - areApart: whether the first two are noted as different people who look alike.
  package func decide(_ distances: [Float], areApart: Bool = false) -> DecisionOutcome {
    guard let first = distances.first, first <= threshold else { return .unknown }
    guard distances.count > 1, distances[1] <= threshold else { return .identified }
    return distances[1] - first <= ambiguityMargin(areApart: areApart) ? .ambiguous : .identified
  }
}

/// What a search comes to.
public enum DecisionOutcome: Hashable, Sendable {
  /// The nearest identity is near enough.
  case identified
  /// Nobody is.
  case unknown
  /// Two identities are near enough, and the model cannot tell which it is.
  case ambiguous
}

/// What a decision rests on, for people and programs that act on it.
public struct DecisionBasis: Hashable, Sendable {
  /// Nil where a distance was given as the threshold.
  public let askedRate: Double?
  public let expectedRate: Double
  public let comparisons: Int
  /// The second candidate's squared distance less the first's; nil where there are not two.
  public let margin: Float?
  public let ambiguityMargin: Float
  public let isSupported: Bool
  public let lowestSupportedRate: Double

  package init(_ rule: DecisionRule, _ distances: [Float], areApart: Bool = false) {
    if case .falsePositiveRate(let rate) = rule.wish { askedRate = rate } else { askedRate = nil }
    expectedRate = rule.expectedRate
    comparisons = rule.comparisons
    margin = distances.count > 1 ? distances[1] - distances[0] : nil
    ambiguityMargin = rule.ambiguityMargin(areApart: areApart)
    isSupported = rule.isSupported
    lowestSupportedRate = rule.lowestSupportedRate
  }
}
