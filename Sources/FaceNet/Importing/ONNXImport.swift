internal import FaceTypes
internal import Images
internal import Networks
public import ONNX

/// Makes a model file of an embedding network in an ONNX file. The model is not calibrated.
public struct ONNXImport: Sendable {
  /// The model, without a calibration.
  public let model: ModelFile
  /// Nil where the crop was said in numbers.
  public let family: EmbeddingFamily?
  /// What the file was taken for and what it will be given, as sentences.
  public let findings: [String]

  /// Which crop and numbers the network is given.
  public enum Crop: Sendable {
    /// Those of a family that the file is known by.
    case recognised
    case family(EmbeddingFamily)
    /// Its sides are the network's whatever it says.
    case input(InputSpecification)
  }

  /// Numbers of an embedding.
  private static let sizes = 32...4096

  /// - Parameters:
  ///   - name: the file's name without its ending.
  ///   - side: the input's width and height in pixels, where the file leaves them open.
  /// - Throws: `.unsupported`, `.damaged` or `.mismatch`, and says what to do.
  public init(_ onnx: ONNXModel, name: String, crop: Crop, side: Int? = nil) throws(ModelFileError) {
    let side = try Self.side(of: onnx, crop: crop, said: side)
    let (graph, size, others) = try Self.graph(onnx, side: side)
    let (record, tensors) = graph.record()
    let traits = EmbeddingFamily.Traits(
      file: name, height: side, width: side, embeddingSize: size, otherOutputs: others, weights: onnx.tensorNames,
      normalisesItself: onnx.normalisesItself)
    var input: InputSpecification
    var findings: [String] = []
    switch crop {
    case .recognised:
      guard let (family, reason) = EmbeddingFamily.recognise(traits) else { throw Self.unknown(side, size) }
      (self.family, input) = (family, family.input(normalisesItself: onnx.normalisesItself))
      findings.append("taken for \(family.title): \(reason)")
    case .family(let family):
      guard family.side == side else {
        throw ModelFileError(
          .mismatch,
          "\(family.title) takes \(family.side) pixels and this network takes \(side): so it is another network")
      }
      (self.family, input) = (family, family.input(normalisesItself: onnx.normalisesItself))
      findings.append("taken for \(family.title), as asked for")
    case .input(let said):
      (family, input) = (nil, said)
      (input.height, input.width) = (side, side)
    }
    findings.append(Self.words(of: input))
    findings.append("embeddings of \(size) numbers, \(graph.multiplyAdds / 1_000_000) M multiply-adds for each view")
    self.findings = findings
    model = try ModelFile(
      metadata: ModelMetadata(
        architecture: Architecture(name: name.isEmpty ? "imported" : name, summary: "imported", graph: record),
        input: input, embeddingSize: size, training: "imported from an ONNX file"), tensors: tensors)
    // What the daemon will do with it, before anybody relies on it.
    let grey = Image(width: side, height: side, colour: Colour(127, 127, 127))
    guard try Embedder(model).embed(crops: [grey]).first?.values.allSatisfy(\.isFinite) == true else {
      throw ModelFileError(
        .mismatch, "the network gives no finite numbers for a grey picture: its input is not what it expects")
    }
  }

  private static func side(of onnx: ONNXModel, crop: Crop, said: Int?) throws(ModelFileError) -> Int {
    let shape = onnx.inputs.first?.shape ?? []
    var families: [EmbeddingFamily] = []
    if case .family(let family) = crop { families = [family] }
    guard shape.count == 4, shape[1] ?? 3 == 3,
      let side = said ?? shape[2] ?? shape[3] ?? families.first?.side, side == shape[2] ?? side,
      side == shape[3] ?? side, (8...1024).contains(side)
    else {
      let words = shape.map { $0.map(String.init) ?? "any" }.joined(separator: "×")
      throw ModelFileError(
        .unsupported,
        "the network's input is \(words), and not a square colour picture of a known size (1×3×height×width); say its side "
          + "with --size or its family with --preset where the file leaves it open")
    }
    return side
  }

  /// The graph that ends in the embedding alone.
  private static func graph(
    _ onnx: ONNXModel, side: Int
  ) throws(ModelFileError) -> (graph: Graph, size: Int, others: [Int]) {
    do throws(ONNXError) {
      let whole = try onnx.graph(input: [1, 3, side, side])
      let counts = whole.outputs.map { (name: $0.name, count: whole.shape($0.value).reduce(1, *)) }
      let embeddings = counts.filter { sizes.contains($0.count) }
      guard embeddings.count == 1 else {
        throw ONNXError(
          .unsupported,
          "the network's outputs have \(counts.map { String($0.count) }.joined(separator: ", ")) numbers; one of them must "
            + "be an embedding of \(sizes.lowerBound) to \(sizes.upperBound)")
      }
      let others = counts.filter { $0.name != embeddings[0].name }.map(\.count)
      let graph = others.isEmpty ? whole : try onnx.ending(in: embeddings[0].name).graph(input: [1, 3, side, side])
      return (graph, embeddings[0].count, others)
    } catch {
      throw ModelFileError(.unsupported, "the ONNX file is refused: \(error.message)")
    }
  }

  private static func words(of input: InputSpecification) -> String {
    let numbers =
      input.mean == 0 && input.scale == 1 ? "bytes as they are" : "(byte − \(input.mean)) / \(input.scale)"
    let turned = input.alignment == .upright ? "turned upright by five landmarks" : "not turned"
    let place = input.cropRaise < 0 ? "\(-input.cropRaise) below" : "\(input.cropRaise) above"
    return "it is given \(input.width)×\(input.height) pixels, \(input.channelOrder), \(numbers); a square of "
      + "\(input.cropSide) eye–mouth distances, \(place) the middle of the face, \(turned)"
  }

  private static func unknown(_ side: Int, _ size: Int) -> ModelFileError {
    let names = EmbeddingFamily.allCases.map { "\($0.rawValue) (\($0.side))" }.joined(separator: ", ")
    return ModelFileError(
      .unsupported,
      "a network of \(side)×\(side) pixels in and \(size) numbers out belongs to no family that is known: \(names); make a model "
        + "file of it with 'facetrain import --crop-side', which takes the crop in numbers")
  }
}
