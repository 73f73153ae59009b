internal import Glibc

/// The rates of one comparison and of a whole search: FPIR = 1 − (1 − FAR)^N for a search over N identities.
///
/// It treats comparisons as independent, and one with a template as one with a face: on people who were not trained on,
/// templates are falsely accepted about as often as single faces at the same distance (0.4 to 1.7 times, as measured).
package enum SearchRates {
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
