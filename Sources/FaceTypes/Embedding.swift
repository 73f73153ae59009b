/// A face as a point on the unit sphere: the network's output, ‖f(x)‖₂ = 1 (FaceNet, section 3.1).
///
/// Its text form shows the size alone: an embedding is biometric data and must not reach a log line.
public struct Embedding: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  /// `dimension` components.
  public let values: [Float]

  /// - Parameter values: a vector that is already of length 1.
  public init(unit values: [Float]) { self.values = values }

  /// The number of components, 128 for faced's own models.
  public var dimension: Int { values.count }

  /// ‖a − b‖², from 0 (the same direction) to 4 (opposite).
  public func squaredDistance(to other: Embedding) -> Float {
    var sum: Float = 0
    for (a, b) in zip(values, other.values) { sum += (a - b) * (a - b) }
    return sum
  }

  /// The mean's direction; a single embedding stays to the bit what it is.
  ///
  /// - Returns: nil for no embeddings, and for those that cancel.
  public init?(meanOf embeddings: some Collection<Embedding>) {
    guard let first = embeddings.first else { return nil }
    guard embeddings.count > 1 else {
      self = first
      return
    }
    var sum = first.values
    for other in embeddings.dropFirst() {
      for (place, value) in other.values.enumerated() { sum[place] += value }
    }
    let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 1e-6 else { return nil }
    values = sum.map { $0 / length }
  }

  /// Only the number of components: the vector is biometric data and must not reach a log line.
  public var description: String { "Embedding(\(dimension)-d)" }
  /// As `description`, so that a debugger's or a test's output leaves the numbers out too.
  public var debugDescription: String { description }
}
