import FaceNet
import Networks
import Testing

@Suite struct NetworkFileTests {
  private struct Settings: Codable, Equatable {
    var threshold: Float
  }

  private static let definition = NetworkDefinition(
    inputChannels: 3, inputHeight: 16, inputWidth: 24,
    layers: [.convolution(name: "conv", filters: 15, kernel: 3, stride: 2, padding: 1, normalisation: .batch)])

  private static func file(_ kind: NetworkFile.Kind = .detector) throws -> NetworkFile {
    try NetworkFile(
      kind: kind, name: "test", definition: definition, settings: Settings(threshold: 0.25), training: "none",
      tensors: try TrainableNetwork(definition, seed: 1).state())
  }

  private static func refusal(_ body: () throws -> Void) -> ModelFileError.Code? {
    do {
      try body()
      return nil
    } catch {
      return (error as? ModelFileError)?.code
    }
  }

  @Test(arguments: NetworkFile.Kind.allCases)
  func aFileSaysAllOfItself(_ kind: NetworkFile.Kind) throws {
    let file = try Self.file(kind)
    let read = try NetworkFile(bytes: file.bytes())
    #expect(read.kind == kind && read.name == "test" && read.training == "none")
    #expect(read.definition == Self.definition)
    #expect(read.numbers == NetworkFile.Numbers())
    #expect(try read.settings(Settings.self) == Settings(threshold: 0.25))
    #expect(read.tensors == file.tensors)
    #expect(try read.bytes() == file.bytes())
  }

  @Test func theKindsOfFileAreNotMistaken() throws {
    let detector = try Self.file().bytes()
    #expect(Self.refusal { _ = try ModelFile(bytes: detector) } == .unsupported)
    let embedding = try ModelFileTests.model().bytes
    #expect(Self.refusal { _ = try NetworkFile(bytes: embedding) } == .unsupported)
  }

  @Test func whatIsWrongIsRefused() throws {
    let bytes = try Self.file().bytes()
    #expect(Self.refusal { _ = try NetworkFile(bytes: Array(bytes.dropLast())) } == .truncated)
    var file = try Self.file()
    file.tensors[0].values[3] = .nan
    let broken = try file.bytes()
    #expect(Self.refusal { _ = try NetworkFile(bytes: broken) } == .damaged)
    let texts = try Safetensors.parse(bytes).metadata
    for (key, value, code) in [
      ("format_version", "2", ModelFileError.Code.unsupported), ("kind", "oracle", .unsupported),
      ("input", "{}", .damaged), ("network", "[]", .damaged),
      (
        "input", #"{"height":16,"numbers":{"channelOrder":"RGB","mean":0,"scale":0},"width":24}"#,
        ModelFileError.Code.damaged
      ),
    ] {
      var changed = texts
      changed[key] = value
      let bytes = try Safetensors.serialise(file.tensors.dropFirst().map { $0 }, metadata: changed)
      #expect(Self.refusal { _ = try NetworkFile(bytes: bytes) } == code, "\(key)")
    }
    #expect(Self.refusal { _ = try Self.file().settings([Int].self) } == .damaged)
  }
}
