internal import Crypto
public import FaceTypes
public import Networks

/// A trained network in a file: safetensors with the header that `ModelMetadata` describes.
///
/// A file that parses has a network whose shape is sound and tensors that are finite; whether the tensors fit the
/// network is checked when an `Embedder` is made.
public struct ModelFile: Sendable {
  /// The largest file that is read: 1 GiB, which holds NN1.
  public static let maximumBytes = 1 << 30

  /// The header: architecture, input, training and calibration.
  public let metadata: ModelMetadata
  /// The weights, by the names of the architecture's layers.
  public let tensors: [NamedTensor]
  /// The SHA-256 of the file's bytes.
  public let id: ModelID
  /// The file's bytes.
  public let bytes: [UInt8]
  /// How the file stores its tensors.
  public let storage: Safetensors.Storage

  /// A new file of a network's tensors. With `float16` storage the file's tensors are the rounded ones, and so are those of
  /// layers that work on bytes.
  public init(
    metadata: ModelMetadata, tensors: [NamedTensor], storage: Safetensors.Storage = .float32
  ) throws(ModelFileError) {
    try self.init(
      bytes: try Safetensors.serialise(
        tensors, metadata: try metadata.texts(), storage: storage, byteAxes: metadata.byteAxes))
  }

  /// Reads a file.
  public init(path: String) throws(ModelFileError) {
    do {
      try self.init(bytes: try FileBytes.read(path, limit: Self.maximumBytes))
    } catch {
      throw error.code == .unreadable ? error : ModelFileError(error.code, "'\(path)' is refused: \(error.message)")
    }
  }

  /// Parses a file's bytes.
  public init(bytes: [UInt8]) throws(ModelFileError) {
    guard bytes.count <= Self.maximumBytes else {
      throw ModelFileError(.tooLarge, "the model has \(bytes.count) bytes; at most \(Self.maximumBytes) are read")
    }
    let (tensors, texts, storage) = try Safetensors.parse(bytes)
    metadata = try ModelMetadata(texts: texts)
    for tensor in tensors where !tensor.values.allSatisfy(\.isFinite) {
      throw ModelFileError(.damaged, "tensor '\(tensor.name)' has values that are not finite")
    }
    self.tensors = tensors
    self.storage = storage
    self.bytes = bytes
    let digits = Array("0123456789abcdef")
    var hex = ""
    for byte in SHA256.hash(data: bytes) {
      hex.append(digits[Int(byte >> 4)])
      hex.append(digits[Int(byte & 15)])
    }
    do {
      id = try ModelID(hex: hex)
    } catch {
      throw ModelFileError(.damaged, error.message)
    }
  }

  /// A model whose weights are random, always the same: it knows no faces.
  public static func random(_ architecture: Architecture) throws(ModelFileError) -> ModelFile {
    let definition = architecture.definition
    do {
      return try ModelFile(
        metadata: ModelMetadata(
          architecture: architecture,
          input: InputSpecification(height: definition.inputHeight, width: definition.inputWidth, cropSide: 3),
          embeddingSize: try definition.outputDimension(), training: "none: random weights"),
        tensors: try TrainableNetwork(definition, seed: 1).state())
    } catch let error as ModelFileError {
      throw error
    } catch {
      throw ModelFileError(.mismatch, "the architecture makes no model: \(error)")
    }
  }

  /// Writes the file whole: after a crash there is the old file or this one.
  public func write(to path: String) throws(ModelFileError) {
    try FileBytes.writeAtomically(bytes, to: path)
  }
}
