extension TrainableNetwork {
  /// Parameters and running statistics, as `load` and `InferenceNetwork` take them: `NAME.weight`, `NAME.bias`,
  /// `NAME.bn.weight`, `.bn.bias`, `.bn.running_mean`, `.bn.running_var`. A convolution's weight is filters ×
  /// channels × rows × columns, a dense layer's outputs × (channels × rows × columns).
  public func state() -> [NamedTensor] {
    convolutions.flatMap { convolution in
      convolution.stateLayout.map { entry in
        switch entry.part {
        case .weight: entry.tensor(WeightLayout(convolution.plan).written(convolution.weight.values))
        case .bias: entry.tensor(Array(convolution.bias?.values ?? .init(start: nil, count: 0)))
        case .scale: entry.tensor(convolution.normalisation.map { Array($0.weight.values) } ?? [])
        case .shift: entry.tensor(convolution.normalisation.map { Array($0.bias.values) } ?? [])
        case .runningMean: entry.tensor(convolution.normalisation?.runningMean ?? [])
        case .runningVariance: entry.tensor(convolution.normalisation?.runningVariance ?? [])
        }
      }
    }
  }

  /// Replaces parameters and running statistics; gradients stay as they are. Nothing changes when it throws.
  /// - Throws: `invalidState`, naming the tensor that is missing, misshaped or unknown.
  public func load(_ state: [NamedTensor]) throws(NetworkError) {
    let tensors = try StateReader(state).read(convolutions.flatMap { $0.stateLayout })
    for convolution in convolutions {
      for entry in convolution.stateLayout {
        let values = tensors[entry.name] ?? []
        switch entry.part {
        case .weight: _ = convolution.weight.values.update(from: WeightLayout(convolution.plan).read(values))
        case .bias: _ = convolution.bias?.values.update(from: values)
        case .scale: _ = convolution.normalisation?.weight.values.update(from: values)
        case .shift: _ = convolution.normalisation?.bias.values.update(from: values)
        case .runningMean: convolution.normalisation?.runningMean = values
        case .runningVariance: convolution.normalisation?.runningVariance = values
        }
      }
    }
  }

  private var convolutions: [ConvolutionOperation] { operations.compactMap { $0 as? ConvolutionOperation } }
}

extension ConvolutionOperation {
  fileprivate var stateLayout: [StateEntry] { StateEntry.all(of: plan) }
}
