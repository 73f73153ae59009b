/// How much is in a store, and what it has done since it was opened.
public struct StoreStatistics: Hashable, Sendable {
  /// Galleries in the store.
  public let galleries: UInt64
  /// Identities in all galleries.
  public let identities: UInt64
  /// Faces in all galleries.
  public let faces: UInt64
  /// Models that the store knows, whether or not they answer.
  public let models: UInt64
  /// Bytes of all files in the directory; of the tables in PostgreSQL.
  public let bytesOnDisk: UInt64
  /// Deletions whose bytes have not left the files yet.
  public let pendingPurges: UInt64
  /// Synced writes since the store was opened.
  public let syncedWrites: UInt64
  /// Changes that those writes carried; divided by them, how well writes are grouped.
  public let committedChanges: UInt64
}

extension FaceStore {
  /// Counts, from the records of galleries and the directory: cheap enough for a status request.
  package func statistics() throws(StoreError) -> StoreStatistics {
    let bytes = try gate.read { engine throws(StoreError) in engine.storedBytes() }
    return try readFixed { view throws(StoreError) in
      let galleries = try view.galleries()
      var pending: UInt64 = 0
      try view.scan(Key.range(.cleanup)) { _, _ throws(StoreError) in
        pending += 1
        return true
      }
      return StoreStatistics(
        galleries: UInt64(galleries.count),
        identities: galleries.reduce(0) { $0 + $1.record.identityCount },
        faces: galleries.reduce(0) { $0 + $1.record.faceCount },
        models: UInt64(try view.models().count), bytesOnDisk: bytes, pendingPurges: pending,
        syncedWrites: writer.syncedWrites, committedChanges: writer.committedRequests)
    }
  }
}
