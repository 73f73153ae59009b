public import FaceNet
public import FaceStore
internal import FaceTypes

/// A model that the store knows, with what its file says.
public struct ModelDescription: Sendable {
  /// As the store keeps it.
  public let record: ModelRecord
  /// Nil when the file is missing or damaged; `problem` then says so.
  public let metadata: ModelMetadata?
  /// Why the file cannot be used, for people; nil where it can.
  public let problem: String?
  /// Whether it answers searches now.
  public let isActive: Bool
  /// Until when the vectors of a model that answered before are kept, in milliseconds since 1970 UTC; nil where it has none.
  public let vectorsKeptUntil: Int64?
  /// What a file was taken for as it was added, in sentences; empty where it said all itself.
  public internal(set) var findings: [String] = []
}

extension FaceEngine {
  /// Checks a model file whole and keeps it. A reindex makes it active.
  ///
  /// - Parameters:
  ///   - bytes: a model file, or an ONNX file of a family that is known. What has no calibration is calibrated on a gallery's people.
  ///   - label: for people, at most `RequestLimits.labelBytes`.
  ///   - preset: the family of an ONNX file, by name; empty where the file is to show it.
  /// - Throws: `MODEL_REFUSED` with the reason; `PRESET_UNKNOWN`; `TOO_FEW_PEOPLE` where nobody is there to calibrate on.
  public func addModel(_ bytes: [UInt8], label: String, preset: String = "") async throws -> ModelDescription {
    guard label.utf8.count <= RequestLimits.labelBytes else {
      throw EngineError(
        .invalidArgument, .invalidArgument, "a label has at most \(RequestLimits.labelBytes) bytes", field: "label")
    }
    guard bytes.count <= library.maximumBytes else {
      throw EngineError(
        .invalidArgument, .modelRefused, "a model file has at most \(library.maximumBytes >> 20) MiB")
    }
    let prepared = try await prepare(bytes, label: label, preset: preset)
    let checked = try await pool.run { [library] () throws(EngineError) in try library.check(prepared.file.bytes) }
    var description = describe(try await library.keep(checked, label: label))
    description.findings = prepared.findings
    return description
  }

  /// In the order of adding. Files that were not read since the start are read first.
  public func models() async throws(EngineError) -> [ModelDescription] {
    let records = try translating { () throws(StoreError) in try store.models() }
    return await library.reading { [self] in records.sorted { $0.addedAt < $1.addedAt }.map(describe) }
  }

  /// The model whose id begins with `digits`.
  /// - Throws: `MODEL_NOT_FOUND`, `MODEL_AMBIGUOUS`.
  func requireModel(_ digits: String) throws(EngineError) -> ModelRecord {
    let found = try translating { () throws(StoreError) in try store.models() }
      .filter { $0.id.hex.hasPrefix(digits) }
    guard digits.utf8.count >= 6, let model = found.first else {
      throw EngineError(
        .notFound, .modelNotFound,
        "there is no model '\(digits)' (give at least 6 digits); `facectl model list` shows the models, "
          + "`facectl model add` adds one")
    }
    guard found.count == 1 else {
      throw EngineError(
        .invalidArgument, .modelAmbiguous, "\(found.count) models begin with '\(digits)'; give more digits")
    }
    return model
  }

  func describe(_ record: ModelRecord) -> ModelDescription {
    let isActive = record.id == activeModel
    let end = vectorsKeptUntil(record)
    do throws(EngineError) {
      return ModelDescription(
        record: record, metadata: try library.metadata(of: record.id), problem: nil, isActive: isActive,
        vectorsKeptUntil: end)
    } catch {
      return ModelDescription(
        record: record, metadata: nil, problem: error.message, isActive: isActive,
        vectorsKeptUntil: end)
    }
  }
}
