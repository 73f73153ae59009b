internal import CLevelDB

/// The database as it was when the snapshot was taken. While one lives, compaction keeps what it shows.
///
/// `@unchecked Sendable`: its fields are constant after construction and LevelDB's snapshots may be read by any thread.
public final class Snapshot: @unchecked Sendable {
  let database: Database
  let reading: OpaquePointer
  let handle: OpaquePointer

  init(of database: Database) {
    self.database = database
    handle = leveldb_create_snapshot(database.handle)
    reading = leveldb_readoptions_create()
    leveldb_readoptions_set_verify_checksums(reading, database.options.verifyChecksums ? 1 : 0)
    leveldb_readoptions_set_snapshot(reading, handle)
  }

  deinit {
    leveldb_readoptions_destroy(reading)
    leveldb_release_snapshot(database.handle, handle)
  }
}

extension Database {
  /// The present state, to be read by several calls that must agree.
  public func snapshot() -> Snapshot { Snapshot(of: self) }
}
