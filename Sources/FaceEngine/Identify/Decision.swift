internal import Glibc

/// From a wanted error rate to the distance at which a probe counts as known.
package enum Decision {
  /// The false accept rate that one comparison may have, so that a search over `comparisons` identities takes at
  /// most the share `falsePositiveRate` of strangers for somebody:
  /// FPIR = 1 − (1 − FAR)^N, solved for FAR.
  ///
  /// It treats comparisons as independent, and one with a template as one with a face: on people who were not trained on,
  /// templates are falsely accepted about as often as single faces at the same distance (0.4 to 1.7 times, as measured).
  package static func falseAcceptRate(falsePositiveRate: Double, comparisons: Int) -> Double {
    guard comparisons > 1 else { return falsePositiveRate }
    return -expm1(log1p(-falsePositiveRate) / Double(comparisons))
  }
}
