internal import Glibc

/// From a wanted error rate to the distance at which a probe counts as known.
package enum Decision {
  /// The false accept rate that one comparison may have, so that a search over `comparisons` enrolled faces takes at
  /// most the share `falsePositiveRate` of strangers for somebody:
  /// FPIR = 1 − (1 − FAR)^N, solved for FAR.
  ///
  /// It treats comparisons as independent. Faces of one identity are not, so the true FPIR is somewhat lower.
  package static func falseAcceptRate(falsePositiveRate: Double, comparisons: Int) -> Double {
    guard comparisons > 1 else { return falsePositiveRate }
    return -expm1(log1p(-falsePositiveRate) / Double(comparisons))
  }
}
