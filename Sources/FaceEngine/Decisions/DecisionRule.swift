package import FaceNet

/// How the distance up to which a candidate counts as identified is found.
public enum ThresholdWish: Hashable, Sendable {
  /// The share of strangers taken for somebody (FPIR), in (0, 1).
  case falsePositiveRate(Double)
  /// A squared L2 distance in [0, 4].
  case distance(Double)
}

/// How many identities a search compares, by the number of faces of their templates.
package struct TemplateCounts: Hashable, Sendable {
  /// Templates of more faces count as of this many.
  static let mostFaces = 32

  /// At `faces - 1` the identities with so many faces.
  private var counts = [Int](repeating: 0, count: mostFaces)

  package init(_ counts: [Int: Int] = [:]) {
    for (faces, count) in counts { add(faces, count) }
  }

  package mutating func add(_ faces: Int, _ count: Int = 1) {
    guard faces > 0 else { return }
    counts[min(faces, Self.mostFaces) - 1] += count
  }

  /// Identities in all.
  package var total: Int { counts.reduce(0, +) }

  package static func - (a: TemplateCounts, b: TemplateCounts) -> TemplateCounts {
    var difference = a
    for place in difference.counts.indices { difference.counts[place] = max(0, a.counts[place] - b.counts[place]) }
    return difference
  }

  /// Each number of faces that occurs, with how many identities have it.
  package var groups: [(faces: Int, count: Int)] {
    counts.enumerated().filter { $0.element > 0 }.map { (faces: $0.offset + 1, count: $0.element) }
  }
}

/// The rule for one search: from a calibration, a wish and the identities compared to a threshold, and to what may be
/// promised of it. It reads nothing and keeps nothing.
package struct DecisionRule: Sendable {
  private let calibration: SearchCalibration
  private let groups: [(faces: Int, count: Int)]
  package let wish: ThresholdWish
  package let comparisons: Int
  /// The squared distance up to which a candidate counts as identified.
  package let threshold: Float

  /// - Parameter templates: of the identities that the search compares; a restricted search counts its subset alone.
  package init(_ calibration: SearchCalibration, _ wish: ThresholdWish, _ templates: TemplateCounts) {
    (self.calibration, self.wish) = (calibration, wish)
    comparisons = templates.total
    groups = templates.groups
    switch wish {
    case .distance(let distance): threshold = Float(distance)
    case .falsePositiveRate(let rate):
      // An empty gallery is asked as if it held one picture.
      let asked = groups.isEmpty ? [(faces: 1, count: 1)] : groups
      threshold = Self.distance(calibration, asked) {
        SearchRates.falsePositiveRate(calibration, asked, at: $0) <= rate
      }
    }
  }

  /// The greatest measured distance that `holds`, which is true up to some distance and false beyond. Where it holds nowhere:
  /// the strictest one that was measured for the templates that strangers come nearest to.
  private static func distance(
    _ calibration: SearchCalibration, _ groups: [(faces: Int, count: Int)], _ holds: (Float) -> Bool
  ) -> Float {
    var (low, high) = (floor(calibration, groups), calibration.ceiling)
    guard low < high, holds(low) else {
      let share = { (group: (faces: Int, count: Int)) in
        calibration.falseAcceptRate(at: low, faces: group.faces) * Double(group.count)
      }
      return groups.max { share($0) < share($1) }.map { calibration.strictest(faces: $0.faces) } ?? low
    }
    if holds(high) { return high }
    // Floats of this size differ by no less after so many halvings.
    for _ in 0..<26 {
      let middle = (low + high) / 2
      if holds(middle) { low = middle } else { high = middle }
    }
    return low
  }

  /// The strictest distance that was measured for any of the templates; for the others the rates there are upper bounds.
  private static func floor(_ calibration: SearchCalibration, _ groups: [(faces: Int, count: Int)]) -> Float {
    groups.map { calibration.strictest(faces: $0.faces) }.min() ?? calibration.strictest(faces: 1)
  }

  private var floor: Float { Self.floor(calibration, groups) }

  private func rate(at distance: Float) -> Double { SearchRates.falsePositiveRate(calibration, groups, at: distance) }

  /// The FPIR of the strictest threshold that was measured: less cannot be promised at this gallery size.
  package var lowestSupportedRate: Double { rate(at: floor) }

  /// Whether the tables were measured at the rate that this rule needs. Below their first points the tail was not seen, and
  /// nothing is extrapolated.
  package var isSupported: Bool {
    switch wish {
    case .falsePositiveRate(let rate): comparisons == 0 || rate >= lowestSupportedRate
    case .distance(let distance): Float(distance) >= floor
    }
  }

  /// The FPIR that the calibration gives for the threshold; where it is not supported, an upper bound.
  package var expectedRate: Double { rate(at: threshold) }

  /// The difference of distances within which the model cannot tell two identities apart: near the threshold, the step that
  /// doubles the false accept rate. A runner-up within it is at most twice as likely to be near by chance. Of two who are noted
  /// as different people the runner-up is not near by chance: there it is the step to the tenfold rate.
  package func ambiguityMargin(areApart: Bool = false) -> Float {
    let factor = areApart ? 10.0 : 2.0
    let asked = groups.isEmpty ? [(faces: 1, count: 1)] : groups
    func mean(_ distance: Float) -> Double { SearchRates.falseAcceptRate(calibration, asked, at: distance) }
    // Never the flat end of the tables, where a step of the rate would be no step of the distance.
    let rate = min(mean(threshold), mean(calibration.ceiling) / factor)
    let (less, more) = (
      Self.distance(calibration, asked) { mean($0) <= rate },
      Self.distance(calibration, asked) { mean($0) <= factor * rate }
    )
    return max(0, more - less)
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
  /// The FPIR that the calibration gives for the threshold; an upper bound where `isSupported` is false.
  public let expectedRate: Double
  /// Identities that the probe was compared with.
  public let comparisons: Int
  /// The second candidate's squared distance less the first's; nil where there are not two.
  public let margin: Float?
  /// Two identities whose squared distances differ by no more than this cannot be told apart.
  public let ambiguityMargin: Float
  /// Whether the calibration was measured at the rate that the threshold needs.
  public let isSupported: Bool
  /// The lowest FPIR that the calibration supports at this gallery size.
  public let lowestSupportedRate: Double
  /// On whom the calibration was measured.
  public let source: CalibrationSource

  package init(
    _ rule: DecisionRule, _ distances: [Float], areApart: Bool = false, source: CalibrationSource = .model("")
  ) {
    self.source = source
    if case .falsePositiveRate(let rate) = rule.wish { askedRate = rate } else { askedRate = nil }
    expectedRate = rule.expectedRate
    comparisons = rule.comparisons
    margin = distances.count > 1 ? distances[1] - distances[0] : nil
    ambiguityMargin = rule.ambiguityMargin(areApart: areApart)
    isSupported = rule.isSupported
    lowestSupportedRate = rule.lowestSupportedRate
  }
}
