// What belongs to the daemons of a shared store and not to its galleries. The store knows nothing of what is in it.

extension FaceStore {
  /// The document of this name, or nil where there is none.
  ///
  /// - Throws: `unavailable`.
  package func document(_ name: String) throws(StoreError) -> [UInt8]? {
    try read { view throws(StoreError) in try view.value(Key.document(name)) }
  }

  /// The documents whose names begin with this, in the order of their names.
  package func documents(named prefix: String) throws(StoreError) -> [[UInt8]] {
    var found: [[UInt8]] = []
    try readFixed { view throws(StoreError) in
      try view.scan(KeyRange(prefix: Key.document(prefix))) { _, value throws(StoreError) in
        found.append(value)
        return true
      }
    }
    return found
  }

  /// Replaces a document, if it is still what it was.
  ///
  /// - Parameter old: what the caller has read; nil where there was none.
  /// - Returns: false, with nothing changed, where somebody else has replaced it since.
  package func replaceDocument(
    _ name: String, _ old: [UInt8]?, with new: [UInt8]
  ) async throws(StoreError) -> Bool {
    try await writer.submit(cost: new.count) { transaction throws(StoreError) in
      let key = Key.document(name)
      guard try transaction.value(key) == old else { return false }
      transaction.put(key, new)
      return true
    }
  }
}
