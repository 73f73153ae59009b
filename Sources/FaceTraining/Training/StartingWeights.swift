package import FaceNet
package import Networks

/// The weights of a model that another training goes on from.
package enum StartingWeights {
  /// The model's tensors as `expected` has them. A model that averages its last maps starts a `+flat` network of the same
  /// layers too: it takes every one of n pixels with an n-th of the average's weight, which is the same function. So does
  /// a narrower model start a wider network (`Widening`).
  ///
  /// - Parameter seed: of what copied channels share out at random.
  package static func tensors(
    of model: ModelFile, like expected: [NamedTensor], _ definition: NetworkDefinition, seed: UInt64
  ) -> [NamedTensor] {
    if model.metadata.architecture.definition != definition,
      let tensors = Widening.tensors(of: model, like: expected, definition, seed: seed)
    {
      return tensors
    }
    let shapes = Dictionary(expected.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
    return model.tensors.map { tensor in
      guard let shape = shapes[tensor.name], shape.count == 2, tensor.shape.count == 2, shape[0] == tensor.shape[0],
        shape[1] > tensor.shape[1], shape[1].isMultiple(of: tensor.shape[1])
      else { return tensor }
      // A dense layer's row is channels × pixels.
      let pixels = shape[1] / tensor.shape[1]
      let values = tensor.values.flatMap { [Float](repeating: $0 / Float(pixels), count: pixels) }
      return NamedTensor(name: tensor.name, shape: shape, values: values)
    }
  }
}
