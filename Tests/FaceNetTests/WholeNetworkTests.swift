import FaceNet
import Foundation
import Networks
import Testing

/// Every network of the paper, whole, against PyTorch's numbers of Golden/make_networks.py: the output, and every
/// parameter's gradient by its norm, by a projection that all of its values take part in, and by a sample of them.
///
/// One after the other: NN1 alone takes some gigabytes.
@Suite(.serialized) struct WholeNetworkTests {
  static let names = ["NN1", "NN2", "NN3", "NN4", "NNS1", "NNS2", "NN4@0.42+bn", "NN4@0.42+bn+flat", "NNS2+bn/64"]
  static let tolerance: Float = 1e-4

  /// For serving, batch normalisation is folded into the convolutions; NN1 would take its gigabytes once more.
  @Test(arguments: names.filter { $0 != "NN1" })
  func outputForServing(_ name: String) throws {
    let golden = try WholeNetworkGolden(name)
    let definition = try Architecture.named(name).definition
    let network = try TrainableNetwork(definition, seed: 0)
    for parameter in network.parameters { golden.fill(parameter, in: network) }
    let serving = try InferenceNetwork(definition, state: golden.withStatistics(network.state()))
    let images = HashedValues(golden.images).values(
      golden.count * 3 * definition.inputHeight * definition.inputWidth)
    let expected = try golden.tensors["evaluated"] ?? golden.tensor("output")
    Self.expect("\(name) for serving", try serving.embed(images, count: golden.count), expected)
  }

  @Test(arguments: names)
  func outputAndGradients(_ name: String) throws {
    let golden = try WholeNetworkGolden(name)
    let definition = try Architecture.named(name).definition
    let network = try TrainableNetwork(definition, seed: 0)
    for parameter in network.parameters { golden.fill(parameter, in: network) }
    let images = HashedValues(golden.images).values(
      golden.count * 3 * definition.inputHeight * definition.inputWidth)

    if let evaluated = golden.tensors["evaluated"] {
      try network.load(golden.withStatistics(network.state()))
      let output = try network.forward(images, count: golden.count, training: false)
      Self.expect("\(name) evaluated", output, evaluated)
    }
    let output = try network.forward(images, count: golden.count)
    Self.expect("\(name) output", output, try golden.tensor("output"))
    try network.backward(HashedValues("gradient").values(output.count))

    var worst: (difference: Float, name: String) = (0, "")
    for parameter in network.parameters {
      let difference = try golden.difference(parameter)
      #expect(difference < Self.tolerance, "\(name) d \(parameter.name)")
      if difference > worst.difference { worst = (difference, parameter.name) }
    }
    print("\(name): of \(network.parameters.count) gradients '\(worst.name)' differs most, by \(worst.difference)")
    #expect(golden.gradientCount == network.parameters.count)
  }

  /// Against the largest of the expected values.
  static func expect(_ name: String, _ values: [Float], _ expected: [Float]) {
    let size = expected.map { $0.magnitude }.max() ?? 0
    let difference = zip(values, expected).map { ($0 - $1).magnitude }.max() ?? .infinity
    print("\(name): largest difference \(difference / size), relative")
    #expect(values.count == expected.count && difference / size < tolerance, "\(name)")
  }
}
