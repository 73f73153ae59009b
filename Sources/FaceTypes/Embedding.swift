/// A face as a point on the unit sphere: the network's output, ‖f(x)‖₂ = 1 (FaceNet, section 3.1).
///
/// Its text form shows the size alone: an embedding is biometric data and must not reach a log line.
public struct Embedding: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  /// `dimension` components.
  public let values: [Float]

  /// - Parameter values: a vector that is already of length 1.
  public init(unit values: [Float]) { self.values = values }

  public var dimension: Int { values.count }

  /// ‖a − b‖², from 0 (the same direction) to 4 (opposite).
  public func squaredDistance(to other: Embedding) -> Float {
    var sum: Float = 0
    for (a, b) in zip(values, other.values) { sum += (a - b) * (a - b) }
    return sum
  }

  /// The direction half-way to another; opposite vectors have none, and this one stands then.
  public func mean(with other: Embedding) -> Embedding {
    let sum = zip(values, other.values).map { $0 + $1 }
    let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 0 ? Embedding(unit: sum.map { $0 / length }) : self
  }

  public var description: String { "Embedding(\(dimension)-d)" }
  public var debugDescription: String { description }
}
