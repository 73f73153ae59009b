internal import PostgreSQL

/// Records in the schema `faced` of a PostgreSQL database, which several daemons may use at once.
///
/// Whoever changes anything locks one row first, so that writers of all daemons go one after the other, and what a writer reads
/// nobody changes meanwhile. Readers wait for nobody.
final class PostgreSQLEngine: RecordEngine, EngineReading {
  let pool: ConnectionPool
  let listener: FeedListener
  private let address: String
  private let onClose: @Sendable () -> Void

  /// Connects, and makes the tables or brings them up to date.
  ///
  /// - Parameter onClose: called by whoever drops the last reference.
  /// - Throws: `unavailable`, `schemaTooNew`, `failedPrecondition`.
  init(_ address: String, onClose: @escaping @Sendable () -> Void) throws(StoreError) {
    self.address = address
    self.onClose = onClose
    pool = ConnectionPool(address)
    listener = FeedListener(address)
    try PostgreSQLMigrations.run(pool)
  }

  deinit { onClose() }

  var isShared: Bool { true }
  var present: any EngineReading { self }

  func snapshot() throws(StoreError) -> any EngineReading { PostgreSQLSnapshot(pool) }

  func begin() throws(StoreError) -> any EngineTransaction {
    try fromPostgreSQL { () throws(PostgreSQLError) in try PostgreSQLTransaction(pool) }
  }

  func value(_ key: [UInt8]) throws(StoreError) -> [UInt8]? {
    let table = try PostgreSQLTable(ofKey: key)
    return try fromPostgreSQL { () throws(PostgreSQLError) in
      try pool.with { connection throws(PostgreSQLError) in try connection.value(key, table) }
    }
  }

  func values(_ keys: [[UInt8]]) throws(StoreError) -> [[UInt8]: [UInt8]] {
    try fromPostgreSQL { () throws(PostgreSQLError) in
      try pool.with { connection throws(PostgreSQLError) in try connection.values(keys) }
    }
  }

  func cursor(_ range: KeyRange, values: Bool, isLong: Bool) -> any EngineCursor {
    PostgreSQLCursor(range, values: values, isLong: isLong) { [pool] sql, parameters throws(PostgreSQLError) in
      try pool.with { connection throws(PostgreSQLError) in try connection.run(sql, parameters) }
    }
  }

  func count(_ range: KeyRange) throws(StoreError) -> UInt64 {
    try fromPostgreSQL { () throws(PostgreSQLError) in
      try pool.with { connection throws(PostgreSQLError) in try connection.count(range) }
    }
  }

  func storedBytes() -> UInt64 {
    let sql =
      "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c "
      + "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'faced' AND c.relkind = 'r'"
    let rows = try? pool.with { connection throws(PostgreSQLError) in try connection.run(sql) }
    guard let rows, rows.count == 1 else { return 0 }
    return UInt64(max(0, rows.integer(0, 0)))
  }

  /// Whether changes can be made now, for `StoreRecovery`.
  func probe() throws(StoreError) { try begin().abandon() }

  /// A connection of its own, for what outlasts a statement.
  func connect() throws(StoreError) -> Connection {
    try fromPostgreSQL { () throws(PostgreSQLError) in try Connection(address) }
  }
}

extension Connection {
  /// How long a statement that reads much may take.
  static let longStatement = Duration.seconds(600)

  func value(_ key: [UInt8], _ table: PostgreSQLTable) throws(PostgreSQLError) -> [UInt8]? {
    let rows = try run(table.get, [.bytes(Array(key.dropFirst()))])
    return rows.count > 0 ? rows.bytes(0, 0) : nil
  }

  /// Keys of one kind.
  func values(_ keys: [[UInt8]]) throws(PostgreSQLError) -> [[UInt8]: [UInt8]] {
    guard let kind = keys.first?.first, let table = KeyKind(rawValue: kind).map({ PostgreSQLTable($0) }) else {
      return [:]
    }
    let rows = try run(table.getSeveral, [.bytesArray(keys.map { Array($0.dropFirst()) })])
    var values: [[UInt8]: [UInt8]] = [:]
    for row in 0..<rows.count { values[[kind] + rows.bytes(row, 0)] = rows.bytes(row, 1) }
    return values
  }

  func count(_ range: KeyRange) throws(PostgreSQLError) -> UInt64 {
    var count: UInt64 = 0
    for table in PostgreSQLTable.all {
      guard let part = table.part(of: range) else { continue }
      let (sql, parameters) = table.within("SELECT count(*)", part)
      count += UInt64(try run(sql, parameters, timeout: Self.longStatement).integer(0, 0))
    }
    return count
  }
}
