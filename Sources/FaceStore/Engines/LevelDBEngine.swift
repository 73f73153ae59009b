internal import LevelDB

/// Records in a LevelDB database: a folder that one process has open.
final class LevelDBEngine: RecordEngine, EngineReading {
  let database: Database

  init(_ database: Database) { self.database = database }

  convenience init(
    path: String, options: DatabaseOptions, onClose: @escaping @Sendable () -> Void = {}
  ) throws(StoreError) {
    self.init(
      try mapped { () throws(LevelDBError) in try Database(path: path, options: options, onClose: onClose) })
  }

  var present: any EngineReading { self }
  var isShared: Bool { false }

  func snapshot() -> any EngineReading { LevelDBSnapshot(database, database.snapshot()) }

  func begin() throws(StoreError) -> any EngineTransaction {
    // Before, so that nothing is written beside; and after, so that nothing is acknowledged that is not there.
    try requireInPlace()
    return LevelDBTransaction(self)
  }

  func value(_ key: [UInt8]) throws(StoreError) -> [UInt8]? {
    try mapped { () throws(LevelDBError) in try database.get(key) }
  }

  func cursor(_ range: KeyRange, values: Bool, isLong: Bool) -> any EngineCursor {
    LevelDBCursor(database, range, nil, isLong: isLong)
  }

  func count(_ range: KeyRange) throws(StoreError) -> UInt64 {
    try LevelDBCursor(database, range, nil, isLong: true).count()
  }

  func storedBytes() -> UInt64 {
    // The directory may have been moved away; what is known of the store is answered all the same.
    (try? Files.size(ofDirectory: database.path)) ?? 0
  }

  func requireInPlace() throws(StoreError) {
    guard !database.isInPlace else { return }
    throw StoreError(
      .io, "the data folder was moved or removed: \(database.path) no longer holds the open store; put it back")
  }

  func write(_ batch: borrowing WriteBatch) throws(StoreError) {
    do {
      try database.write(batch, synced: true)
    } catch {
      throw StoreError(error)
    }
  }
}

/// The records as they were at one moment.
private final class LevelDBSnapshot: EngineReading {
  private let database: Database
  private let snapshot: Snapshot

  init(_ database: Database, _ snapshot: Snapshot) {
    self.database = database
    self.snapshot = snapshot
  }

  func value(_ key: [UInt8]) throws(StoreError) -> [UInt8]? {
    try mapped { () throws(LevelDBError) in try database.get(key, snapshot: snapshot) }
  }

  func cursor(_ range: KeyRange, values: Bool, isLong: Bool) -> any EngineCursor {
    LevelDBCursor(database, range, snapshot, isLong: isLong)
  }

  func count(_ range: KeyRange) throws(StoreError) -> UInt64 {
    try LevelDBCursor(database, range, snapshot, isLong: true).count()
  }
}

/// One batch. The store's one writer is the only one that changes records, so that nothing has to be locked.
private final class LevelDBTransaction: EngineTransaction {
  private let engine: LevelDBEngine

  init(_ engine: LevelDBEngine) { self.engine = engine }

  func value(_ key: [UInt8]) throws(StoreError) -> [UInt8]? { try engine.value(key) }

  func cursor(_ range: KeyRange, values: Bool, isLong: Bool) -> any EngineCursor {
    engine.cursor(range, values: values, isLong: isLong)
  }

  func count(_ range: KeyRange) throws(StoreError) -> UInt64 { try engine.count(range) }

  func commit(_ changes: [[UInt8]: [UInt8]?]) throws(StoreError) {
    var batch = WriteBatch()
    for (key, value) in changes {
      if let value { batch.put(key, value) } else { batch.delete(key) }
    }
    try engine.write(batch)
    try engine.requireInPlace()
  }

  func abandon() {}
}

/// LevelDB's own cursor.
final class LevelDBCursor: EngineCursor {
  private var cursor: Cursor

  init(_ database: Database, _ range: KeyRange, _ snapshot: Snapshot?, isLong: Bool) {
    cursor = database.cursor(LevelDB.KeyRange(range), snapshot: snapshot, fillsCache: !isLong)
  }

  func advance() throws(StoreError) -> Bool {
    do { return try cursor.next() } catch { throw StoreError(error) }
  }

  func move(to key: [UInt8]) throws(StoreError) -> Bool {
    do { return try cursor.seek(to: key) } catch { throw StoreError(error) }
  }

  var key: [UInt8] { cursor.key }
  var value: [UInt8] { cursor.value }

  func lend(_ body: (RawSpan, RawSpan) throws(StoreError) -> Void) throws(StoreError) { try cursor.withEntry(body) }

  fileprivate func count() throws(StoreError) -> UInt64 {
    var count: UInt64 = 0
    while try advance() { count += 1 }
    return count
  }
}

extension LevelDB.KeyRange {
  init(_ range: KeyRange) { self.init(from: range.lower, upTo: range.upper) }
}
