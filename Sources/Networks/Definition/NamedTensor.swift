/// A tensor as it is written to files: `values` in row-major order of `shape`.
public struct NamedTensor: Sendable, Hashable {
  /// Unique in its file, such as `conv1.weight`.
  public var name: String
  /// The lengths of the axes, the slowest first; empty for a single number.
  public var shape: [Int]
  /// As many as the product of `shape`.
  public var values: [Float]

  /// A tensor of `values` in row-major order. Whoever reads a shape against a network checks it; nothing is checked
  /// here.
  public init(name: String, shape: [Int], values: [Float]) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}
