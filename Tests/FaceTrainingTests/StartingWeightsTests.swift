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
    try flat.load(StartingWeights.tensors(of: pooled, like: flat.state()))
    var random = RandomSource(seed: 2)
    let image = (0..<3 * 96 * 96).map { _ in Float.random(in: -1...1, using: &random) }
    let serving = try InferenceNetwork(definition, state: flat.state()).embed(image, count: 1)
    let before = try InferenceNetwork(pooled.metadata.architecture.definition, state: pooled.tensors)
      .embed(image, count: 1)
    #expect(zip(serving, before).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(Set(serving).count > 100)
  }

  @Test func equalNetworksTakeTheWeightsAsTheyAre() throws {
    let model = try Self.model("NN4@0.1+bn")
    let network = try TrainableNetwork(model.metadata.architecture.definition, seed: 9)
    #expect(StartingWeights.tensors(of: model, like: network.state()) == model.tensors)
  }
}
