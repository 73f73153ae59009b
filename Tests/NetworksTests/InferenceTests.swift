import Networks
import Testing

@Suite struct InferenceTests {
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
    #expect(largestDifference("batch of \(count)", together, single) < 1e-5)
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
