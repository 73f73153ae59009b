import FaceNet
import Networks
import Testing

@Suite struct ArchitectureTests {
  /// A network's name, its input, and its parameters and multiply-adds in the paper.
  struct Paper: CustomTestStringConvertible {
    var name: String
    var input: [Int]
    var parameters: Double
    var multiplyAdds: Double
    /// Relative; the paper gives no table for the last two networks.
    var tolerance: Double
    var testDescription: String { name }
  }

  /// NN3's and NN4's multiply-adds, which the paper rounds to 0.8 G and 285 M, are those of NN2's table at their inputs.
  static let papers = [
    Paper(name: "NN1", input: [220, 220], parameters: 140e6, multiplyAdds: 1.6e9, tolerance: 0.01),
    Paper(name: "NN2", input: [224, 224], parameters: 7_456_304, multiplyAdds: 1_596_530_688, tolerance: 0),
    Paper(name: "NN3", input: [160, 160], parameters: 7_456_304, multiplyAdds: 814_620_672, tolerance: 0),
    Paper(name: "NN4", input: [96, 96], parameters: 6_943_952, multiplyAdds: 288_870_400, tolerance: 0),
    Paper(name: "NNS1", input: [165, 165], parameters: 26e6, multiplyAdds: 220e6, tolerance: 0.05),
    Paper(name: "NNS2", input: [140, 116], parameters: 4.3e6, multiplyAdds: 20e6, tolerance: 0.05),
  ]

  @Test(arguments: papers)
  func everyNetworkHasThePapersSize(_ paper: Paper) throws {
    let definition = try Architecture.named(paper.name.lowercased()).definition
    let parameters = Double(try definition.parameterCount())
    let multiplyAdds = Double(try definition.multiplyAdds())
    #expect(abs(parameters / paper.parameters - 1) <= paper.tolerance)
    #expect(abs(multiplyAdds / paper.multiplyAdds - 1) <= paper.tolerance)
    #expect([definition.inputHeight, definition.inputWidth] == paper.input)
    #expect(try definition.outputDimension() == 128)
  }

  @Test func smallNetworksAreSmall() throws {
    let small = try Architecture.named("NN4-small").definition
    let tiny = try Architecture.named("NN4-tiny").definition
    #expect((30_000_000...60_000_000).contains(try small.multiplyAdds()))
    #expect(4 * (try small.parameterCount()) < 16 << 20)
    #expect((8_000_000...20_000_000).contains(try tiny.multiplyAdds()))
    #expect(try small.outputDimension() == 128 && tiny.outputDimension() == 128)
  }

  /// The network that was tried in PyTorch: 63.7 M multiply-adds and 1.27 M parameters.
  @Test func aWidthAndBatchNormalisation() throws {
    let definition = try Architecture.named("NN4@0.42+bn").definition
    #expect(try definition.parameterCount() == 1_268_320)
    #expect(try definition.multiplyAdds() == 63_655_232)
    #expect(!definition.layers.contains(.localResponse))
    for paper in Self.papers {
      let (whole, half) = (try Architecture.named(paper.name), try Architecture.named("\(paper.name)@0.5"))
      #expect(try half.definition.multiplyAdds() < whole.definition.multiplyAdds())
      #expect(try half.definition.parameterCount() < whole.definition.parameterCount())
      let normalised = try Architecture.named("\(paper.name)+bn").definition
      #expect(whole.definition.layers.contains(.localResponse) && !normalised.layers.contains(.localResponse))
      #expect(try normalised.multiplyAdds() == whole.definition.multiplyAdds())
    }
  }

  /// Every pixel of the last 3×3 maps has weights of its own.
  @Test func withoutAveragePooling() throws {
    let (pooled, flat) = (try Architecture.named("NN4@0.42+bn"), try Architecture.named("NN4@0.42+bn+flat"))
    let more = try flat.definition.parameterCount() - pooled.definition.parameterCount()
    #expect(more > 0 && more.isMultiple(of: 128 * 8))
    #expect(try flat.definition.multiplyAdds() - pooled.definition.multiplyAdds() == more)
    #expect(
      pooled.definition.layers.contains(.globalAveragePool) && !flat.definition.layers.contains(.globalAveragePool))
    #expect(try flat.definition.outputDimension() == 128)
  }

  @Test(arguments: [64, 256, 512])
  func embeddingsOfOtherSizes(_ size: Int) throws {
    for family in Architecture.all {
      let architecture = try Architecture.named("\(family.name)/\(size)")
      #expect(try architecture.definition.outputDimension() == size)
    }
  }

  @Test func namesComeBack() throws {
    let names = Architecture.all.map(\.name)
    #expect(names == ["NN1", "NN2", "NN3", "NN4", "NNS1", "NNS2", "NN4-small", "NN4-tiny"])
    for name in names + [
      "NN4@0.42+bn/256", "NN4@0.42+bn+flat/64", "NN3+flat", "NN2+bn", "NN1@0.25", "NN4-small/64", "NNS2/512",
    ] {
      #expect(try Architecture.named(name).name == name)
      #expect(try Architecture.named(name.uppercased()) == Architecture.named(name))
    }
    #expect(try Architecture.named("NN4@1.0/128").name == "NN4")
  }

  @Test(arguments: [
    "NN9", "", "NN4@", "NN4@0", "NN4@wide", "NN4@-1", "NN4@nan", "NN4/", "NN4/7", "NN4/9999", "NN4+lrn", "NN4-small+bn",
    "NN4-tiny@0.5", "NN4/128@0.5", "NN4+bn+bn", "NN4+flat+bn", "NN1+flat", "NNS1+flat", "NNS2+bn+flat",
    "NN4-small+flat",
  ])
  func unknownNamesAreRefused(_ name: String) {
    let error = #expect(throws: ModelFileError.self) { try Architecture.named(name) }
    #expect(error?.code == .unknownArchitecture)
  }

  @Test func refusalsSayWhatThereIs() {
    let error = #expect(throws: ModelFileError.self) { try Architecture.named("NN9") }
    #expect(error?.message.contains("NN4-small") == true && error?.message.contains("@0.42+bn") == true)
  }
}
