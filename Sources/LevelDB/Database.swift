internal import CLevelDB

/// An open LevelDB database: an ordered map from byte strings to byte strings, kept in a directory.
///
/// It is closed when the last reference to it goes; snapshots and cursors hold such references, so none of them can
/// outlive it. Every method may be called from any thread. Methods block on the disk.
///
/// `@unchecked Sendable`: every field is constant after construction, LevelDB locks inside `leveldb_t`, and the option
/// objects are only read after `init`.
public final class Database: @unchecked Sendable {
  let handle: OpaquePointer
  let reading: OpaquePointer
  let options: DatabaseOptions
  private let writing: OpaquePointer
  private let syncedWriting: OpaquePointer
  private let settings: NativeOptions
  private let directory: OpenDatabases.Directory
  private let lock: DirectoryLock
  private let onClose: @Sendable () -> Void

  /// Where the database is.
  public let path: String
  /// Whether opening made it: there was no database in the directory before.
  public let isNew: Bool

  /// Opens the database in the directory `path`, whose parent must exist, and locks it against other processes.
  ///
  /// A new database is made only where the directory is empty. One whose files are not all there is refused as it is.
  ///
  /// - Parameters:
  ///   - path: the database's own directory.
  ///   - options: cache, buffers and whether the database must or must not exist.
  ///   - onClose: called by whoever drops the last reference, once the database is closed and unlocked.
  /// - Throws: `locked` when it is open elsewhere, `corruption` when its files are damaged or some are missing,
  ///   `invalidArgument` when it must exist and does not or the other way round, `io`.
  public init(
    path: String, options: DatabaseOptions = DatabaseOptions(), onClose: @escaping @Sendable () -> Void = {}
  ) throws(LevelDBError) {
    directory = try OpenDatabases.enter(path, create: options.createIfMissing)
    settings = NativeOptions(options)
    do throws(LevelDBError) {
      let settings = settings
      // Looked at before the lock file is made: nothing is made in a folder that is refused.
      isNew = try !DatabaseFolder(path).holdsDatabase()
      let lock = try DirectoryLock(path)
      do throws(LevelDBError) {
        let folder = try DatabaseFolder(path)
        _ = try folder.holdsDatabase()
        try folder.breakSeal()
        let opened = try checked { leveldb_open(settings.handle, path, $0) }
        guard let opened else { throw LevelDBError(code: .io, message: "cannot open \(path)") }
        handle = opened
      } catch {
        lock.release()
        throw error
      }
      self.lock = lock
    } catch {
      OpenDatabases.leave(directory)
      throw error
    }
    self.path = path
    self.options = options
    self.onClose = onClose
    reading = leveldb_readoptions_create()
    leveldb_readoptions_set_verify_checksums(reading, options.verifyChecksums ? 1 : 0)
    writing = leveldb_writeoptions_create()
    syncedWriting = leveldb_writeoptions_create()
    leveldb_writeoptions_set_sync(syncedWriting, 1)
  }

  deinit {
    leveldb_close(handle)
    if lock.isInPlace, lock.takeAgain() { try? DatabaseFolder(path).writeSeal() }
    lock.release()
    leveldb_readoptions_destroy(reading)
    leveldb_writeoptions_destroy(writing)
    leveldb_writeoptions_destroy(syncedWriting)
    OpenDatabases.leave(directory)
    onClose()
  }

  /// Whether the path still leads to this database. When its directory is moved or removed, LevelDB writes on into
  /// files that nobody will find.
  public var isInPlace: Bool { lock.isInPlace }

  /// The value of `key`, or `nil` when there is none.
  ///
  /// - Parameters:
  ///   - key: any bytes.
  ///   - snapshot: the state to read, of this database; by default the latest.
  public func get(_ key: [UInt8], snapshot: Snapshot? = nil) throws(LevelDBError) -> [UInt8]? {
    precondition(snapshot == nil || snapshot?.database === self, "a snapshot of another database")
    let reading = snapshot?.reading ?? reading
    return try withExtendedLifetime(snapshot) { () throws(LevelDBError) -> [UInt8]? in
      var count = 0
      let value = try checked { error in
        withCBytes(key) { leveldb_get(handle, reading, $0, $1, &count, error) }
      }
      guard let value else { return nil }
      defer { leveldb_free(value) }
      return copied(value, count)
    }
  }

  /// Sets one key.
  ///
  /// - Parameters:
  ///   - key: any bytes.
  ///   - value: any bytes; an earlier value is replaced.
  ///   - synced: return only when the change is on the disk. A change that is not synced survives the death of
  ///     the process, not that of the machine.
  public func put(_ key: [UInt8], _ value: [UInt8], synced: Bool = false) throws(LevelDBError) {
    var batch = WriteBatch()
    batch.put(key, value)
    try write(batch, synced: synced)
  }

  /// Removes one key; an absent key is no error.
  public func delete(_ key: [UInt8], synced: Bool = false) throws(LevelDBError) {
    var batch = WriteBatch()
    batch.delete(key)
    try write(batch, synced: synced)
  }

  /// Applies all changes of the batch, or none of them.
  public func write(_ batch: borrowing WriteBatch, synced: Bool = false) throws(LevelDBError) {
    let (options, batch) = (synced ? syncedWriting : writing, batch.handle)
    try checked { leveldb_write(handle, options, batch, $0) }
  }
}
