internal import Networks

/// A network of the paper's Table 2 kind: a stem of three convolutions, and rows of Inception modules.
struct InceptionNetwork {
  var height: Int
  var width: Int
  /// Filters of conv1, of inception (2)'s 3×3 reduction and of its 3×3 convolution.
  var stem: (conv1: Int, reduce: Int, three: Int)
  var rows: [InceptionRow]
  /// Outputs of a fully connected layer with ReLU over all pixels of the last module; 0 for Table 2's average pooling
  /// over the plane.
  var hidden: Int

  init(_ height: Int, _ width: Int, stem: (Int, Int, Int), rows: [InceptionRow], hidden: Int = 0) {
    (self.height, self.width, self.rows, self.hidden) = (height, width, rows, hidden)
    self.stem = (stem.0, stem.1, stem.2)
  }

  /// The layers, with the width, normalisation and embedding size that the options ask for.
  func definition(_ options: ArchitectureOptions) -> NetworkDefinition {
    func convolution(_ name: String, _ filters: Int, kernel: Int, stride: Int = 1) -> LayerDefinition {
      .convolution(
        name: name, filters: options.stemFilters(filters), kernel: kernel, stride: stride, padding: kernel / 2,
        normalisation: options.normalisation)
    }
    let localResponse: [LayerDefinition] = options.batchNormalisation ? [] : [.localResponse]
    let head: [LayerDefinition] =
      [
        convolution("conv1", stem.conv1, kernel: 7, stride: 2),
        .maxPool(kernel: 3, stride: 2, padding: 1),
      ] + localResponse + [
        convolution("inception_2.3x3_reduce", stem.reduce, kernel: 1),
        convolution("inception_2.3x3", stem.three, kernel: 3),
      ] + localResponse + [.maxPool(kernel: 3, stride: 2, padding: 1)]
    let modules = rows.map { $0.scaled(options.filters).layers(options.normalisation) }
    let last: [LayerDefinition] =
      hidden == 0
      ? (options.flat ? [] : [.globalAveragePool])
      : [.dense(name: "hidden", outputs: options.filters(hidden), activation: true)]
    return NetworkDefinition(
      inputChannels: 3, inputHeight: height, inputWidth: width,
      layers: head + modules + last + Self.embedding(options.embeddingSize))
  }

  /// What every network ends in: a fully connected layer and the L2 norm.
  static func embedding(_ size: Int) -> [LayerDefinition] {
    [.dense(name: "embedding", outputs: size), .l2Normalise]
  }
}
