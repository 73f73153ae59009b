internal import Networks

/// A tensor as a file keeps it in bytes: whole numbers −127 … 127, and beside them a scale for each entry of one axis.
struct ByteTensor {
  private static let suffix = ".scale"

  /// The numbers, and the scales: as many axes, of length 1 but for the one.
  let tensors: [NamedTensor]

  init(_ tensor: NamedTensor, axis: Int) {
    let (outer, length) = (tensor.shape[..<axis].reduce(1, *), tensor.shape[axis])
    let inner = tensor.values.count / (outer * length)
    var ordered: [Float] = []
    ordered.reserveCapacity(tensor.values.count)
    for entry in 0..<length {
      for block in 0..<outer {
        let from = (block * length + entry) * inner
        ordered += tensor.values[from..<from + inner]
      }
    }
    let weights = ByteWeights(ordered, filters: length)
    var numbers = tensor.values
    for entry in 0..<length {
      for block in 0..<outer {
        for i in 0..<inner {
          numbers[(block * length + entry) * inner + i] = Float(weights.numbers[(entry * outer + block) * inner + i])
        }
      }
    }
    var shape = tensor.shape.map { _ in 1 }
    shape[axis] = length
    tensors = [
      NamedTensor(name: tensor.name, shape: tensor.shape, values: numbers),
      NamedTensor(name: tensor.name + Self.suffix, shape: shape, values: weights.factors),
    ]
  }

  static func isScale(_ name: String, of tensors: some Collection<String>) -> Bool {
    name.hasSuffix(suffix) && tensors.contains(String(name.dropLast(suffix.count)))
  }

  /// A file's tensors with those of bytes multiplied by their scales, which go.
  static func multiplied(_ tensors: [NamedTensor], _ ofBytes: Set<String>) throws(ModelFileError) -> [NamedTensor] {
    guard !ofBytes.isEmpty else { return tensors }
    let scales = Dictionary(tensors.map { ($0.name, $0) }) { first, _ in first }
    var result: [NamedTensor] = []
    for var tensor in tensors where !isScale(tensor.name, of: ofBytes) {
      if ofBytes.contains(tensor.name) {
        guard let scale = scales[tensor.name + suffix], !ofBytes.contains(scale.name),
          scale.shape.count == tensor.shape.count,
          let axis = scale.shape.firstIndex(where: { $0 > 1 }) ?? scale.shape.indices.first,
          scale.shape[axis] == tensor.shape[axis], scale.values.count == tensor.shape[axis]
        else {
          throw ModelFileError(
            .damaged, "tensor '\(tensor.name)' is of bytes and has no '\(tensor.name)\(suffix)' along one of its axes")
        }
        let inner = tensor.shape[(axis + 1)...].reduce(1, *)
        for index in tensor.values.indices { tensor.values[index] *= scale.values[index / inner % scale.values.count] }
      }
      result.append(tensor)
    }
    return result
  }
}
