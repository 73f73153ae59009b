internal import Networks

/// The network of a model file as it runs: layers of ours, or a graph from elsewhere.
enum EmbeddingNetwork: Sendable {
  case layers(InferenceNetwork)
  case graph(GraphNetwork)

  /// - Throws: `.mismatch` when the file's tensors do not fit its network, or its output is not an embedding.
  init(_ model: ModelFile) throws(ModelFileError) {
    try self.init(model, quantisation: model.metadata.quantisation ?? Quantisation())
  }

  /// - Parameter quantisation: what counts in place of the file's own.
  init(_ model: ModelFile, quantisation: Quantisation) throws(ModelFileError) {
    let architecture = model.metadata.architecture
    do throws(NetworkError) {
      guard let record = architecture.graph else {
        self = .layers(
          try InferenceNetwork(architecture.definition, state: model.tensors, quantisation: quantisation))
        return
      }
      let network = try GraphNetwork(try Graph(record, tensors: model.tensors), quantisation: quantisation)
      guard network.outputs.count == 1, network.outputs[0].shape.reduce(1, *) == model.metadata.embeddingSize else {
        throw NetworkError(.invalidDefinition, "it does not end in \(model.metadata.embeddingSize) numbers")
      }
      self = .graph(network)
    } catch {
      throw ModelFileError(.mismatch, "the model's tensors do not fit its network: \(error)")
    }
  }

  /// - Parameter batch: count × 3 × height × width.
  /// - Returns: unit vectors, one after the other.
  func embed(_ batch: [Float], count: Int) throws(NetworkError) -> [Float] {
    switch self {
    case .layers(let network): return try network.embed(batch, count: count)
    case .graph(let network):
      let length = batch.count / count
      var embeddings: [Float] = []
      for image in 0..<count {
        let output = try network.run(Array(batch[image * length..<(image + 1) * length]))[0]
        // Exported networks often leave this last step to their caller; done twice it changes nothing.
        let norm = max(output.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-12)
        embeddings += output.map { $0 / norm }
      }
      return embeddings
    }
  }

  /// Runs one picture and shows what each layer that could work on bytes is given.
  func watch(_ picture: [Float], _ body: (WatchedInput) -> Void) throws(NetworkError) {
    switch self {
    case .layers(let network): try network.watch(picture, body)
    case .graph(let network): try network.watch(picture, body)
    }
  }
}
