import Networks
import Testing

@Suite struct NetworkTests {
  private let definition = GoldenNetworks.definition("inception").0

  /// Three steps with AdaGrad.
  private func train(seed: UInt64) throws -> [NamedTensor] {
    let network = try TrainableNetwork(definition, seed: seed)
    let optimizer = AdaGrad()
    for step in 0..<3 {
      _ = try network.forward(Samples(seed: UInt64(step)).values(12 * 3 * 33 * 31), count: 12)
      network.zeroGradients()
      try network.backward(Samples(seed: UInt64(100 + step)).values(12 * 16))
      optimizer.step(parameters: network.parameters, learningRate: 0.05)
    }
    return network.state()
  }

  @Test func sameSeedSameBytesWhateverTheThreads() throws {
    let before = BLAS.threads
    defer { BLAS.setThreads(before) }
    BLAS.setThreads(1)
    let alone = try train(seed: 11)
    BLAS.setThreads(5)
    #expect(try train(seed: 11) == alone)
    #expect(try train(seed: 12) != alone)
  }

  @Test func anotherBatchSizeLeavesNoTrace() throws {
    let network = try TrainableNetwork(definition, seed: 1)
    let small = Samples(seed: 1).values(2 * 3 * 33 * 31)
    let first = try network.forward(small, count: 2, training: false)
    _ = try network.forward(Samples(seed: 2).values(9 * 3 * 33 * 31), count: 9, training: false)
    #expect(try network.forward(small, count: 2, training: false) == first)
  }

  @Test func heInitialisation() throws {
    let wide = NetworkDefinition(
      inputChannels: 64, inputHeight: 3, inputWidth: 3,
      layers: [GoldenNetworks.conv("a", 128, 3), .dense(name: "out", outputs: 128)])
    let network = try TrainableNetwork(wide, seed: 4)
    for (parameter, variance) in zip(network.parameters, [2.0 / (64 * 9), nil, nil, 1.0 / 128, nil]) {
      guard let variance else { continue }
      let values = parameter.values.map { Double($0) }
      let mean = values.reduce(0, +) / Double(values.count)
      let measured = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      #expect(abs(mean) < 0.1 * variance.squareRoot())
      #expect(abs(measured / variance - 1) < 0.05)
    }
    #expect(network.parameters.map { $0.name } == ["a.weight", "a.bn.weight", "a.bn.bias", "out.weight", "out.bias"])
    #expect(network.parameters.map { $0.decays } == [true, false, false, true, false])
    #expect(network.parameters[1].values.allSatisfy { $0 == 1 })
  }

  @Test func stateGoesThroughLoad() throws {
    let trained = try train(seed: 2)
    let network = try TrainableNetwork(definition, seed: 9)
    #expect(network.state() != trained)
    try network.load(trained)
    #expect(network.state() == trained)
  }

  @Test func badStatesAreNamed() throws {
    let network = try TrainableNetwork(definition, seed: 9)
    let state = network.state()
    func message(_ change: (inout [NamedTensor]) -> Void) throws -> String {
      var changed = state
      change(&changed)
      let error = #expect(throws: NetworkError.self) { try network.load(changed) }
      #expect(error?.code == .invalidState)
      #expect(network.state() == state)
      return try #require(error).message
    }
    #expect(try message { $0.remove(at: 3) }.contains("'conv1.bn.running_mean' is missing"))
    #expect(try message { $0[0].shape = [8, 3, 49] }.contains("'conv1.weight' has the shape [8, 3, 49]"))
    #expect(try message { $0[0].values.removeLast() }.contains("'conv1.weight'"))
    #expect(try message { $0.append(.init(name: "extra", shape: [1], values: [0])) }.contains("'extra' is unknown"))
    #expect(try message { $0.append(state[0]) }.contains("twice"))
  }

  @Test func callsOutOfOrderOrSizeAreErrors() throws {
    let network = try TrainableNetwork(definition, seed: 9)
    func code(_ body: () throws -> Void) -> NetworkError.Code? {
      #expect(throws: NetworkError.self, performing: body)?.code
    }
    let batch = Samples(seed: 1).values(3 * 33 * 31)
    #expect(code { try network.backward([Float](repeating: 0, count: 16)) } == .outOfOrder)
    #expect(code { _ = try network.forward(batch, count: 2) } == .invalidArgument)
    #expect(code { _ = try network.forward(batch, count: 0) } == .invalidArgument)
    #expect(code { _ = try network.forward(batch, count: -1) } == .invalidArgument)
    #expect(code { _ = try network.forward(batch, count: .max) } == .invalidArgument)
    _ = try network.forward(batch, count: 1, training: false)
    #expect(code { try network.backward([Float](repeating: 0, count: 16)) } == .outOfOrder)
    _ = try network.forward(batch, count: 1)
    #expect(code { try network.backward([1]) } == .invalidArgument)
    try network.backward([Float](repeating: 0, count: 16))
    #expect(code { try network.backward([Float](repeating: 0, count: 16)) } == .outOfOrder)
  }
}
