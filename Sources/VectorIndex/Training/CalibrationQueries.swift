internal import CVectorKernels

/// Queries as a calibration asks them.
///
/// Vectors of the index themselves would be too easy: the centroids were made of them, and each lies nearer to its own than a
/// vector from outside does. So half of the queries are as far from a vector as a photograph is from the person's template, and half
/// as far as strangers are; or they are such as were really asked.
struct CalibrationQueries {
  /// Squared distances of probes and of strangers from the vectors that they are made of.
  static let distances: [Float] = [0.4, 1]
  /// Queries of each kind.
  static let each = 400
  /// From so many on, queries that were really asked stand for both kinds.
  static let enoughAsked = 128

  /// Row after row.
  let vectors: [Float]
  /// Queries of each kind, one kind after another.
  let kinds: [Range<Int>]

  /// - Parameter asked: queries that were asked lately, row after row.
  init(_ rows: RowStore, _ slots: [UInt32], asked: [Float], generator: inout SplitMix64) {
    let dimension = rows.dimension
    let count = asked.count / dimension
    guard count < Self.enoughAsked else {
      vectors = asked
      kinds = [0..<count]
      return
    }
    var vectors: [Float] = []
    var kinds: [Range<Int>] = []
    for distance in Self.distances {
      let start = vectors.count / dimension
      for slot in generator.sample(Self.each, of: slots) {
        vectors += Self.moved(rows.vector(Int(slot)), dimension, squaredDistance: distance, &generator)
      }
      kinds.append(start..<vectors.count / dimension)
    }
    (self.vectors, self.kinds) = (vectors, kinds)
  }

  /// A unit vector at this squared distance from another one, in a direction at random: cos φ = 1 − d² / 2.
  private static func moved(
    _ vector: UnsafePointer<Float>, _ dimension: Int, squaredDistance: Float, _ generator: inout SplitMix64
  ) -> [Float] {
    var away = (0..<dimension).map { _ in Float(generator.normal()) }
    var along: Float = 0
    for i in 0..<dimension { along += away[i] * vector[i] }
    var norm: Float = 0
    for i in 0..<dimension {
      away[i] -= along * vector[i]
      norm += away[i] * away[i]
    }
    let cosine = 1 - squaredDistance / 2
    let sine = (1 - cosine * cosine).squareRoot() / max(norm.squareRoot(), 1e-9)
    var moved = (0..<dimension).map { cosine * vector[$0] + sine * away[$0] }
    let length = moved.reduce(0) { $0 + $1 * $1 }.squareRoot()
    for i in moved.indices { moved[i] /= length }
    return moved
  }
}
