internal import CLevelDB

/// Walks the keys of a range in order, over the state at the moment it was made.
///
///     var cursor = database.cursor(KeyRange(prefix: [0x13]))
///     while try cursor.next() { use(cursor.key, cursor.value) }
///
/// A new cursor stands before the first key. It keeps its database open, and files that compaction has replaced on the
/// disk; so it should be short-lived. It is not copyable and belongs to one thread at a time.
public struct Cursor: ~Copyable {
  private enum Position { case beforeFirst, atEntry, afterLast }

  private let handle: OpaquePointer
  private let reading: OpaquePointer
  private let database: Database
  private let snapshot: Snapshot?
  private let range: KeyRange
  private var position = Position.beforeFirst

  init(_ database: Database, _ range: KeyRange, _ snapshot: Snapshot?, fillsCache: Bool) {
    precondition(snapshot == nil || snapshot?.database === database, "a snapshot of another database")
    self.database = database
    self.snapshot = snapshot
    self.range = range
    // The iterator copies what it needs of the options, the snapshot's number included.
    reading = leveldb_readoptions_create()
    leveldb_readoptions_set_verify_checksums(reading, database.options.verifyChecksums ? 1 : 0)
    leveldb_readoptions_set_fill_cache(reading, fillsCache ? 1 : 0)
    if let snapshot { leveldb_readoptions_set_snapshot(reading, snapshot.handle) }
    handle = leveldb_create_iterator(database.handle, reading)
  }

  deinit {
    leveldb_iter_destroy(handle)
    leveldb_readoptions_destroy(reading)
  }

  /// Whether the cursor stands at an entry, so that `key` and `value` may be read.
  public var isAtEntry: Bool { position == .atEntry }

  /// Steps to the next entry of the range (the first, from before it).
  ///
  /// - Returns: false at the end.
  /// - Throws: `corruption` or `io` when LevelDB could not read on; an end that is reported is the true one.
  public mutating func next() throws(LevelDBError) -> Bool {
    switch position {
    case .beforeFirst: return try seek(to: range.lower)
    case .atEntry: leveldb_iter_next(handle)
    case .afterLast: return false
    }
    return try settle()
  }

  /// Moves to the first entry of the range whose key is `key` or greater.
  ///
  /// - Returns: false when there is none.
  @discardableResult
  public mutating func seek(to key: [UInt8]) throws(LevelDBError) -> Bool {
    let handle = handle
    let start = key.lexicographicallyPrecedes(range.lower) ? range.lower : key
    withCBytes(start) { leveldb_iter_seek(handle, $0, $1) }
    return try settle()
  }

  private mutating func settle() throws(LevelDBError) -> Bool {
    let handle = handle
    guard leveldb_iter_valid(handle) != 0 else {
      position = .afterLast
      try checked { leveldb_iter_get_error(handle, $0) }
      return false
    }
    position = withCurrentKey { isInRange($0) } ? .atEntry : .afterLast
    return position == .atEntry
  }

  private func isInRange(_ key: UnsafeRawBufferPointer) -> Bool {
    guard let upper = range.upper else { return true }
    return key.lexicographicallyPrecedes(upper)
  }

  private func withCurrentKey<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    var count = 0
    let start = leveldb_iter_key(handle, &count)
    return body(UnsafeRawBufferPointer(start: start, count: count))
  }

  /// The entry's key, copied. The cursor must stand at an entry.
  public var key: [UInt8] {
    precondition(position == .atEntry, "the cursor stands at no entry")
    return withCurrentKey { Array($0) }
  }

  /// The entry's value, copied. The cursor must stand at an entry.
  public var value: [UInt8] {
    precondition(position == .atEntry, "the cursor stands at no entry")
    var count = 0
    let start = leveldb_iter_value(handle, &count)
    return copied(start, count)
  }

  /// Lends the entry's key and value without copying them.
  public func withEntry<R, E: Error>(_ body: (RawSpan, RawSpan) throws(E) -> R) throws(E) -> R {
    precondition(position == .atEntry, "the cursor stands at no entry")
    var (keyCount, valueCount) = (0, 0)
    let key = UnsafeRawBufferPointer(start: leveldb_iter_key(handle, &keyCount), count: keyCount)
    let value = UnsafeRawBufferPointer(start: leveldb_iter_value(handle, &valueCount), count: valueCount)
    return try body(key.bytes, value.bytes)
  }
}

extension Database {
  /// A cursor before the first key of `range`.
  ///
  /// - Parameters:
  ///   - range: the keys to walk; all of them by default.
  ///   - snapshot: the state to walk; by default the latest.
  ///   - fillsCache: keep the blocks it reads in memory. Turn it off for long walks that are not soon repeated.
  public func cursor(_ range: KeyRange = .all, snapshot: Snapshot? = nil, fillsCache: Bool = true) -> Cursor {
    Cursor(self, range, snapshot, fillsCache: fillsCache)
  }
}
