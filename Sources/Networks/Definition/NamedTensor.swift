/// A tensor as it is written to files: `values` in row-major order of `shape`.
public struct NamedTensor: Sendable, Hashable {
  public var name: String
  public var shape: [Int]
  /// As many as the product of `shape`.
  public var values: [Float]

  public init(name: String, shape: [Int], values: [Float]) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}
