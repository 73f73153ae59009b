import FaceNet
import FaceTraining
import Foundation
import Networks
import Testing

@Suite struct StartingWeightsTests {
  static func model(_ name: String) throws -> ModelFile {
    let architecture = try Architecture.named(name)
    return try ModelFile(
      metadata: ModelMetadata(
        architecture: architecture, input: InputSpecification(height: 96, width: 96, cropSide: 2.8), embeddingSize: 128,
        training: ""),
      tensors: try TrainableNetwork(architecture.definition, seed: 4).state())
  }

  /// A network without average pooling starts as the function that the pooled one was.
  @Test func aPooledModelStartsAFlatNetwork() throws {
    let pooled = try Self.model("NN4@0.1+bn")
    let definition = try Architecture.named("NN4@0.1+bn+flat").definition
    let flat = try TrainableNetwork(definition, seed: 9)
    #expect(throws: NetworkError.self) { try flat.load(pooled.tensors) }
    try flat.load(StartingWeights.tensors(of: pooled, like: flat.state(), definition, seed: 1))
    var random = RandomSource(seed: 2)
    let image = (0..<3 * 96 * 96).map { _ in Float.random(in: -1...1, using: &random) }
    let serving = try InferenceNetwork(definition, state: flat.state()).embed(image, count: 1)
    let before = try InferenceNetwork(pooled.metadata.architecture.definition, state: pooled.tensors)
      .embed(image, count: 1)
    #expect(zip(serving, before).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(Set(serving).count > 100)
  }

  /// A wider network starts as the function that the narrower one was, and its copied channels do not stay copies.
  @Test func aNarrowModelStartsAWiderNetwork() throws {
    let narrow = try Self.model("NN4@0.1+bn+flat")
    let definition = try Architecture.named("NN4@0.3+bn+flat").definition
    let wide = try TrainableNetwork(definition, seed: 9)
    try wide.load(StartingWeights.tensors(of: narrow, like: wide.state(), definition, seed: 1))
    var random = RandomSource(seed: 2)
    let image = (0..<3 * 96 * 96).map { _ in Float.random(in: -1...1, using: &random) }
    let serving = try InferenceNetwork(definition, state: wide.state()).embed(image, count: 1)
    let before = try InferenceNetwork(narrow.metadata.architecture.definition, state: narrow.tensors)
      .embed(image, count: 1)
    #expect(zip(serving, before).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(Set(serving).count > 100)

    func rows(_ name: String) -> [[Float]] {
      guard let tensor = wide.state().first(where: { $0.name == name }) else { return [] }
      let size = tensor.values.count / tensor.shape[0]
      return (0..<tensor.shape[0]).map { Array(tensor.values[$0 * size..<($0 + 1) * size]) }
    }
    // The first layer's filters see the same pixels: there a copy is one exactly, until it learns.
    #expect(Set(rows("conv1.weight")).count < rows("conv1.weight").count)
    let embeddings = try wide.forward(image + image.reversed(), count: 2, training: true)
    try wide.backward(embeddings.map { _ in Float.random(in: -1...1, using: &random) })
    var optimizer: any Optimizer = SGDMomentum(momentum: 0, weightDecay: 0)
    optimizer.step(parameters: wide.parameters, learningRate: 0.1)
    #expect(Set(rows("conv1.weight")).count == rows("conv1.weight").count)
  }

  @Test func equalNetworksTakeTheWeightsAsTheyAre() throws {
    let model = try Self.model("NN4@0.1+bn")
    let network = try TrainableNetwork(model.metadata.architecture.definition, seed: 9)
    let tensors = StartingWeights.tensors(
      of: model, like: network.state(), model.metadata.architecture.definition, seed: 1)
    #expect(tensors == model.tensors)
  }
}
