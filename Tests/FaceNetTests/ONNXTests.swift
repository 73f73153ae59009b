import FaceNet
import FaceTypes
import Networks
import Testing

/// The form of ONNX files; what other runtimes make of them is for scripts/check-onnx.py.
@Suite struct ONNXTests {
  private struct Node {
    var kind: String
    var inputs: [String]
    var output: String
  }

  private static func graph(_ model: ModelFile, folds: Bool) throws -> ProtobufReader {
    let file = try ProtobufReader(try model.onnx(foldsNormalisation: folds))
    #expect(file.integers(1) == [7] && file.texts(2) == ["faced"])
    #expect(try file.messages(8)[0].integers(2) == [13])
    let metadata = try file.messages(14).map { ($0.texts(1)[0], $0.texts(2)[0]) }
    #expect(metadata.contains { $0 == ("model_id", model.id.hex) })
    #expect(metadata.contains { $0.0 == "input" && $0.1.contains("\"cropSide\":3") })
    return try file.messages(7)[0]
  }

  private static func nodes(_ graph: ProtobufReader) throws -> [Node] {
    try graph.messages(1).map { Node(kind: $0.texts(4)[0], inputs: $0.texts(1), output: $0.texts(2)[0]) }
  }

  private static func constants(_ graph: ProtobufReader) throws -> [String: ProtobufReader] {
    Dictionary(uniqueKeysWithValues: try graph.messages(5).map { ($0.texts(8)[0], $0) })
  }

  /// Every tensor is computed before it is used, once, and the constants are all that there are.
  @Test(arguments: [true, false])
  func everyLayerIsThere(folds: Bool) throws {
    let graph = try Self.graph(try ModelFileTests.model(), folds: folds)
    let nodes = try Self.nodes(graph)
    let constants = try Self.constants(graph)
    var known = Set(constants.keys).union(["faces"])
    for node in nodes {
      #expect(node.inputs.allSatisfy(known.contains), "\(node)")
      #expect(known.insert(node.output).inserted, "\(node)")
    }
    #expect(nodes.last?.output == "embeddings")
    #expect(Set(constants.keys).isSubset(of: Set(nodes.flatMap(\.inputs))))
    let expected: [String: Int] = [
      "Conv": 5, "Relu": 3, "BatchNormalization": folds ? 0 : 1, "LpPool": 1, "Concat": 1, "LRN": 1, "MaxPool": 1,
      "AveragePool": 1, "GlobalAveragePool": 1, "Reshape": 2, "ReduceMax": 1, "LpNormalization": 1, "Flatten": 1,
    ]
    for (kind, count) in expected { #expect(nodes.count { $0.kind == kind } == count, "\(kind)") }
    #expect(nodes.count == expected.values.reduce(0, +))
  }

  @Test func inputAndOutputLeaveTheBatchFree() throws {
    let graph = try Self.graph(try ModelFile.random(try Architecture.named("NNS2@0.25/64")), folds: true)
    for (field, name, sizes) in [(11, "faces", [3, 140, 116]), (12, "embeddings", [64])] {
      let value = try graph.messages(field)[0]
      #expect(value.texts(1) == [name])
      let tensor = try value.messages(2)[0].messages(1)[0]
      #expect(tensor.integers(1) == [1])
      let dimensions = try tensor.messages(2)[0].messages(1)
      #expect(dimensions[0].texts(2) == ["batch"])
      #expect(dimensions.dropFirst().map { $0.integers(1) } == sizes.map { [$0] })
    }
  }

  /// z = γ (w·x − μ) / √(σ² + ε) + β as one convolution.
  @Test func foldingMultipliesTheWeights() throws {
    let source = try ModelFileTests.model()
    var tensors = source.tensors
    for index in tensors.indices where tensors[index].name.hasPrefix("conv.bn.") {
      tensors[index].values = [0.5, 2, 3, 0.25].map { $0 + Float(index) }
    }
    let model = try ModelFile(metadata: source.metadata, tensors: tensors)
    func values(_ name: String) throws -> [Float] { try #require(model.tensors.first { $0.name == name }).values }
    let constants = try Self.constants(try Self.graph(model, folds: true))
    let weight = try #require(constants["conv.weight"])
    #expect(weight.integers(1) == [4, 3, 3, 3])
    let (scale, variance) = (try values("conv.bn.weight"), try values("conv.bn.running_var"))
    let factors = zip(scale, variance).map { $0 / ($1 + 1e-5).squareRoot() }
    let folded = Self.floats(weight.bytes(9)[0])
    for (index, value) in try values("conv.weight").enumerated() {
      #expect(abs(folded[index] - value * factors[index / 27]) < 1e-5)
    }
    let bias = Self.floats(try #require(constants["conv.bias"]).bytes(9)[0])
    let (shift, mean) = (try values("conv.bn.bias"), try values("conv.bn.running_mean"))
    for filter in 0..<4 { #expect(abs(bias[filter] - (shift[filter] - factors[filter] * mean[filter])) < 1e-4) }
  }

  @Test func tensorsThatDoNotFitAreRefused() throws {
    let source = try ModelFileTests.model()
    let model = try ModelFile(metadata: source.metadata, tensors: Array(source.tensors.dropLast()))
    let error = #expect(throws: ModelFileError.self) { try model.onnx() }
    #expect(error?.code == .mismatch)
  }

  private static func floats(_ bytes: [UInt8]) -> [Float] {
    stride(from: 0, to: bytes.count, by: 4).map { start in
      Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) })
    }
  }
}
