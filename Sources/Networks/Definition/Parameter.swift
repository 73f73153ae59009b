/// One trained tensor and its gradient. The memory belongs to the network; it is valid as long as the parameter
/// or the network is alive.
public final class Parameter {
  /// Such as `conv1.weight` or `inception3a.b3x3.bn.bias`.
  public let name: String
  /// Of a convolution's weight: filters, kernel rows, kernel columns, input channels. This is the order in memory;
  /// `TrainableNetwork.state()` writes filters, channels, rows, columns.
  public let shape: [Int]
  /// The weights, in the memory order of `shape`. The parameter owns the memory.
  public let values: UnsafeMutableBufferPointer<Float>
  /// The loss's derivative by each weight, in the same order: `backward` adds to it, `zeroGradients` empties it.
  public let gradient: UnsafeMutableBufferPointer<Float>
  /// Whether weight decay applies: false for biases and for the scale and shift of batch normalisation.
  public let decays: Bool

  private let memory: (values: FloatBuffer, gradient: FloatBuffer)

  init(name: String, shape: [Int], decays: Bool) {
    let count = shape.reduce(1, *)
    self.name = name
    self.shape = shape
    self.decays = decays
    memory = (FloatBuffer(zeros: count), FloatBuffer(zeros: count))
    values = UnsafeMutableBufferPointer(start: memory.values.pointer, count: count)
    gradient = UnsafeMutableBufferPointer(start: memory.gradient.pointer, count: count)
  }

  /// The number of weights, the product of `shape`.
  public var count: Int { values.count }
}
