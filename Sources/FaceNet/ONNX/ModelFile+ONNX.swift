internal import FaceTypes
internal import Networks

extension ModelFile {
  /// The network as an ONNX file.
  ///
  /// Its input `faces` is batch × 3 × height × width, planes of red, green and blue with (byte − mean) / scale; its
  /// output `embeddings` is batch × D, rows of length 1. The batch is free. What this file's header says, and its id,
  /// stand in the ONNX file's metadata.
  ///
  /// - Parameter foldsNormalisation: multiplies batch normalisation into the convolutions before it.
  /// - Throws: `.mismatch` when the tensors do not fit the network.
  public func onnx(foldsNormalisation: Bool = true) throws(ModelFileError) -> [UInt8] {
    let plan: Plan
    do {
      plan = try Plan(metadata.architecture.definition)
    } catch {
      throw ModelFileError(.mismatch, "the model has no network: \(error)")
    }
    let input = metadata.input
    let graph = ONNXGraph(
      name: metadata.architecture.name,
      documentation: "faces: batch x 3 x \(input.height) x \(input.width), \(input.channelOrder) planes of "
        + "(byte - \(input.mean)) / \(input.scale). embeddings: unit vectors; compare them by squared distance.")
    var builder = ONNXBuilder(graph, state: tensors, folds: foldsNormalisation)
    try builder.add(plan, input: "faces", output: "embeddings")
    var finished = builder.graph
    finished.addInput("faces", [0, 3, input.height, input.width])
    finished.addOutput("embeddings", [0, metadata.embeddingSize])
    var texts = try metadata.texts()
    texts["network"] = nil
    texts["model_id"] = id.hex
    return finished.model(metadata: texts)
  }
}
