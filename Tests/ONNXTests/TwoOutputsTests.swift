import FaceNet
import Foundation
import ONNX
import Testing

/// AdaFace's files end in the embedding and in its length before it was scaled.
@Suite struct TwoOutputsTests {
  private static func file(_ others: Int) -> [UInt8] {
    let nodes = [
      MadeFile.node(
        "AveragePool", ["x"], ["small"],
        [MadeFile.integers("kernel_shape", [28, 28]), MadeFile.integers("strides", [28, 28])]),
      MadeFile.node("Flatten", ["small"], ["flat"]), MadeFile.node("Gemm", ["flat", "w"], ["embedding"]),
      MadeFile.node("ReduceL2", ["embedding"], ["norm"], [MadeFile.integers("axes", [1])]),
    ]
    var graph = nodes.reduce(MadeFile()) { $0.message(1, $1) }
    var bytes: [UInt8] = []
    for index in 0..<48 * 64 {
      let weight = Float(index * 7919 % 101) / 100 - 0.5
      withUnsafeBytes(of: weight.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
    let tensor = [48, 64].reduce(MadeFile()) { $0.varint(1, UInt64($1)) }.varint(2, 1).text(8, "w").bytes(9, bytes)
    graph = graph.message(5, tensor).message(11, MadeFile.value("x", [1, 3, 112, 112]))
    for output in [["embedding", "norm"], ["embedding"], ["norm"]][others] {
      graph = graph.message(12, MadeFile().text(1, output))
    }
    return MadeFile().varint(1, 8).message(7, graph).message(8, MadeFile().varint(2, 17)).bytes
  }

  @Test func theLengthBesideAnEmbeddingIsLeftOut() throws {
    let imported = try ONNXImport(try ONNXModel(bytes: Self.file(0)), name: "exported", crop: .recognised)
    #expect(imported.family == .adaface)
    #expect(imported.model.metadata.embeddingSize == 64)
    let alone = try ONNXImport(try ONNXModel(bytes: Self.file(1)), name: "exported", crop: .recognised)
    #expect(alone.family == .arcface)
    #expect(alone.model.metadata.architecture.graph == imported.model.metadata.architecture.graph)
    #expect(throws: ModelFileError.self) {
      try ONNXImport(try ONNXModel(bytes: Self.file(2)), name: "exported", crop: .recognised)
    }
  }
}
