public import FaceTypes
internal import FoundationEssentials
public import Networks

/// What a model's header says beside its tensors.
public struct ModelMetadata: Sendable, Hashable {
  /// The version of the header that this code writes and reads.
  public static let formatVersion = 1

  /// The network: its name, and its layers as the file lists them.
  public var architecture: Architecture
  /// The crop, size and numbers that the network expects.
  public var input: InputSpecification
  /// Components of an embedding.
  public var embeddingSize: Int
  /// How it was trained, for people.
  public var training: String
  /// The model with whose embeddings this one's may be compared: it was trained to be so.
  public var compatibleWith: ModelID?
  /// Distance to FAR; nil until `facetrain calibrate` has measured it.
  public var calibration: Calibration?
  /// Which layers work on bytes; nil where none does.
  public var quantisation: Quantisation?

  /// A header for a model that is to be written; a float model without calibration unless they are given.
  public init(
    architecture: Architecture, input: InputSpecification, embeddingSize: Int, training: String,
    compatibleWith: ModelID? = nil, calibration: Calibration? = nil, quantisation: Quantisation? = nil
  ) {
    self.architecture = architecture
    self.input = input
    self.embeddingSize = embeddingSize
    self.training = training
    self.compatibleWith = compatibleWith
    self.calibration = calibration
    self.quantisation = quantisation
  }

  /// The tensors that a file keeps as bytes, each with its axis of filters: a product's is the last, a convolution's the first.
  var byteAxes: [String: Int] {
    guard let quantisation else { return [:] }
    var products: Set<String> = []
    for node in architecture.graph?.nodes ?? [] where node.operation == .matrixProduct {
      if node.operands.count > 1, let name = node.operands[1].tensor { products.insert(name) }
    }
    return Dictionary(uniqueKeysWithValues: quantisation.inputs.keys.map { ($0, products.contains($0) ? 1 : 0) })
  }

  /// The header's texts.
  func texts() throws(ModelFileError) -> [String: String] {
    var texts = [
      "format": "faced-model",
      "format_version": String(Self.formatVersion),
      "architecture": architecture.name,
      "input": try Self.json(input),
      "detector": input.alignment == .upright
        ? "any with five landmarks: turned upright, raised and sized by them"
        : "any: centred between eyes and mouth, sized by their distance, not turned",
      "embedding_size": String(embeddingSize),
      "training": training,
    ]
    if let graph = architecture.graph {
      texts["graph"] = try Self.json(graph)
    } else {
      texts["network"] = try Self.json(architecture.definition.layers.map(LayerRecord.init))
    }
    if let compatibleWith { texts["compatible_with"] = compatibleWith.hex }
    if let quantisation { texts["quantisation"] = try Self.json(quantisation) }
    if let calibration { texts["calibration"] = try Self.json(calibration) }
    return texts
  }

  /// - Throws: `.unsupported` for a foreign or later file, `.damaged` for texts that do not parse.
  init(texts: [String: String]) throws(ModelFileError) {
    guard texts["format"] == "faced-model" else {
      throw ModelFileError(.unsupported, "this safetensors file is no model of faced: its header has no such 'format'")
    }
    guard texts["format_version"] == String(Self.formatVersion) else {
      throw ModelFileError(
        .unsupported,
        "the model file is of format version \(texts["format_version"] ?? "none"); this program reads version "
          + "\(Self.formatVersion)")
    }
    if let kind = texts["kind"] {
      throw ModelFileError(.unsupported, "the file holds a network of kind '\(kind)', which makes no embeddings")
    }
    let input = try Self.parse(InputSpecification.self, texts, "input")
    guard (8...1024).contains(input.height), (8...1024).contains(input.width),
      (input.height - input.width).isMultiple(of: 2), ["RGB", "BGR"].contains(input.channelOrder),
      input.scale.isFinite, input.scale > 0, input.mean.isFinite, input.cropSide.isFinite, input.cropSide >= 1,
      input.cropRaise.isFinite, (1...CropView.maximumCount).contains(input.views.count),
      input.views.allSatisfy({ (0.5...2).contains($0.scale) && (-1...1).contains($0.raise) }),
      input.reach <= CanonicalCrop.side
    else { throw ModelFileError(.damaged, "the header's input leaves its limits: \(texts["input"] ?? "")") }
    let name = texts["architecture"] ?? ""
    guard (1...100).contains(name.utf8.count) else {
      throw ModelFileError(.damaged, "the header names no architecture")
    }
    guard let size = texts["embedding_size"].flatMap({ Int($0) }), (1...4096).contains(size) else {
      throw ModelFileError(.damaged, "the header's 'embedding_size' is missing or not within 1 to 4096")
    }
    self.init(
      architecture: try Self.architecture(name, texts, input, size), input: input, embeddingSize: size,
      training: texts["training"] ?? "")
    if let text = texts["compatible_with"] {
      guard let model = try? ModelID(hex: text) else {
        throw ModelFileError(.damaged, "the header's 'compatible_with' is not the id of a model")
      }
      compatibleWith = model
    }
    if texts["quantisation"] != nil { quantisation = try Self.parse(Quantisation.self, texts, "quantisation") }
    if texts["calibration"] != nil {
      let calibration = try Self.parse(Calibration.self, texts, "calibration")
      try calibration.check()
      self.calibration = calibration
    }
  }

  /// The network that the header describes: layers of ours, or a graph from elsewhere.
  private static func architecture(
    _ name: String, _ texts: [String: String], _ input: InputSpecification, _ size: Int
  ) throws(ModelFileError) -> Architecture {
    if texts["graph"] != nil {
      let graph = try parse(GraphRecord.self, texts, "graph")
      // Whether it fits its tensors, and how long its output is, shows when an `Embedder` is made.
      guard graph.input == [1, 3, input.height, input.width], graph.outputs.count == 1 else {
        throw ModelFileError(.mismatch, "the header's graph is not of one picture of the input's size and one output")
      }
      return Architecture(name: name, summary: "from a model file", graph: graph)
    }
    let layers = try LayerRecord.definitions(try parse([LayerRecord].self, texts, "network"))
    let definition = NetworkDefinition(
      inputChannels: 3, inputHeight: input.height, inputWidth: input.width, layers: layers)
    guard (try? definition.outputDimension()) == size else {
      throw ModelFileError(.mismatch, "the header's network does not end in \(size) outputs")
    }
    return Architecture(name: name, summary: "from a model file", definition: definition)
  }

  static func json(_ value: some Encodable) throws(ModelFileError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else {
      throw ModelFileError(.damaged, "a part of the header cannot be written as JSON")
    }
    return String(decoding: data, as: UTF8.self)
  }

  static func parse<T: Decodable>(
    _ type: T.Type, _ texts: [String: String], _ key: String
  ) throws(ModelFileError) -> T {
    guard let text = texts[key] else { throw ModelFileError(.damaged, "the header has no '\(key)'") }
    do {
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch {
      throw ModelFileError(.damaged, "the header's '\(key)' is not what this program writes")
    }
  }
}
