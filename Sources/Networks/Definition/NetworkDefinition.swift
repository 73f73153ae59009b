/// A network as a list of layers over one input size: a value to compare, print and store the name of.
public struct NetworkDefinition: Sendable, Hashable {
  /// Channels of the input, 3 for colour pictures.
  public var inputChannels: Int
  /// Rows of the input, in pixels.
  public var inputHeight: Int
  /// Columns of the input, in pixels.
  public var inputWidth: Int
  /// The layers in the order in which the input passes through them.
  public var layers: [LayerDefinition]

  /// Nothing is checked here: making a network from the definition works out every shape and throws where one does not
  /// fit.
  public init(inputChannels: Int, inputHeight: Int, inputWidth: Int, layers: [LayerDefinition]) {
    self.inputChannels = inputChannels
    self.inputHeight = inputHeight
    self.inputWidth = inputWidth
    self.layers = layers
  }

  /// D, the length of one image's embedding.
  /// - Throws: also where the network ends in a map of more than one pixel, which is no embedding.
  public func outputDimension() throws(NetworkError) -> Int {
    let shape = try outputShape()
    guard shape.height == 1, shape.width == 1 else {
      throw NetworkError(
        .invalidDefinition,
        "the network ends with \(shape.height)×\(shape.width) pixels and an embedding is one: "
          + "finish with a global average pool or a dense layer")
    }
    return shape.channels
  }

  /// The size of one image's output: a map, or one pixel.
  public func outputShape() throws(NetworkError) -> (height: Int, width: Int, channels: Int) {
    let shape = try Plan(self).output.shape
    return (shape.height, shape.width, shape.channels)
  }

  /// Trained numbers: weights, biases, and the scales and shifts of batch normalisation; running statistics are
  /// not counted.
  public func parameterCount() throws(NetworkError) -> Int {
    try Plan(self).operations.reduce(0) { $0 + ($1.convolution?.parameterCount ?? 0) }
  }

  /// Multiply-adds of all convolutions and dense layers for one image; the paper's "FLOPS".
  public func multiplyAdds() throws(NetworkError) -> Int {
    try Plan(self).operations.reduce(0) { $0 + ($1.convolution?.multiplyAdds ?? 0) }
  }
}
