public import BackupFile
internal import FaceStore
internal import FaceTypes
internal import Foundation

extension FaceEngine {
  /// Everything durable, as of one change number, as the frames of a backup. It blocks: call it on a thread of its own.
  ///
  /// - Parameter sink: takes each frame; what it throws ends the backup.
  public func backup(_ sink: (BackupFrame) throws -> Void) throws {
    var models: [ModelID] = []
    var records = RecordFrames()
    do {
      try store.copyRecords { summary in
        models = summary.models
        try sink(
          try BackupSummary(
            createdAt: Int64(Date().timeIntervalSince1970 * 1000), changeNumber: summary.changeNumber,
            galleries: summary.galleries, identities: summary.identities, faces: summary.faces,
            activeModel: summary.activeModel?.hex ?? ""
          ).frame)
      } _: { key, value in
        try records.add(key, value, sink)
      }
    } catch let error as StoreError {
      throw EngineError(error)
    }
    try records.finish(sink)
    // A model that is not active may have lost its file; its embeddings are in the records all the same.
    for model in models { try copyModel(model, sink) }
    try sink(.end)
  }

  /// The keys of an encrypted store, as the frames of a file of their own: who restores a backup needs them.
  ///
  /// - Throws: what `sink` throws, `FAILED_PRECONDITION` where the store is not encrypted.
  public func backupKeys(_ sink: (BackupFrame) throws -> Void) throws {
    var records = RecordFrames()
    do {
      try store.copyKeys { summary in
        try sink(
          try BackupSummary(
            createdAt: Int64(Date().timeIntervalSince1970 * 1000), changeNumber: summary.changeNumber,
            galleries: summary.galleries, identities: summary.identities, faces: summary.faces, activeModel: ""
          ).frame)
      } _: { key, value in
        try records.add(key, value, sink)
      }
    } catch let error as StoreError {
      throw EngineError(error)
    }
    try records.finish(sink)
    try sink(.end)
  }

  private func copyModel(_ model: ModelID, _ sink: (BackupFrame) throws -> Void) throws {
    guard let file = FileHandle(forReadingAtPath: library.path(of: model)) else { return }
    defer { try? file.close() }
    try sink(.modelName(Array(model.hex.utf8)))
    while let bytes = try file.read(upToCount: 1 << 20), !bytes.isEmpty { try sink(.modelBytes(Array(bytes))) }
  }
}

/// Gathers records into frames of about a mebibyte.
private struct RecordFrames {
  private var payload: [UInt8] = []

  mutating func add(_ key: [UInt8], _ value: [UInt8], _ sink: (BackupFrame) throws -> Void) throws {
    if payload.count + key.count + value.count + 8 > 1 << 20 { try finish(sink) }
    BackupRecords.append(key, value, to: &payload)
  }

  /// Gives what is gathered; nothing where there is nothing.
  mutating func finish(_ sink: (BackupFrame) throws -> Void) throws {
    if payload.isEmpty { return }
    try sink(.records(payload))
    payload.removeAll(keepingCapacity: true)
  }
}
