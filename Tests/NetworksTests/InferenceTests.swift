import Networks
import Testing

@Suite struct InferenceTests {
  /// Bytes of any size that fits give what the same numbers in planes give, with zeros beyond.
  @Test func bytesGiveWhatPlanesGive() throws {
    let definition = NetworkDefinition(
      inputChannels: 3, inputHeight: 24, inputWidth: 40,
      layers: [
        .convolution(name: "a", filters: 8, kernel: 3, stride: 2, padding: 1, normalisation: .batch),
        .convolution(name: "b", filters: 5, kernel: 1, padding: 0, activation: false, normalisation: .none),
      ])
    let network = try InferenceNetwork(definition, state: try TrainableNetwork(definition, seed: 3).state())
    let (factor, offset) = (Float(1) / 128, Float(-127.5) / 128)
    for (height, width) in [(24, 40), (1, 1), (7, 33), (24, 15), (23, 40)] {
      let bytes = (0..<height * width * 3).map { UInt8(($0 * 37 + height) % 256) }
      var planes = [Float](repeating: 0, count: 3 * 24 * 40)
      for (index, byte) in bytes.enumerated() {
        let (pixel, channel) = (index / 3, index % 3)
        planes[(channel * 24 + pixel / width) * 40 + pixel % width] = Float(byte) * factor + offset
      }
      let wanted = try network.embed(planes, count: 1)
      let found = try network.embed(bytes: bytes, height: height, width: width, factor: factor, offset: offset)
      let worst = zip(wanted, found).map { abs($0 - $1) }.max() ?? 1
      #expect(wanted.count == found.count && worst < 1e-5, "\(height)×\(width): \(worst)")
    }
    for (height, width, count) in [(25, 40, 3000), (24, 41, 2952), (2, 2, 11), (0, 40, 0)] {
      #expect(throws: NetworkError.self) {
        try network.embed(
          bytes: [UInt8](repeating: 0, count: count), height: height, width: width, factor: factor, offset: offset)
      }
    }
  }

  @Test(arguments: GoldenNetworks.names)
  func agreesWithPyTorchAndTheTrainableNetwork(_ name: String) throws {
    let golden = try GoldenFile(name)
    let (definition, count) = GoldenNetworks.definition(name)
    let input = try golden.values("input")
    let inference = try InferenceNetwork(definition, state: golden.group("state/"))
    let embedded = try inference.embed(input, count: count)
    #expect(largestDifference("\(name) embedded", embedded, try golden.values("evaluated")) < 1e-4)

    let trainable = try TrainableNetwork(definition, seed: 1)
    try trainable.load(golden.group("state/"))
    let evaluated = try trainable.forward(input, count: count, training: false)
    #expect(largestDifference("\(name) folded", embedded, evaluated) < 1e-5)
  }

  @Test(arguments: GoldenNetworks.names, InferenceNetwork.supportedLanes)
  func everyKernelAgrees(_ name: String, _ lanes: Int) throws {
    let golden = try GoldenFile(name)
    let (definition, count) = GoldenNetworks.definition(name)
    let network = try InferenceNetwork(definition, state: golden.group("state/"), lanes: lanes)
    let embedded = try network.embed(try golden.values("input"), count: count)
    let expected = try golden.values("evaluated")
    #expect(largestDifference("\(name) with \(lanes) lanes", embedded, expected) < 1e-4)
  }

  /// More images than go through together, whole chunks and a remainder: each as if it came alone.
  @Test(arguments: [1, 2, 7, 8, 9, 31])
  func everyBatchSizeGivesTheSame(count: Int) throws {
    let (definition, _) = GoldenNetworks.definition("inception")
    let network = try InferenceNetwork(definition, state: try TrainableNetwork(definition, seed: 3).state())
    let size = 3 * 33 * 31
    let batch = Samples(seed: 5).values(count * size)
    let together = try network.embed(batch, count: count)
    var single: [Float] = []
    for image in 0..<count {
      let alone = Array(batch[image * size..<(image + 1) * size])
      single += try network.embed(alone, count: 1)
    }
    #expect(together.count == count * network.outputDimension)
    // To the last bit: calls are put together as they happen to come.
    #expect(together == single)
  }

  @Test(arguments: [(1, 4), (7, 2), (16, 2), (17, 3), (31, 64)])
  func aBatchSplitOverThreadsGivesTheSame(count: Int, threads: Int) throws {
    let (definition, _) = GoldenNetworks.definition("inception")
    let network = try InferenceNetwork(definition, state: try TrainableNetwork(definition, seed: 3).state())
    let batch = Samples(seed: 6).values(count * 3 * 33 * 31)
    let alone = try network.embed(batch, count: count)
    let split = try network.embed(batch, count: count, threads: threads)
    #expect(largestDifference("\(count) images on \(threads) threads", split, alone) < 1e-5)
  }

  /// A network may end in a map: its pixels row by row, their channels together, the same from both engines.
  @Test func aMapComesOutPixelByPixel() throws {
    func definition(_ height: Int, _ width: Int) -> NetworkDefinition {
      NetworkDefinition(
        inputChannels: 3, inputHeight: height, inputWidth: width,
        layers: [
          GoldenNetworks.conv("a", 9, 3, 2, 1), GoldenNetworks.conv("b", 17, 3, 2, 1),
          .convolution(name: "map", filters: 5, kernel: 1, padding: 0, activation: false, normalisation: .none),
        ])
    }
    let trained = try TrainableNetwork(definition(13, 22), seed: 3)
    let network = try InferenceNetwork(definition(13, 22), state: trained.state())
    let picture = Samples(seed: 5).values(3 * 13 * 22)
    let map = try network.embed(picture, count: 1)
    #expect(map.count == 4 * 6 * 5 && network.outputDimension == 120)
    let expected = try trained.forward(picture, count: 1, training: false)
    #expect(largestDifference("map", map, expected) < 1e-5)
    // The same weights on a smaller input: its upper left pixels see the same, but for what lies beyond its edge.
    let small = try InferenceNetwork(definition(8, 8), state: trained.state())
    let corner = (0..<3).flatMap { channel in
      (0..<8).flatMap { row in (0..<8).map { picture[(channel * 13 + row) * 22 + $0] } }
    }
    let part = try small.embed(corner, count: 1)
    #expect(largestDifference("corner", Array(part[0..<5]), Array(map[0..<5])) < 1e-5)
  }

  /// The gradient of a map's loss by the weights, against differences of the loss.
  @Test func aMapHasGradients() throws {
    let definition = NetworkDefinition(
      inputChannels: 3, inputHeight: 9, inputWidth: 7,
      layers: [
        .convolution(name: "a", filters: 6, kernel: 3, padding: 1, normalisation: .none),
        .convolution(
          name: "map", filters: 4, kernel: 3, stride: 2, padding: 1, activation: false, normalisation: .none),
      ])
    let network = try TrainableNetwork(definition, seed: 8)
    let pictures = Samples(seed: 2).values(2 * 3 * 9 * 7)
    let weights = Samples(seed: 4).values(2 * 5 * 4 * 4)
    func loss() throws -> Float { zip(try network.forward(pictures, count: 2), weights).reduce(0) { $0 + $1.0 * $1.1 } }
    _ = try loss()
    network.zeroGradients()
    try network.backward(weights)
    for parameter in network.parameters {
      for index in stride(from: 0, to: parameter.count, by: max(1, parameter.count / 7)) {
        let (value, gradient) = (parameter.values[index], parameter.gradient[index])
        parameter.values[index] = value + 0.01
        let above = try loss()
        parameter.values[index] = value - 0.01
        let below = try loss()
        parameter.values[index] = value
        let slope = (above - below) / 0.02
        #expect(abs(gradient - slope) < 0.05 * max(1, abs(slope)), "\(parameter.name) \(index)")
      }
    }
  }

  @Test func severalThreadsAtOnce() async throws {
    let (definition, _) = GoldenNetworks.definition("inception")
    let network = try InferenceNetwork(definition, state: try TrainableNetwork(definition, seed: 3).state())
    let batches = (0..<6).map { Samples(seed: UInt64($0)).values(5 * 3 * 33 * 31) }
    let expected = try batches.map { try network.embed($0, count: 5) }
    #expect(Set(expected).count == batches.count)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for (batch, expected) in zip(batches, expected) {
        group.addTask {
          for _ in 0..<20 where try network.embed(batch, count: 5) != expected { return false }
          return true
        }
      }
      for try await same in group { #expect(same) }
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    let (definition, _) = GoldenNetworks.definition("bias")
    let state = try TrainableNetwork(definition, seed: 3).state()
    let network = try InferenceNetwork(definition, state: state)
    #expect(throws: NetworkError.self) { try network.embed([], count: 0) }
    #expect(throws: NetworkError.self) { try network.embed([1, 2, 3], count: 1) }
    #expect(throws: NetworkError.self) { try network.embed([1, 2, 3], count: .max) }
    #expect(throws: NetworkError.self) { try network.embed([1, 2, 3], count: .min) }
    let image = [Float](repeating: 0, count: definition.inputChannels * definition.inputHeight * definition.inputWidth)
    #expect(throws: NetworkError.self) { try network.embed(image, count: 1, threads: 0) }
    #expect(throws: NetworkError.self) { try network.embed(image, count: 1, threads: .max) }
    #expect(throws: NetworkError.self) { try InferenceNetwork(definition, state: Array(state.dropLast())) }
  }
}
