import FaceNet
import FaceTypes
import Images
import Networks
import ONNX
import Testing

/// An imported embedding network as a model file.
@Suite struct ImportTests {
  private func file(order: String = "RGB") throws -> (ModelFile, GraphNetwork) {
    let graph = try ONNXModel(path: try GoldenFile.path("mobilefacenet.onnx")).graph(input: [1, 3, 112, 112])
    let (record, tensors) = graph.record()
    let metadata = ModelMetadata(
      architecture: Architecture(name: "mobilefacenet", summary: "imported", graph: record),
      input: InputSpecification(
        height: 112, width: 112, channelOrder: order, mean: 127.5, scale: 127.5, cropSide: 2.75, cropRaise: 0.39,
        alignment: .upright),
      embeddingSize: 32, training: "imported")
    return (try ModelFile(metadata: metadata, tensors: tensors), try GraphNetwork(graph))
  }

  private var picture: Image {
    Image(width: 112, height: 112, pixels: (0..<3 * 112 * 112).map { UInt8($0 * 7919 % 251) })
  }

  @Test func theFileEmbedsAsTheGraphDoes() throws {
    let (written, network) = try file()
    let read = try ModelFile(bytes: written.bytes)
    #expect(read.metadata == written.metadata && read.metadata.architecture.graph != nil)
    let pixels = picture.pixels
    let planes = (0..<3).flatMap { channel in
      stride(from: channel, to: pixels.count, by: 3).map { (Float(pixels[$0]) - 127.5) / 127.5 }
    }
    let expected = try network.run(planes)[0]
    let embeddings = try Embedder(read).embed(crops: [picture, picture])
    #expect(embeddings.count == 2 && embeddings[0] == embeddings[1])
    #expect(largestDifference(embeddings[0].values, expected) < 1e-6)

    let turned: [UInt8] = (0..<112 * 112).flatMap { (pixel: Int) -> [UInt8] in
      [pixels[3 * pixel + 2], pixels[3 * pixel + 1], pixels[3 * pixel]]
    }
    let swapped = Image(width: 112, height: 112, pixels: turned)
    let other = try Embedder(try file(order: "BGR").0).embed(crops: [swapped])[0]
    #expect(largestDifference(other.values, expected) < 1e-6)
  }

  /// What faced exports, it imports: the same embeddings by way of ONNX's operators.
  @Test(arguments: ["NN4@0.1+bn", "NN4@0.1+bn+flat", "NNS2@0.25+bn/64"])
  func ourOwnNetworksComeBack(_ name: String) throws {
    let model = try ModelFile.random(try Architecture.named(name))
    let input = model.metadata.input
    let graph = try ONNXModel(bytes: try model.onnx()).graph(input: [1, 3, input.height, input.width])
    let (record, tensors) = graph.record()
    var metadata = model.metadata
    metadata.architecture = Architecture(name: "again", summary: "imported", graph: record)
    let again = try ModelFile(bytes: try ModelFile(metadata: metadata, tensors: tensors).bytes)
    let picture = Image(
      width: input.width, height: input.height,
      pixels: (0..<3 * input.width * input.height).map { UInt8($0 * 7919 % 251) })
    let (own, imported) = (
      try Embedder(model).embed(crops: [picture])[0], try Embedder(again).embed(crops: [picture])[0]
    )
    #expect(own.values.count == metadata.embeddingSize)
    #expect(largestDifference(own.values, imported.values) < 1e-5)
  }

  @Test func tensorsThatAreMissing() throws {
    let (whole, _) = try file()
    let part = try ModelFile(metadata: whole.metadata, tensors: Array(whole.tensors.dropFirst()))
    #expect(throws: ModelFileError.self) { try Embedder(part) }
    var metadata = whole.metadata
    metadata.embeddingSize = 31
    let short = try ModelFile(metadata: metadata, tensors: whole.tensors)
    #expect(throws: ModelFileError.self) { try Embedder(short) }
  }

  /// A record whose nodes read what comes later is refused, not run.
  @Test func recordsAreCheckedAgain() throws {
    let (written, _) = try file()
    var record = try #require(written.metadata.architecture.graph)
    record.nodes.reverse()
    #expect(throws: NetworkError.self) { try Graph(record, tensors: written.tensors) }
    record.nodes.reverse()
    record.nodes[3].operands = []
    #expect(throws: NetworkError.self) { try Graph(record, tensors: written.tensors) }
  }
}
