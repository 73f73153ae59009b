import Networks
import Testing

@Suite struct DefinitionTests {
  private func network(
    _ channels: Int = 3, _ height: Int = 8, _ width: Int = 6, layers: [LayerDefinition]
  ) -> NetworkDefinition {
    NetworkDefinition(inputChannels: channels, inputHeight: height, inputWidth: width, layers: layers)
  }

  @Test func counts() throws {
    // 4×3 output pixels; 3·5·5·7 weights and two numbers per filter; then 7·12·2 weights and 2 biases.
    let definition = network(3, 8, 6, layers: [GoldenNetworks.conv("a", 7, 5, 2, 2), .dense(name: "b", outputs: 2)])
    #expect(try definition.outputDimension() == 2)
    #expect(try definition.parameterCount() == 3 * 25 * 7 + 14 + 7 * 12 * 2 + 2)
    #expect(try definition.multiplyAdds() == 12 * 3 * 25 * 7 + 7 * 12 * 2)
    let parameters = try TrainableNetwork(definition, seed: 0).parameters
    #expect(try definition.parameterCount() == parameters.reduce(0) { $0 + $1.count })
  }

  @Test func branchesAddTheirChannels() throws {
    let definition = network(layers: [
      .branches(name: "m", [[GoldenNetworks.conv("a", 5, 1)], [.maxPool(kernel: 3, stride: 1, padding: 1)]]),
      .globalAveragePool,
    ])
    #expect(try definition.outputDimension() == 8)
  }

  static let wrong: [(String, [LayerDefinition])] = [
    ("empty list", []),
    ("does not fit", [GoldenNetworks.conv("a", 2, 7)]),
    ("filters", [GoldenNetworks.conv("a", 0, 1), .globalAveragePool]),
    ("filters", [.dense(name: "a", outputs: -1)]),
    ("filters", [.dense(name: "a", outputs: .max)]),
    ("kernel", [.maxPool(kernel: 0, stride: 1, padding: 0)]),
    ("kernel", [.maxPool(kernel: .max, stride: 1, padding: 0)]),
    ("stride", [.l2Pool(kernel: 2, stride: 0, padding: 0)]),
    ("padding", [.averagePool(kernel: 3, stride: 1, padding: 2)]),
    ("padding", [.averagePool(kernel: 3, stride: 1, padding: .max)]),
    ("padding", [.averagePool(kernel: 3, stride: 1, padding: .min)]),
    ("padding", [GoldenNetworks.conv("a", 2, 3, 1, 3), .globalAveragePool]),
    ("pieces", [.maxout(pieces: 2), .globalAveragePool]),
    ("pieces", [.maxout(pieces: 1), .globalAveragePool]),
    ("pieces", [.maxout(pieces: .min), .globalAveragePool]),
    ("twice", [GoldenNetworks.conv("a", 2, 1), GoldenNetworks.conv("a", 2, 1), .globalAveragePool]),
    ("twice", [.dense(name: "", outputs: 2)]),
    ("no branch", [.branches(name: "m", []), .globalAveragePool]),
    ("empty list", [.branches(name: "m", [[]]), .globalAveragePool]),
    (
      "must agree",
      [
        .branches(name: "m", [[GoldenNetworks.conv("a", 2, 1)], [.maxPool(kernel: 2, stride: 2, padding: 0)]]),
        .globalAveragePool,
      ]
    ),
    ("deeper", [nested(40), .globalAveragePool]),
  ]

  private static func nested(_ depth: Int) -> LayerDefinition {
    .branches(name: "n", [[depth == 0 ? .localResponse : nested(depth - 1)]])
  }

  @Test(arguments: wrong)
  func wrongDefinitionsSayWhy(_ words: String, _ layers: [LayerDefinition]) throws {
    let error = #expect(throws: NetworkError.self) { try network(layers: layers).outputDimension() }
    #expect(error?.code == .invalidDefinition)
    #expect(try #require(error).message.contains(words))
    #expect(throws: NetworkError.self) { try TrainableNetwork(network(layers: layers), seed: 0) }
  }

  @Test func aMapIsNoEmbedding() throws {
    let definition = network(layers: [GoldenNetworks.conv("a", 5, 3, 2, 1)])
    let error = #expect(throws: NetworkError.self) { try definition.outputDimension() }
    #expect(try #require(error).message.contains("ends with"))
    #expect(try definition.outputShape() == (4, 3, 5))
    #expect(try TrainableNetwork(definition, seed: 0).outputDimension == 60)
  }

  @Test(arguments: [(0, 8, 6), (3, -1, 6), (3, 8, .max), (.max, 8, 6)])
  func wrongInputs(_ channels: Int, _ height: Int, _ width: Int) {
    #expect(throws: NetworkError.self) {
      try network(channels, height, width, layers: [.globalAveragePool]).outputDimension()
    }
  }
}
