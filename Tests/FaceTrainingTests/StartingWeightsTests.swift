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

  /// The network of that name with the model's weights, which gives what the model gives.
  private func started(_ name: String, from model: ModelFile) throws -> TrainableNetwork {
    let definition = try Architecture.named(name).definition
    let network = try TrainableNetwork(definition, seed: 9)
    #expect(throws: NetworkError.self) { try network.load(model.tensors) }
    try network.load(StartingWeights.tensors(of: model, like: network.state(), definition, seed: 1))
    let serving = try InferenceNetwork(definition, state: network.state()).embed(image, count: 1)
    let before = try InferenceNetwork(model.metadata.architecture.definition, state: model.tensors)
      .embed(image, count: 1)
    #expect(zip(serving, before).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(Set(serving).count > 100)
    return network
  }

  private let image: [Float] = {
    var random = RandomSource(seed: 2)
    return (0..<3 * 96 * 96).map { _ in Float.random(in: -1...1, using: &random) }
  }()

  /// A network without average pooling starts as the function that the pooled one was.
  @Test func aPooledModelStartsAFlatNetwork() throws {
    _ = try started("NN4@0.1+bn+flat", from: try Self.model("NN4@0.1+bn"))
  }

  /// A wider network starts as the function that the narrower one was, and its copied channels do not stay copies.
  @Test func aNarrowModelStartsAWiderNetwork() throws {
    let wide = try started("NN4@0.3+bn+flat", from: try Self.model("NN4@0.1+bn+flat"))
    func rows(_ name: String) -> [[Float]] {
      guard let tensor = wide.state().first(where: { $0.name == name }) else { return [] }
      let size = tensor.values.count / tensor.shape[0]
      return (0..<tensor.shape[0]).map { Array(tensor.values[$0 * size..<($0 + 1) * size]) }
    }
    // The first layer's filters see the same pixels: there a copy is one exactly, until it learns.
    #expect(Set(rows("conv1.weight")).count < rows("conv1.weight").count)
    let embeddings = try wide.forward(image + image.reversed(), count: 2, training: true)
    var random = RandomSource(seed: 3)
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
