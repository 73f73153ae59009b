public import FaceNet
public import FaceStore
internal import FaceTypes

/// A model that the store knows, with what its file says.
public struct ModelDescription: Sendable {
  public let record: ModelRecord
  public let metadata: ModelMetadata
  public let isActive: Bool
}

extension FaceEngine {
  /// Checks a model file whole and keeps it. A reindex makes it active.
  /// - Throws: `MODEL_REFUSED` with the reason.
  public func addModel(_ bytes: [UInt8], label: String) async throws(EngineError) -> ModelDescription {
    guard label.utf8.count <= 200 else {
      throw EngineError(.invalidArgument, "INVALID_ARGUMENT", "a label has at most 200 bytes")
    }
    return try describe(try await library.add(bytes, label: label))
  }

  /// In the order of adding.
  public func models() throws(EngineError) -> [ModelDescription] {
    let records = try translating { () throws(StoreError) in try store.models() }
    var models: [ModelDescription] = []
    for record in records.sorted(by: { $0.addedAt < $1.addedAt }) { models.append(try describe(record)) }
    return models
  }

  /// The model whose id begins with `digits`.
  /// - Throws: `MODEL_NOT_FOUND`, `MODEL_AMBIGUOUS`.
  func requireModel(_ digits: String) throws(EngineError) -> ModelRecord {
    let found = try translating { () throws(StoreError) in try store.models() }
      .filter { $0.id.hex.hasPrefix(digits) }
    guard digits.utf8.count >= 6, let model = found.first else {
      throw EngineError(
        .notFound, "MODEL_NOT_FOUND",
        "there is no model '\(digits)' (give at least 6 digits); `facectl model list` shows what there is, "
          + "`facectl model add` adds one")
    }
    guard found.count == 1 else {
      throw EngineError(.invalidArgument, "MODEL_AMBIGUOUS", "\(found.count) models begin with '\(digits)'; give more")
    }
    return model
  }

  private func describe(_ record: ModelRecord) throws(EngineError) -> ModelDescription {
    ModelDescription(
      record: record, metadata: try library.metadata(of: record.id), isActive: record.id == activeModel)
  }
}
