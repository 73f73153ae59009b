internal import FoundationEssentials
public import Networks

/// A network that finds faces or landmarks, in a file of the same format as an embedding model: safetensors whose header
/// says the kind of network, its layers, its input and what its outputs mean.
public struct NetworkFile: Sendable {
  /// What the network is for; it decides which type `settings` are read as.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// A photograph to a map of faces; `settings` are `DetectorSettings`.
    case detector
    /// A rough crop to five landmarks; `settings` are `AlignerSettings`.
    case aligner
  }

  /// How bytes enter the network: (x − mean) / scale, planes in the order of `channelOrder`.
  public struct Numbers: Sendable, Hashable, Codable {
    /// The order of the planes: `RGB` or `BGR`.
    public var channelOrder: String
    /// In bytes, the same for all channels.
    public var mean: Float
    /// In bytes, above 0; the same for all channels.
    public var scale: Float

    /// The defaults bring bytes to about −1 … 1.
    public init(channelOrder: String = "RGB", mean: Float = 127.5, scale: Float = 128) {
      (self.channelOrder, self.mean, self.scale) = (channelOrder, mean, scale)
    }
  }

  /// What the header says of the input; a detector's size is that of its training, and it takes any other.
  private struct Input: Codable {
    var height: Int
    var width: Int
    var numbers: Numbers
  }

  /// What the network is for.
  public var kind: Kind
  /// The network's name, for people.
  public var name: String
  /// The layers and the size of the input.
  public var definition: NetworkDefinition
  /// How bytes enter the network.
  public var numbers: Numbers
  /// What the outputs mean, as JSON; each kind has a type for it.
  public var settings: String
  /// How it was trained, for people.
  public var training: String
  /// The weights, by the names of the layers.
  public var tensors: [NamedTensor]

  /// A file that is to be written.
  ///
  /// - Throws: `ModelFileError` where the settings cannot be written as JSON.
  public init(
    kind: Kind, name: String, definition: NetworkDefinition, numbers: Numbers = Numbers(), settings: some Encodable,
    training: String, tensors: [NamedTensor]
  ) throws(ModelFileError) {
    self.kind = kind
    self.name = name
    self.definition = definition
    self.numbers = numbers
    self.settings = try ModelMetadata.json(settings)
    self.training = training
    self.tensors = tensors
  }

  /// The settings as what their kind says they are.
  public func settings<Settings: Decodable>(_ type: Settings.Type) throws(ModelFileError) -> Settings {
    try ModelMetadata.parse(type, ["settings": settings], "settings")
  }

  /// Reads a file whole.
  ///
  /// - Throws: `.unreadable`, `.tooLarge`, and what `init(bytes:)` throws.
  public init(path: String) throws(ModelFileError) {
    try self.init(bytes: try FileBytes.read(path, limit: ModelFile.maximumBytes))
  }

  /// - Throws: `.unsupported` for another kind of file; `.damaged` and others as `ModelFile`.
  public init(bytes: [UInt8]) throws(ModelFileError) {
    let (tensors, texts, _) = try Safetensors.parse(bytes)
    guard texts["format"] == "faced-model", let kind = texts["kind"].flatMap(Kind.init) else {
      throw ModelFileError(.unsupported, "this safetensors file is no detector and no aligner of faced")
    }
    guard texts["format_version"] == String(ModelMetadata.formatVersion) else {
      throw ModelFileError(
        .unsupported, "the \(kind.rawValue)'s file is of format version \(texts["format_version"] ?? "none")")
    }
    let input = try ModelMetadata.parse(Input.self, texts, "input")
    guard (8...1024).contains(input.height), (8...1024).contains(input.width), input.numbers.channelOrder == "RGB",
      input.numbers.mean.isFinite, input.numbers.scale.isFinite, input.numbers.scale > 0
    else { throw ModelFileError(.damaged, "the header's input leaves its limits: \(texts["input"] ?? "")") }
    if let tensor = tensors.first(where: { !$0.values.allSatisfy(\.isFinite) }) {
      throw ModelFileError(.damaged, "tensor '\(tensor.name)' has values that are not finite")
    }
    self.kind = kind
    name = texts["architecture"] ?? ""
    definition = NetworkDefinition(
      inputChannels: 3, inputHeight: input.height, inputWidth: input.width,
      layers: try LayerRecord.definitions(try ModelMetadata.parse([LayerRecord].self, texts, "network")))
    numbers = input.numbers
    settings = texts["settings"] ?? ""
    training = texts["training"] ?? ""
    self.tensors = tensors
  }

  /// The file's bytes; equal networks give equal bytes.
  public func bytes() throws(ModelFileError) -> [UInt8] {
    try Safetensors.serialise(
      tensors,
      metadata: [
        "format": "faced-model", "format_version": String(ModelMetadata.formatVersion), "kind": kind.rawValue,
        "architecture": name, "network": try ModelMetadata.json(definition.layers.map(LayerRecord.init)),
        "input": try ModelMetadata.json(
          Input(height: definition.inputHeight, width: definition.inputWidth, numbers: numbers)),
        "settings": settings, "training": training,
      ])
  }

  /// Writes the file whole or not at all.
  public func write(to path: String) throws(ModelFileError) { try FileBytes.writeAtomically(try bytes(), to: path) }
}
