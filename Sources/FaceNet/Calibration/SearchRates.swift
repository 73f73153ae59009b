internal import Glibc

/// The rates of one comparison and of a whole search: FPIR = 1 − ∏ (1 − FAR(faces)) over the identities that are searched,
/// which is 1 − (1 − FAR)^N where all have as many faces.
///
/// It treats comparisons as independent.
package enum SearchRates {
  /// The share of strangers that a search takes for somebody at a distance.
  package static func falsePositiveRate(
    _ calibration: SearchCalibration, _ groups: [(faces: Int, count: Int)], at distance: Float
  ) -> Double {
    var logarithm = 0.0
    for (faces, count) in groups {
      let rate = calibration.falseAcceptRate(at: distance, faces: faces)
      guard rate < 1 else { return 1 }
      logarithm += log1p(-rate) * Double(count)
    }
    return -expm1(logarithm)
  }

  /// The mean false accept rate of the comparisons.
  package static func falseAcceptRate(
    _ calibration: SearchCalibration, _ groups: [(faces: Int, count: Int)], at distance: Float
  ) -> Double {
    let total = groups.reduce(0) { $0 + $1.count }
    guard total > 0 else { return 0 }
    return groups.reduce(0) { $0 + calibration.falseAcceptRate(at: distance, faces: $1.faces) * Double($1.count) }
      / Double(total)
  }

  /// The false accept rate that one comparison may have.
  package static func falseAcceptRate(falsePositiveRate: Double, comparisons: Int) -> Double {
    guard comparisons > 1 else { return falsePositiveRate }
    return -expm1(log1p(-falsePositiveRate) / Double(comparisons))
  }

  /// The share of strangers that a search takes for somebody.
  package static func falsePositiveRate(falseAcceptRate: Double, comparisons: Int) -> Double {
    guard comparisons > 0 else { return 0 }
    guard falseAcceptRate < 1 else { return 1 }
    return -expm1(log1p(-falseAcceptRate) * Double(comparisons))
  }
}
