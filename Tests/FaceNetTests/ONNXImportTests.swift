import FaceNet
import Networks
import ONNX
import Testing

/// ONNX files of each family's shape, with random weights.
@Suite struct ONNXImportTests {
  /// A small network of so many pixels and numbers, written by the writer of our own.
  private static func file(side: Int, size: Int) throws -> ONNXModel {
    let definition = NetworkDefinition(
      inputChannels: 3, inputHeight: side, inputWidth: side,
      layers: [
        .convolution(name: "layer1.0.conv1", filters: 8, kernel: 3, stride: 4, padding: 1, normalisation: .batch),
        .convolution(name: "layer2.0.conv1", filters: 8, kernel: 3, stride: 4, padding: 1, normalisation: .batch),
        .dense(name: "fc", outputs: size), .l2Normalise,
      ])
    let model = try ModelFile(
      metadata: ModelMetadata(
        architecture: Architecture(name: "made", summary: "for the test", definition: definition),
        input: InputSpecification(height: side, width: side, cropSide: 3), embeddingSize: size, training: "none"),
      tensors: try TrainableNetwork(definition, seed: 2).state())
    return try ONNXModel(bytes: try model.onnx())
  }

  @Test(arguments: [
    ("w600k_r50", 112, 512, EmbeddingFamily.arcface), ("w600k_mbf", 112, 512, .arcface),
    ("face_recognition_sface", 112, 128, .sface), ("adaface_ir50", 112, 512, .adaface),
    ("magface_iresnet100", 112, 512, .magface), ("facenet-pytorch", 160, 512, .facenet),
    ("nn4.small2", 96, 128, .openface),
    ("unnamed", 112, 512, .arcface), ("unnamed", 160, 512, .facenet), ("unnamed", 96, 128, .openface),
  ])
  func everyFamilyIsRecognised(_ name: String, _ side: Int, _ size: Int, _ family: EmbeddingFamily) throws {
    let imported = try ONNXImport(try Self.file(side: side, size: size), name: name, crop: .recognised)
    #expect(imported.family == family)
    let input = imported.model.metadata.input
    #expect(input == family.input(normalisesItself: false))
    #expect(imported.model.metadata.embeddingSize == size && imported.model.metadata.calibration == nil)
    let said = imported.findings.joined(separator: "\n")
    #expect(said.contains(family.title) && said.contains(input.channelOrder) && said.contains("\(side)×\(side)"))
  }

  @Test func whatIsAskedForCountsMore() throws {
    let imported = try ONNXImport(
      try Self.file(side: 112, size: 512), name: "w600k_r50", crop: .family(.magface))
    #expect(imported.family == .magface && imported.model.metadata.input.channelOrder == "BGR")
    var input = InputSpecification(height: 0, width: 0, cropSide: 3.25)
    input.mean = 100
    let said = try ONNXImport(try Self.file(side: 64, size: 256), name: "mine", crop: .input(input))
    #expect(said.family == nil && said.model.metadata.input.cropSide == 3.25)
    #expect(said.model.metadata.input.height == 64 && said.model.metadata.input.mean == 100)
  }

  @Test func whatFitsNoFamilyIsRefused() throws {
    #expect(throws: ModelFileError.self) {
      try ONNXImport(try Self.file(side: 224, size: 512), name: "arcface", crop: .recognised)
    }
    #expect(throws: ModelFileError.self) {
      try ONNXImport(try Self.file(side: 112, size: 512), name: "arcface", crop: .family(.openface))
    }
    // No embedding among its outputs.
    #expect(throws: ModelFileError.self) {
      try ONNXImport(try Self.file(side: 112, size: 8), name: "arcface", crop: .recognised)
    }
  }
}
