import Networks
import Testing

/// Five steps of each optimizer against PyTorch, on a parameter that decays and one that does not.
@Suite struct OptimizerTests {
  private static let rates: [Float] = [0.1, 0.1, 0.05, 0.02, 0.02]
  private static let count = 37

  static let names = ["adagrad", "adagrad_decay", "sgd", "adam", "adamw"]

  private func make(_ name: String) -> any Optimizer {
    switch name {
    case "adagrad": AdaGrad()
    case "adagrad_decay": AdaGrad(weightDecay: 0.05)
    case "sgd": SGDMomentum(momentum: 0.9, weightDecay: 0.05)
    case "adam": Adam(weightDecay: 0.05)
    default: AdamW(weightDecay: 0.05)
    }
  }

  /// A network for its parameters' sake: a 37-number weight, which decays, and as many biases, which do not.
  private func network() throws -> TrainableNetwork {
    try TrainableNetwork(
      NetworkDefinition(
        inputChannels: 1, inputHeight: 1, inputWidth: 1, layers: [.dense(name: "d", outputs: Self.count)]),
      seed: 0)
  }

  private func setGradients(_ network: TrainableNetwork, _ golden: GoldenFile, step: Int) throws {
    for (parameter, name) in zip(network.parameters, ["a", "b"]) {
      let gradients = try golden.values("gradients/\(name)")[step * Self.count..<(step + 1) * Self.count]
      _ = parameter.gradient.update(from: gradients)
    }
  }

  @Test(arguments: names)
  func agreesWithPyTorch(_ name: String) throws {
    let golden = try GoldenFile("optimizers")
    let network = try network()
    try network.load([
      NamedTensor(name: "d.weight", shape: [Self.count, 1], values: try golden.values("start/a")),
      NamedTensor(name: "d.bias", shape: [Self.count], values: try golden.values("start/b")),
    ])
    var optimizer = make(name)
    for (step, rate) in Self.rates.enumerated() {
      try setGradients(network, golden, step: step)
      optimizer.step(parameters: network.parameters, learningRate: rate)
      if step == 2 {
        // A checkpoint between: the rest of the way with another optimizer.
        let state = optimizer.state()
        optimizer = make(name)
        try optimizer.load(state)
        #expect(optimizer.state() == state)
      }
    }
    for (parameter, tensor) in zip(network.parameters, ["a", "b"]) {
      let expected = try golden.values("\(name)/\(tensor)")
      #expect(largestDifference("\(name) \(tensor)", Array(parameter.values), expected) < 1e-5)
    }
  }

  @Test(arguments: names)
  func refusesAnothersState(_ name: String) throws {
    let network = try network()
    // With and without decay, AdaGrad keeps the same.
    for other in Self.names where other.prefix(7) != name.prefix(7) {
      var stranger = make(other)
      stranger.step(parameters: network.parameters, learningRate: 0.1)
      var optimizer = make(name)
      let error = #expect(throws: NetworkError.self) { try optimizer.load(stranger.state()) }
      #expect(error?.code == .invalidState)
    }
    var optimizer = make(name)
    optimizer.step(parameters: network.parameters, learningRate: 0.1)
    var state = optimizer.state()
    state[state.count - 1].values.removeLast()
    #expect(throws: NetworkError.self) { try optimizer.load(state) }
  }
}
