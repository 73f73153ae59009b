internal import FaceNet
internal import Networks

/// A narrower network's weights as a wider one's of the same layers, which starts as the same function (Net2WiderNet: Chen,
/// Goodfellow & Shlens 2016, section 2.2).
///
/// Every channel that is new is a copy of an old one, and whoever reads the copies shares the old weight out among them.
/// The shares are random: were they equal, copies would have equal gradients and stay copies for ever.
struct Widening {
  private let old: [String: NamedTensor]
  private let shapes: [String: [Int]]
  private var random: RandomSource
  private var tensors: [NamedTensor] = []

  /// The wide network's tensors; nil where the two are not the same layers, or where a layer mixes neighbouring channels
  /// (local response normalisation, maxout), so that copies beside each other would not be the same function.
  static func tensors(of model: ModelFile, like expected: [NamedTensor], _ wide: NetworkDefinition, seed: UInt64)
    -> [NamedTensor]?
  {
    let narrow = model.metadata.architecture.definition
    guard narrow.inputChannels == wide.inputChannels else { return nil }
    var widening = Widening(
      old: Dictionary(model.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }),
      shapes: Dictionary(expected.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first }),
      random: RandomSource(seed: seed, 8))
    var origins = Array(0..<narrow.inputChannels)
    for layer in wide.layers {
      guard let outputs = widening.widen(layer, prefix: "", origins) else { return nil }
      origins = outputs
    }
    // A tensor that found no layer, or an embedding with copied components: that would be another function.
    guard widening.tensors.count == model.tensors.count, origins == Array(origins.indices) else { return nil }
    return widening.tensors
  }

  /// Adds a layer's tensors.
  ///
  /// - Parameter origins: which old channel each channel of the layer's input is a copy of.
  /// - Returns: the same of its output.
  private mutating func widen(_ layer: LayerDefinition, prefix: String, _ origins: [Int]) -> [Int]? {
    switch layer {
    case .convolution(let name, _, _, _, _, _, _), .dense(let name, _, _): return weights(prefix + name, origins)
    case .maxPool, .averagePool, .l2Pool, .globalAveragePool, .l2Normalise: return origins
    case .localResponse, .maxout: return nil
    case .branches(let name, let branches):
      var joined: [Int] = []
      var before = 0
      for branch in branches {
        var outputs = origins
        for layer in branch {
          guard let next = widen(layer, prefix: "\(prefix)\(name).", outputs) else { return nil }
          outputs = next
        }
        joined += outputs.map { $0 + before }
        before += (outputs.max() ?? -1) + 1
      }
      return joined
    }
  }

  /// Adds the weights of one layer and what is per filter beside them; its new filters copy old ones.
  private mutating func weights(_ name: String, _ inputs: [Int]) -> [Int]? {
    guard let from = old["\(name).weight"], let shape = shapes["\(name).weight"], shape.count == from.shape.count,
      shape[0] >= from.shape[0], shape.dropFirst(2) == from.shape.dropFirst(2)
    else { return nil }
    // A dense layer's row is channels × pixels.
    let channels = (inputs.max() ?? -1) + 1
    let block = from.values.count / from.shape[0] / channels
    guard block * channels * from.shape[0] == from.values.count,
      shape.reduce(1, *) == shape[0] * inputs.count * block
    else { return nil }
    var outputs = Array(0..<from.shape[0])
    while outputs.count < shape[0] { outputs.append(Int.random(in: 0..<from.shape[0], using: &random)) }

    var values: [Float] = []
    values.reserveCapacity(shape.reduce(1, *))
    for output in outputs {
      for (input, share) in zip(inputs, shares(inputs, of: channels)) {
        let start = (output * channels + input) * block
        values += from.values[start..<start + block].map { share * $0 }
      }
    }
    tensors.append(NamedTensor(name: from.name, shape: shape, values: values))
    for part in ["bias", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"] {
      guard let vector = old["\(name).\(part)"] else { continue }
      tensors.append(NamedTensor(name: vector.name, shape: [shape[0]], values: outputs.map { vector.values[$0] }))
    }
    return outputs
  }

  /// What part of its old channel's weight each copy takes; the parts of an old channel sum to 1.
  private mutating func shares(_ inputs: [Int], of channels: Int) -> [Float] {
    var parts = inputs.map { _ in Float.random(in: 0.1..<1, using: &random) }
    var sums = [Float](repeating: 0, count: channels)
    for (input, part) in zip(inputs, parts) { sums[input] += part }
    for (place, input) in inputs.enumerated() { parts[place] /= sums[input] }
    return parts
  }
}
