internal import CLevelDB

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Database {
  /// Merges the tables that hold keys of `range`, down to the deepest level that holds any, after writing the memory
  /// table out. Entries that were overwritten or deleted are dropped on the way, unless a snapshot still shows them.
  ///
  /// A table at the deepest level is rewritten only when something above it overlaps it. So a key that was set and
  /// deleted while in memory may leave its value in such a table; to be sure that a value goes, call `flush()`, delete
  /// the key (again), and then compact.
  ///
  /// LevelDB reports no error from here: it keeps it, and the next write throws it.
  public func compact(_ range: KeyRange) {
    withCBytes(range.lower) { lower, lowerCount in
      if let upper = range.upper {
        withCBytes(upper) { leveldb_compact_range(handle, lower, lowerCount, $0, $1) }
      } else {
        leveldb_compact_range(handle, lower, lowerCount, nil, 0)
      }
    }
  }

  /// Writes the memory table out as a table file, starts a new log, and deletes the files that nothing needs any more:
  /// the old log, and replaced tables that a cursor had kept until now.
  public func flush() {
    // LevelDB does all this at the start of any compaction; this range holds no keys of a sensible user.
    compact(KeyRange(only: [UInt8](repeating: .max, count: 32)))
  }

  /// Bytes on disk of the tables' parts that hold each range; what is still in memory does not count.
  public func approximateSizes(of ranges: [KeyRange]) -> [UInt64] {
    ranges.map { range in
      var size: UInt64 = 0
      // LevelDB has no "to the end": a key beyond all sensible ones stands for it.
      let upper = range.upper ?? [UInt8](repeating: .max, count: 32)
      withCBytes(range.lower) { lower, lowerCount in
        withCBytes(upper) { upper, upperCount in
          var (lower, upper): (UnsafePointer<CChar>?, UnsafePointer<CChar>?) = (lower, upper)
          var (lowerCount, upperCount) = (lowerCount, upperCount)
          leveldb_approximate_sizes(handle, 1, &lower, &lowerCount, &upper, &upperCount, &size)
        }
      }
      return size
    }
  }

  /// What LevelDB says of itself under `name`, such as `leveldb.stats` or `leveldb.num-files-at-level0`; `nil` when it
  /// does not know the name.
  public func property(_ name: String) -> String? {
    guard let text = leveldb_property_value(handle, name) else { return nil }
    defer { leveldb_free(text) }
    return String(cString: text)
  }

  /// Deletes the database in the directory, and the directory when nothing else is in it. It must not be open.
  public static func destroy(path: String) throws(LevelDBError) {
    guard let directory = try enteredForMaintenance(path) else { return }
    defer { OpenDatabases.leave(directory) }
    unlink("\(path)/\(DatabaseFolder.seal)")
    let settings = NativeOptions(DatabaseOptions())
    try checked { leveldb_destroy_db(settings.handle, path, $0) }
  }

  /// Makes a damaged database openable from what can still be read; some of it may be lost, and what was deleted may
  /// come back. It must not be open. Damaged files are kept in `lost/` below the directory.
  public static func repair(path: String, options: DatabaseOptions = DatabaseOptions()) throws(LevelDBError) {
    guard let directory = try enteredForMaintenance(path) else {
      throw LevelDBError(code: .invalidArgument, message: "there is no database in \(path)")
    }
    defer { OpenDatabases.leave(directory) }
    // What is left over after a repair is not what was there when the database was closed.
    unlink("\(path)/\(DatabaseFolder.seal)")
    let settings = NativeOptions(options)
    try checked { leveldb_repair_db(settings.handle, path, $0) }
  }

  /// `nil` when there is no such directory.
  private static func enteredForMaintenance(_ path: String) throws(LevelDBError) -> OpenDatabases.Directory? {
    do {
      return try OpenDatabases.enter(path, create: false)
    } catch  where error.code == .invalidArgument {
      return nil
    }
  }
}
