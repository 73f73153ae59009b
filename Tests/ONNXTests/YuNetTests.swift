import Networks
import ONNX
import Testing

/// The public YuNet files against ONNX Runtime's outputs.
@Suite(.enabled(if: FaceData.folder != nil, "skipped: no face data"))
struct YuNetTests {
  @Test(arguments: [("yunet_n_dynamic", [1, 3, 64, 96], 1), ("yunet_n_640_640", [1, 3, 640, 640], 97)])
  func outputs(_ name: String, _ shape: [Int], _ step: Int) throws {
    let golden = try GoldenFile("yunet")
    let model = try ONNXModel(path: try #require(FaceData.folder) + "/models/\(name).onnx")
    let network = try GraphNetwork(try model.graph(input: shape))
    let results = try network.run(ramp(shape).map { $0 * 127.5 + 127.5 })
    #expect(network.outputs.count == 12)
    var worst: Float = 0
    for (output, values) in zip(network.outputs, results) {
      let part = stride(from: 0, to: values.count, by: step).map { values[$0] }
      let difference = largestDifference(part, try golden.values("\(name)/\(output.name)"))
      #expect(difference < 1e-3, "\(output.name)")
      worst = max(worst, difference)
    }
    print("\(name): largest difference \(worst)")
  }

  /// Another size of photograph is another graph of the same file.
  @Test func theDynamicFileTakesOtherSizes() throws {
    let model = try ONNXModel(path: try #require(FaceData.folder) + "/models/yunet_n_dynamic.onnx")
    let network = try GraphNetwork(try model.graph(input: [1, 3, 96, 160]))
    #expect(network.outputs.first?.shape == [1, 12 * 20, 1])
    // An odd multiple would make maps that do not fit each other.
    #expect(throws: ONNXError.self) { try model.graph(input: [1, 3, 80, 80]) }
  }
}
