/// What is known of a person's looks from all of their faces: the embeddings' sum, whose direction stands for the person.
///
/// What a single photograph adds to a face (its light, a pose, a pair of glasses) partly cancels in the sum, so that a
/// probe lies nearer to its own person's template than to any one face, and strangers do not.
public struct IdentityTemplate: Sendable, CustomStringConvertible {
  /// Faces in the mean.
  public private(set) var count = 0
  private var sum: [Float]

  /// The template of nobody yet; `dimension` is the number of components of every face.
  public init(dimension: Int) { sum = [Float](repeating: 0, count: dimension) }

  /// The template of these faces. O(faces × dimension).
  public init(_ faces: some Sequence<Embedding>, dimension: Int) {
    self.init(dimension: dimension)
    for face in faces { add(face.values) }
  }

  /// Adds a face; `face` has as many components as the template. O(dimension).
  public mutating func add(_ face: [Float]) {
    count += 1
    for (place, value) in face.enumerated() { sum[place] += value }
  }

  /// Takes out a face that was added.
  public mutating func remove(_ face: [Float]) {
    count -= 1
    for (place, value) in face.enumerated() { sum[place] -= value }
  }

  /// Squared L2 distance, in [0, 4], from a probe to the mean of the faces at length 1; nil where the faces cancel and point
  /// nowhere.
  public func squaredDistance(to probe: Embedding) -> Float? {
    var (product, length): (Float, Float) = (0, 0)
    for (value, total) in zip(probe.values, sum) {
      product += value * total
      length += total * total
    }
    guard length > 1e-6 else { return nil }
    return max(0, 2 - 2 * product / length.squareRoot())
  }

  /// The mean of the faces at length 1; nil where they cancel.
  public var direction: Embedding? {
    let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 1e-3 ? Embedding(unit: sum.map { $0 / length }) : nil
  }

  /// Not the numbers: they are biometric data, as an embedding's are.
  public var description: String { "IdentityTemplate(\(count) faces)" }
}
