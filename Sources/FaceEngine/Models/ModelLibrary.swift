internal import FaceNet
internal import FaceStore
internal import FaceTypes
internal import Foundation

/// The model files that a store has embeddings of, kept beside it as `models/{sha256}.safetensors`.
struct ModelLibrary: Sendable {
  let directory: String
  let store: FaceStore
  let maximumBytes: Int

  init(directory: String, store: FaceStore, maximumBytes: Int) throws(EngineError) {
    self.directory = directory
    self.store = store
    self.maximumBytes = maximumBytes
    try Directories.create(directory)
  }

  /// Checks a file whole, keeps it, and records it. Adding what is there already changes nothing.
  func add(_ bytes: [UInt8], label: String) async throws(EngineError) -> ModelRecord {
    guard bytes.count <= maximumBytes else {
      throw EngineError(
        .invalidArgument, "MODEL_REFUSED", "a model file has at most \(maximumBytes >> 20) MiB")
    }
    let file = try parse { () throws(ModelFileError) in try ModelFile(bytes: bytes) }
    _ = try serving(file)
    let path = path(of: file.id)
    if !FileManager.default.fileExists(atPath: path) {
      try parse { () throws(ModelFileError) in try file.write(to: path) }
    }
    if let known = try translating({ () throws(StoreError) in try store.model(file.id) }) { return known }
    return try await translating { () async throws(StoreError) in
      try await store.putModel(file.id, label: label, embeddingSize: file.metadata.embeddingSize)
    }
  }

  /// Loads a model that was added; its indexes are empty.
  func load(_ id: ModelID) throws(EngineError) -> ServingModel {
    let file = try file(of: id)
    guard file.id == id else {
      throw EngineError(
        .dataLoss, "MODEL_DAMAGED",
        "the file of model \(id.short) has changed on the disk; add the original again with `facectl model add`")
    }
    return try serving(file)
  }

  func metadata(of id: ModelID) throws(EngineError) -> ModelMetadata { try file(of: id).metadata }

  private func file(of id: ModelID) throws(EngineError) -> ModelFile {
    try parse { () throws(ModelFileError) in try ModelFile(path: path(of: id)) }
  }

  private func path(of id: ModelID) -> String { "\(directory)/\(id.hex).safetensors" }

  private func serving(_ file: ModelFile) throws(EngineError) -> ServingModel {
    guard let calibration = file.metadata.calibration else {
      throw EngineError(
        .invalidArgument, "MODEL_REFUSED",
        "the model has no calibration, so no distance of it can be judged; run `facetrain calibrate` on it first")
    }
    guard file.metadata.input.reach <= CanonicalCrop.side else {
      throw EngineError(
        .invalidArgument, "MODEL_REFUSED",
        "the model wants a crop that reaches over \(file.metadata.input.reach) eye–mouth distances; kept crops have "
          + "\(CanonicalCrop.side)")
    }
    let embedder = try parse { () throws(ModelFileError) in try Embedder(file) }
    return ServingModel(embedder: embedder, calibration: calibration)
  }

  private func parse<Value>(_ body: () throws(ModelFileError) -> Value) throws(EngineError) -> Value {
    do throws(ModelFileError) { return try body() } catch { throw EngineError(error) }
  }
}
