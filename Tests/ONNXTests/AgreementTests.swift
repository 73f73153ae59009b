import Networks
import ONNX
import Testing

/// Imported networks against ONNX Runtime's outputs.
@Suite struct AgreementTests {
  /// Of every output's numbers.
  static let tolerance: Float = 1e-4

  @Test(arguments: [("mobilefacenet", [1, 3, 112, 112]), ("operators", [2, 6, 7, 5])])
  func outputs(_ name: String, _ shape: [Int]) throws {
    let golden = try GoldenFile(name)
    let graph = try ONNXModel(path: try GoldenFile.path("\(name).onnx")).graph(input: shape)
    for lanes in GraphNetwork.supportedLanes {
      for fast in [true, false] {
        let network = try GraphNetwork(graph, lanes: lanes, fast: fast)
        let results = try network.run(ramp(shape))
        #expect(network.outputs.map(\.name) == golden.tensors.map(\.name))
        var worst: Float = 0
        for (number, tensor) in golden.tensors.enumerated() {
          #expect(network.outputs[number].shape == tensor.shape, "\(tensor.name)")
          let difference = largestDifference(results[number], tensor.values)
          #expect(difference < Self.tolerance, "\(tensor.name), \(lanes) lanes, fast: \(fast)")
          worst = max(worst, difference)
        }
        print("\(name), \(lanes) lanes, \(fast ? "fast" : "plain"): largest difference \(worst)")
      }
    }
  }

  /// The same numbers, whatever ran before in the same memory and whichever way the input is laid out.
  @Test func runsDoNotDisturbEachOther() throws {
    let shape = [2, 6, 7, 5]
    let network = try GraphNetwork(
      try ONNXModel(path: try GoldenFile.path("operators.onnx")).graph(input: shape))
    let input = ramp(shape)
    let first = try network.run(input)
    _ = try network.run(input.map { 3 - $0 })
    #expect(try network.run(input) == first)
    var channelsLast = input
    for image in 0..<2 {
      for channel in 0..<6 {
        for pixel in 0..<35 {
          channelsLast[(image * 35 + pixel) * 6 + channel] = input[(image * 6 + channel) * 35 + pixel]
        }
      }
    }
    #expect(try network.run(channelsLast: channelsLast) == first)
  }

  /// A network whose batch is open, for two pictures at once.
  @Test func anOpenBatch() throws {
    let model = try ONNXModel(path: try GoldenFile.path("mobilefacenet.onnx"))
    #expect(model.inputs.map(\.shape) == [[nil, 3, 112, 112]])
    let one = try GraphNetwork(try model.graph(input: [1, 3, 112, 112]))
    let two = try GraphNetwork(try model.graph(input: [2, 3, 112, 112]))
    let input = ramp([1, 3, 112, 112])
    let other = input.map { $0 * $0 }
    let together = try two.run(input + other)[0]
    #expect(largestDifference(together, try one.run(input)[0] + one.run(other)[0]) < 1e-6)
  }
}
