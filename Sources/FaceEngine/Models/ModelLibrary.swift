internal import Dispatch
internal import FaceNet
internal import FaceStore
internal import FaceTypes
internal import Foundation
internal import Synchronization

/// The model files that a store has embeddings of, kept beside it as `models/{sha256}.safetensors`.
final class ModelLibrary: Sendable {
  let directory: String
  let store: FaceStore
  let maximumBytes: Int
  private let search: SearchKeeper?
  /// What files say that were read once: a file's id is the hash of its bytes, so it never says anything else.
  private let known = Mutex<[ModelID: ModelMetadata]>([:])
  /// Two who add the same file write it one after the other.
  private let adding = ChangeGate()
  /// Reads one file at a time, beside the workers that photographs wait for.
  private let reader = DispatchQueue(label: "faced.models")

  init(
    directory: String, store: FaceStore, search: SearchKeeper?, maximumBytes: Int
  ) throws(EngineError) {
    self.directory = directory
    self.search = search
    self.store = store
    self.maximumBytes = maximumBytes
    try Directories.create(directory)
  }

  /// A model file that can serve.
  struct Checked: Sendable {
    let file: ModelFile
    let serving: ServingModel
  }

  /// Checks a file whole, and the embeddings that it makes of test pictures. Computes for a while.
  /// - Throws: `MODEL_REFUSED`.
  func check(_ bytes: [UInt8]) throws(EngineError) -> Checked {
    // A model file's header begins after eight bytes; an ONNX file begins with its version.
    if bytes.count > 8, bytes[0] == 8, bytes[8] != UInt8(ascii: "{") {
      throw EngineError(
        .invalidArgument, .modelRefused,
        "this is an ONNX file, not a model file. Start faced with its own model, enroll your people, and `facectl model add` "
          + "makes a model of it and calibrates that on them")
    }
    guard bytes.count <= maximumBytes else {
      throw EngineError(
        .invalidArgument, .modelRefused, "a model file has at most \(maximumBytes >> 20) MiB")
    }
    let file = try parse { () throws(ModelFileError) in try ModelFile(bytes: bytes) }
    let serving = try serving(file)
    try ModelProbe.check(serving.embedder)
    return Checked(file: file, serving: serving)
  }

  /// Keeps a checked file, in place of one that is damaged, and records it. Adding what is there changes nothing.
  func keep(_ model: Checked, label: String) async throws(EngineError) -> ModelRecord {
    let file = model.file
    return try await adding.alone { [self] () async throws(EngineError) in
      if (try? self.file(of: file.id))?.id != file.id {
        do throws(ModelFileError) {
          try file.write(to: path(of: file.id))
        } catch {
          throw EngineError(
            .internal, .modelNotKept, "the model cannot be written to the data folder; check that its disk has space")
        }
      }
      known.withLock { $0[file.id] = file.metadata }
      var record = try translating { () throws(StoreError) in try store.model(file.id) }
      return try await translating { () async throws(StoreError) in
        if record == nil {
          record = try await store.putModel(file.id, label: label, embeddingSize: file.metadata.embeddingSize)
        }
        if store.isShared { try await store.putModelFile(file.id, file.bytes) }
        guard let record else { throw StoreError(.notFound, "the store has no model \(file.id.short)") }
        return record
      }
    }
  }

  /// Runs what reads many files where no call has to wait for it that needs none.
  func reading<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in reader.async { continuation.resume(returning: body()) } }
  }

  /// Loads a model that was added; its indexes are empty.
  /// - Throws: `MODEL_DAMAGED`.
  func load(_ id: ModelID) throws(EngineError) -> ServingModel { try serving(try sound(id)) }

  /// - Throws: `MODEL_DAMAGED`.
  func metadata(of id: ModelID) throws(EngineError) -> ModelMetadata {
    if let metadata = known.withLock({ $0[id] }) {
      if !FileManager.default.fileExists(atPath: path(of: id)) { _ = try fetched(id) }
      return metadata
    }
    let metadata = try sound(id).metadata
    known.withLock { $0[id] = metadata }
    return metadata
  }

  private func sound(_ id: ModelID) throws(EngineError) -> ModelFile {
    if let file = try? file(of: id), file.id == id { return file }
    return try fetched(id)
  }

  /// From a shared store, where another daemon added it; it is kept here too.
  private func fetched(_ id: ModelID) throws(EngineError) -> ModelFile {
    guard store.isShared,
      let bytes = try translating({ () throws(StoreError) in try store.modelFile(id) }),
      let file = try? ModelFile(bytes: bytes), file.id == id
    else { throw missing(id) }
    // Where it cannot be written it is fetched again.
    try? file.write(to: path(of: id))
    return file
  }

  private func missing(_ id: ModelID) -> EngineError {
    let problem = FileManager.default.fileExists(atPath: path(of: id)) ? "has changed on the disk" : "is missing"
    return EngineError(
      .dataLoss, .modelDamaged,
      "the file of model \(id.short) \(problem); add the original again with `facectl model add`, or start faced with "
        + "--model and the original")
  }

  private func file(of id: ModelID) throws(ModelFileError) -> ModelFile { try ModelFile(path: path(of: id)) }

  func path(of id: ModelID) -> String { "\(directory)/\(id.hex).safetensors" }

  /// Pixels of an input's side at most; the kept crops have 224.
  private static let maximumSide = 512

  private func serving(_ file: ModelFile) throws(EngineError) -> ServingModel {
    guard let calibration = file.metadata.calibration else {
      throw EngineError(
        .invalidArgument, .modelRefused,
        "the model has no calibration, so no distance of it can be judged. Start faced with its own model, enroll your people, and "
          + "`facectl model add` calibrates this one on them; or run `facetrain calibrate` on it first")
    }
    guard file.metadata.input.reach <= CanonicalCrop.side else {
      throw EngineError(
        .invalidArgument, .modelRefused,
        "the model wants a crop that reaches over \(file.metadata.input.reach) eye–mouth distances; kept crops have "
          + "\(CanonicalCrop.side)")
    }
    guard max(file.metadata.input.height, file.metadata.input.width) <= Self.maximumSide else {
      throw EngineError(
        .invalidArgument, .modelRefused,
        "the model takes \(file.metadata.input.width)×\(file.metadata.input.height) pixels; at most "
          + "\(Self.maximumSide)×\(Self.maximumSide) are used")
    }
    let embedder = try parse { () throws(ModelFileError) in try Embedder(file) }
    return ServingModel(embedder: embedder, calibration: calibration, search: search)
  }

  private func parse<Value>(_ body: () throws(ModelFileError) -> Value) throws(EngineError) -> Value {
    do throws(ModelFileError) { return try body() } catch { throw EngineError(error) }
  }
}
