public import FaceTypes

/// What a model is to the store. It follows `FaceStore.switchActiveModel`.
public enum ModelState: UInt8, Hashable, Sendable, CaseIterable {
  /// Added, never active so far.
  case candidate = 0
  /// New probes are compared under it. At most one is.
  case active = 1
  /// Was active; its embeddings are kept for going back until `deleteEmbeddings` or `deleteModel`.
  case retired = 2
}

/// A model that embeddings are kept under. Its file is not the store's matter.
public struct ModelRecord: Hashable, Sendable {
  /// The SHA-256 of the model's file.
  public let id: ModelID
  /// A name for people, such as the file's.
  public internal(set) var label: String
  /// Milliseconds since 1970 UTC.
  public let addedAt: Int64
  /// Components of an embedding.
  public let embeddingSize: Int
  /// Whether the model answers, is being filled, or is kept.
  public internal(set) var state: ModelState
  /// Milliseconds since 1970 UTC.
  public internal(set) var stateChangedAt: Int64
}

/// A model with the number that its embeddings' keys begin with; dropping all of them gives it a new one.
struct ModelEntry: Hashable, Sendable {
  var number: UInt64
  var record: ModelRecord
}

extension ModelEntry {
  init(_ value: [UInt8], id: ModelID) throws(StoreError) {
    var reader = try RecordReader(value, "model")
    number = try reader.integer()
    let addedAt = try reader.integer(Int64.self)
    let size = try reader.integer(UInt32.self)
    guard let state = ModelState(rawValue: try reader.integer()) else { throw reader.damaged("its state is unknown") }
    let changedAt = try reader.integer(Int64.self)
    record = ModelRecord(
      id: id, label: try reader.text(), addedAt: addedAt, embeddingSize: Int(size), state: state,
      stateChangedAt: changedAt)
    try reader.finish()
  }

  init(key: [UInt8], value: [UInt8]) throws(StoreError) {
    try self.init(value, id: try ModelID(bytes: key.dropFirst()))
  }

  var encoded: [UInt8] {
    var writer = RecordWriter()
    writer.put(number)
    writer.put(record.addedAt)
    writer.put(UInt32(record.embeddingSize))
    writer.put(record.state.rawValue)
    writer.put(record.stateChangedAt)
    writer.put(record.label)
    return writer.bytes
  }
}
