package import FaceTypes

// Model files of a shared store: daemons that lack one find it here.

extension FaceStore {
  private static let partBytes = 1 << 20

  /// Keeps a model's file with the records, unless it is there.
  ///
  /// - Throws: `notFound` for a model that was not put.
  package func putModelFile(_ id: ModelID, _ bytes: [UInt8]) async throws(StoreError) {
    let parts = (bytes.count + Self.partBytes - 1) / Self.partBytes
    if try read({ view throws(StoreError) in try view.value(Key.modelPart(id, UInt64(parts))) }) != nil { return }
    for part in 0..<parts {
      let piece = Array(bytes[part * Self.partBytes..<min(bytes.count, (part + 1) * Self.partBytes)])
      try await writer.submit(cost: piece.count) { transaction throws(StoreError) in
        _ = try transaction.model(id)
        transaction.put(Key.modelPart(id, UInt64(part)), piece)
      }
    }
    // The end says that all parts are there.
    try await writer.submit { transaction throws(StoreError) in
      _ = try transaction.model(id)
      transaction.put(Key.modelPart(id, UInt64(parts)), [])
    }
  }

  /// The file that was kept; nil where it was not, or not to its end. Its hash is for the caller to check.
  package func modelFile(_ id: ModelID) throws(StoreError) -> [UInt8]? {
    var (bytes, isWhole) = ([UInt8](), false)
    try readFixed { view throws(StoreError) in
      try view.scan(Key.modelParts(id)) { _, part throws(StoreError) in
        bytes += part
        isWhole = part.isEmpty
        return true
      }
    }
    return isWhole ? bytes : nil
  }
}

extension Transaction {
  /// Forgets a model's file. Only in a group of its own.
  mutating func forgetModelFile(_ id: ModelID) throws(StoreError) {
    var keys: [[UInt8]] = []
    let cursor = view.records.cursor(Key.modelParts(id), values: false)
    while try cursor.advance() { keys.append(cursor.key) }
    for key in keys { delete(key) }
  }
}
