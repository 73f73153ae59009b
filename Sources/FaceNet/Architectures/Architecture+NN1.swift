internal import Networks

extension Architecture {
  /// NN1 of the paper (Table 1): Zeiler & Fergus with 1×1 convolutions at a 220×220 input. 140 M parameters, 1.6 G
  /// multiply-adds. A maxout of p = 2 takes twice as many outputs from the fully connected layer before it.
  ///
  /// The paper's convolutions give 110 → 55 → 28 → 14 → 7 pixels, so every layer is padded by half its kernel. Options
  /// scale and normalise the convolutions; the fully connected layers are scaled and keep their biases.
  static func nn1(_ options: ArchitectureOptions) -> Architecture? {
    guard !options.flat else { return nil }
    func convolution(_ name: String, _ filters: Int, kernel: Int, stride: Int = 1) -> LayerDefinition {
      .convolution(
        name: name, filters: options.filters(filters), kernel: kernel, stride: stride, padding: kernel / 2,
        normalisation: options.normalisation)
    }
    func maxout(_ name: String, _ outputs: Int) -> [LayerDefinition] {
      [.dense(name: name, outputs: 2 * options.filters(outputs)), .maxout(pieces: 2)]
    }
    let localResponse: [LayerDefinition] = options.batchNormalisation ? [] : [.localResponse]
    let pool = LayerDefinition.maxPool(kernel: 3, stride: 2, padding: 1)
    let first = [convolution("conv1", 64, kernel: 7, stride: 2), pool] + localResponse
    let second =
      [convolution("conv2a", 64, kernel: 1), convolution("conv2", 192, kernel: 3)] + localResponse + [pool]
    let third = [convolution("conv3a", 192, kernel: 1), convolution("conv3", 384, kernel: 3), pool]
    let last = [
      convolution("conv4a", 384, kernel: 1), convolution("conv4", 256, kernel: 3),
      convolution("conv5a", 256, kernel: 1), convolution("conv5", 256, kernel: 3),
      convolution("conv6a", 256, kernel: 1), convolution("conv6", 256, kernel: 3), pool,
    ]
    let connected =
      maxout("fc1", 4096) + maxout("fc2", 4096)
      + [.dense(name: "fc7128", outputs: options.embeddingSize), .l2Normalise]
    return Architecture(
      "NN1", options, summary: "NN1 of the FaceNet paper: Zeiler & Fergus at 220x220",
      definition: NetworkDefinition(
        inputChannels: 3, inputHeight: 220, inputWidth: 220,
        layers: first + second + third + last + connected))
  }
}
