import Networks
import Testing

/// Every layer, and a small whole Inception network, against PyTorch's numbers.
@Suite struct GoldenTests {
  static let tolerance: Float = 1e-4

  @Test(arguments: GoldenNetworks.names, InferenceNetwork.supportedLanes)
  func outputsAndGradients(_ name: String, _ lanes: Int) throws {
    let golden = try GoldenFile(name)
    let (definition, count) = GoldenNetworks.definition(name)
    let network = try TrainableNetwork(definition, seed: 1, lanes: lanes)
    try network.load(golden.group("state/"))
    let input = try golden.values("input")

    let evaluated = try network.forward(input, count: count, training: false)
    #expect(largestDifference("\(name) evaluated", evaluated, try golden.values("evaluated")) < Self.tolerance)
    let output = try network.forward(input, count: count)
    #expect(largestDifference("\(name) output", output, try golden.values("output")) < Self.tolerance)

    try network.backward(try golden.values("d_output"))
    #expect(network.parameters.count == golden.group("gradient/").count)
    for parameter in network.parameters {
      let expected = try golden.values("gradient/\(parameter.name)")
      let gradient = filesOrder(Array(parameter.gradient), parameter.shape)
      #expect(largestDifference("\(name) d \(parameter.name)", gradient, expected) < Self.tolerance)
    }
    for statistic in golden.group("after/") {
      let tensor = try #require(network.state().first { $0.name == statistic.name })
      #expect(largestDifference("\(name) \(tensor.name)", tensor.values, statistic.values) < Self.tolerance)
    }
  }

  @Test func gradientsAddUpUntilZeroed() throws {
    let golden = try GoldenFile("inception")
    let (definition, count) = GoldenNetworks.definition("inception")
    let network = try TrainableNetwork(definition, seed: 1)
    try network.load(golden.group("state/"))
    func pass() throws {
      _ = try network.forward(try golden.values("input"), count: count)
      try network.backward(try golden.values("d_output"))
    }
    try pass()
    let once = network.parameters.map { Array($0.gradient) }
    try pass()
    for (parameter, once) in zip(network.parameters, once) {
      #expect(largestDifference("twice \(parameter.name)", Array(parameter.gradient), once.map { 2 * $0 }) < 1e-6)
    }
    network.zeroGradients()
    #expect(network.parameters.allSatisfy { $0.gradient.allSatisfy { $0 == 0 } })
    try pass()
    #expect(network.parameters.map { Array($0.gradient) } == once)
  }

  /// Memory's filters × rows × columns × channels to filters × channels × rows × columns.
  private func filesOrder(_ values: [Float], _ shape: [Int]) -> [Float] {
    guard shape.count == 4 else { return values }
    let (pixels, channels) = (shape[1] * shape[2], shape[3])
    return (0..<shape[0]).flatMap { filter in
      (0..<channels).flatMap { channel in
        (0..<pixels).map { values[(filter * pixels + $0) * channels + channel] }
      }
    }
  }
}
