internal import CVectorKernels

/// Queries as a calibration asks them.
///
/// Vectors of the index themselves would be too easy: the centroids were made of them, and each lies nearer to its own than a
/// vector from outside does. So half of the queries are as far from a vector as a photograph is from the person's template, and half
/// lie midway between two vectors, as strangers who are like nobody but of the same population; or they are such as were really
/// asked.
struct CalibrationQueries {
  /// Squared distance of a probe from the vector that it is made of.
  static let probeDistance: Float = 0.4
  /// Queries of each kind.
  static let each = 400

  /// Row after row, in the rows' rotation, each with zeros up to `stride` floats.
  let vectors: [Float]
  let stride: Int
  /// Queries of each kind, one kind after another: probes, then strangers; or those that were asked.
  let kinds: [Range<Int>]
  /// They were really asked.
  let areAsked: Bool

  /// - Parameter asked: queries that were asked lately, row after row; with enough of them no others are made.
  init(_ rows: RowStore, _ slots: [UInt32], asked: [Float], generator: inout SplitMix64) {
    let dimension = rows.dimension
    let stride = rows.rotation.padded
    self.stride = stride
    let count = asked.count / dimension
    areAsked = count >= RecallWatch.enough
    guard !areAsked else {
      vectors = Self.rotated(asked, rows.rotation)
      kinds = [0..<count]
      return
    }
    var vectors: [Float] = []
    let padding = Array(repeating: Float(0), count: stride - dimension)
    let (one, two) = (ScratchBuffer<Float>(stride), ScratchBuffer<Float>(stride))
    let sampled = generator.sample(Self.each, of: slots)
    for slot in sampled {
      rows.unpack(Int(slot), into: one.pointer)
      vectors += Self.moved(one.pointer, dimension, squaredDistance: Self.probeDistance, &generator) + padding
    }
    let probes = vectors.count / stride
    let others = generator.sample(Self.each, of: slots)
    for (slot, other) in zip(sampled, others.reversed()) where slot != other {
      rows.unpack(Int(slot), into: one.pointer)
      rows.unpack(Int(other), into: two.pointer)
      if let between = Self.between(one.pointer, two.pointer, dimension) { vectors += between + padding }
    }
    self.vectors = vectors
    let all = vectors.count / stride
    kinds = all > probes ? [0..<probes, probes..<all] : [0..<probes]
  }

  private static func rotated(_ vectors: [Float], _ rotation: Rotation) -> [Float] {
    let count = vectors.count / rotation.dimension
    return vectors.withUnsafeBufferPointer { vectors in
      Array(unsafeUninitializedCapacity: count * rotation.padded) { buffer, filled in
        for i in 0..<count {
          rotation.apply(
            vectors.baseAddress! + i * rotation.dimension, into: buffer.baseAddress! + i * rotation.padded)
        }
        filled = count * rotation.padded
      }
    }
  }

  /// The unit vector midway; nil for two that cancel.
  private static func between(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ dimension: Int
  ) -> [Float]? {
    var sum = (0..<dimension).map { a[$0] + b[$0] }
    let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 1e-3 else { return nil }
    for i in sum.indices { sum[i] /= length }
    return sum
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
