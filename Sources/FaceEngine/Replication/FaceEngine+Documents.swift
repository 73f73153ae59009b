internal import FaceStore

// What daemons of one store share beside faces, such as their tokens. The engine knows nothing of what is in it.

extension FaceEngine {
  /// Whether several daemons share the store, so that what they have in common belongs there.
  public var isStoreShared: Bool { store.isShared }

  /// The document of this name, or nil where there is none.
  ///
  /// - Throws: `STORE_UNAVAILABLE`.
  public func document(_ name: String) throws(EngineError) -> [UInt8]? {
    try translating { () throws(StoreError) in try store.document(name) }
  }

  /// The documents whose names begin with this, in the order of their names.
  ///
  /// - Throws: `STORE_UNAVAILABLE`.
  public func documents(named prefix: String) throws(EngineError) -> [[UInt8]] {
    try translating { () throws(StoreError) in try store.documents(named: prefix) }
  }

  /// Replaces a document, if it is still what it was.
  ///
  /// - Parameters:
  ///   - name: of the document.
  ///   - old: what the caller has read; nil where there was none.
  ///   - new: what it is to be.
  /// - Returns: false, with nothing changed, where another daemon has replaced it since.
  /// - Throws: `STORE_UNAVAILABLE`.
  public func replaceDocument(
    _ name: String, _ old: [UInt8]?, with new: [UInt8]
  ) async throws(EngineError) -> Bool {
    try await translating { () async throws(StoreError) in
      try await store.replaceDocument(name, old, with: new)
    }
  }
}
