/// Up to which mean squared distance two groups are one.
///
/// One distance says little: two faces of different people lie near each other by chance, and the more faces there are, the more
/// often. The mean over two groups says more the more faces both have, since chance averages out; so large groups of one person,
/// who differ in age or light, may be further apart than two single faces.
struct JoiningLimit: Sendable {
  /// For two single faces.
  let single: Float
  /// What the limit approaches as both groups grow.
  let large: Float

  /// - Parameters: faces of both; their harmonic mean counts.
  func callAsFunction(_ a: Int, _ b: Int) -> Float { large - (large - single) * Float(a + b) / Float(2 * a * b) }
}
