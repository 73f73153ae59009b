internal import FaceTypes
public import Images
internal import Networks

/// Makes a model's layers work on bytes, as many as its embeddings bear.
///
/// What each layer is given over some crops says how that becomes bytes. Then each layer works on bytes alone, and the embeddings'
/// mean squared distance to the float network's is the layer's error. In the end all layers do but those that go back to floats,
/// the one with the greatest error first, until the distance is within the limit.
public struct Quantiser {
  /// A layer that could work on bytes, and what that costs.
  public struct Layer: Sendable {
    /// Of its weights.
    public let name: String
    /// For one crop.
    public let multiplyAdds: Int
    /// Mean squared distance to the float network's embeddings while this layer alone works on bytes.
    public let error: Float
    /// Whether the resulting model runs it on bytes.
    public internal(set) var worksOnBytes: Bool
  }

  /// A quantised model and how far it is from the float one.
  public struct Result: Sendable {
    /// The model, with bytes for the weights of its byte layers.
    public let model: ModelFile
    /// Every layer that could work on bytes, in the network's order.
    public let layers: [Layer]
    /// Mean and greatest squared distance to the float network's embeddings, over the crops that errors are measured on.
    public let meanError: Float
    /// See `meanError`.
    public let largestError: Float
  }

  private let model: ModelFile
  private let float: EmbeddingNetwork
  private let pictures: [[Float]]
  /// Those that errors are measured on, with what the float network makes of them.
  private let judged: [[Float]]
  private let expected: [[Float]]
  private let progress: (String) -> Void

  /// - Parameters:
  ///   - model: a float model; calibrated or not.
  ///   - crops: as the network takes them. One in four is kept for measuring errors.
  /// - Throws: `.unsupported` for a model that has layers of bytes already; `.wrongInput` for fewer than eight crops.
  public init(
    _ model: ModelFile, crops: [Image], progress: @escaping (String) -> Void = { _ in }
  ) throws(ModelFileError) {
    guard model.metadata.quantisation == nil else {
      throw ModelFileError(.unsupported, "the model works on bytes already: give the float model that it was made from")
    }
    guard crops.count >= 8 else {
      throw ModelFileError(.wrongInput, "\(crops.count) crops are too few to see what layers are given: use 8 or more")
    }
    self.model = model
    self.progress = progress
    float = try EmbeddingNetwork(model)
    var (pictures, judged, expected): ([[Float]], [[Float]], [[Float]]) = ([], [], [])
    for (place, crop) in crops.enumerated() {
      var numbers: [Float] = []
      model.metadata.input.append(crop.pixels, to: &numbers)
      if place % 4 == 3 {
        judged.append(numbers)
        expected.append(try Self.embed(numbers, float))
      } else {
        pictures.append(numbers)
      }
    }
    (self.pictures, self.judged, self.expected) = (pictures, judged, expected)
  }

  /// - Parameter limit: the mean squared distance that embeddings may have from the float network's.
  public func quantised(limit: Float) throws(ModelFileError) -> Result {
    let (scales, multiplyAdds) = try scales()
    var layers: [Layer] = []
    for name in multiplyAdds.keys.sorted() {
      let error = try errors(Quantisation(inputs: scales.filter { $0.key == name })).mean
      layers.append(Layer(name: name, multiplyAdds: multiplyAdds[name] ?? 0, error: error, worksOnBytes: true))
      progress("\(name)  error \(error)  \(layers.count) of \(scales.count)")
    }
    while true {
      let chosen = Set(layers.filter(\.worksOnBytes).map(\.name))
      let quantisation = Quantisation(inputs: scales.filter { chosen.contains($0.key) })
      let (mean, largest) = try errors(quantisation)
      progress("\(chosen.count) layers of bytes: error \(mean)")
      if mean <= limit || chosen.isEmpty {
        return Result(
          model: try file(quantisation), layers: layers, meanError: mean, largestError: largest)
      }
      let left = layers.indices.filter { layers[$0].worksOnBytes }
      if let worst = left.max(by: { layers[$0].error < layers[$1].error }) { layers[worst].worksOnBytes = false }
    }
  }

  private func scales() throws(ModelFileError) -> (scales: [String: ByteScale], multiplyAdds: [String: Int]) {
    var ranges: [String: ByteRange] = [:]
    var multiplyAdds: [String: Int] = [:]
    for picture in pictures {
      do throws(NetworkError) {
        try float.watch(picture) { input in
          multiplyAdds[input.name] = input.multiplyAdds
          ranges[input.name, default: ByteRange(inputs: pictures.count)].add(input)
        }
      } catch { throw Self.failure(error) }
    }
    return (ranges.mapValues { $0.scale() }, multiplyAdds)
  }

  private func errors(_ quantisation: Quantisation) throws(ModelFileError) -> (mean: Float, largest: Float) {
    let network = try EmbeddingNetwork(model, quantisation: quantisation)
    var (sum, largest): (Float, Float) = (0, 0)
    for (picture, expected) in zip(judged, expected) {
      let distance = zip(try Self.embed(picture, network), expected).reduce(Float(0)) { sum, pair in
        sum + (pair.0 - pair.1) * (pair.0 - pair.1)
      }
      sum += distance
      largest = max(largest, distance)
    }
    return (sum / Float(judged.count), largest)
  }

  /// Its embeddings may be compared with the float model's.
  private func file(_ quantisation: Quantisation) throws(ModelFileError) -> ModelFile {
    var metadata = model.metadata
    guard !quantisation.inputs.isEmpty else { return model }
    metadata.quantisation = quantisation
    metadata.compatibleWith = model.id
    metadata.training += "; \(quantisation.inputs.count) layers made to work on bytes"
    return try ModelFile(metadata: metadata, tensors: model.tensors, storage: .float16)
  }

  private static func embed(_ picture: [Float], _ network: EmbeddingNetwork) throws(ModelFileError) -> [Float] {
    do throws(NetworkError) { return try network.embed(picture, count: 1) } catch { throw failure(error) }
  }

  private static func failure(_ error: NetworkError) -> ModelFileError {
    ModelFileError(.wrongInput, "the network could not run: \(error)")
  }
}
