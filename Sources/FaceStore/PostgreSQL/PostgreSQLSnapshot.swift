internal import PostgreSQL

/// The records as they were at one moment: a transaction that only reads, on a connection of its own.
final class PostgreSQLSnapshot: EngineReading {
  private let pool: ConnectionPool
  private var connection: Connection?

  init(_ pool: ConnectionPool) { self.pool = pool }

  deinit {
    guard let connection else { return }
    _ = try? connection.simple("COMMIT")
    pool.giveBack(connection)
  }

  /// The moment is that of the first read.
  private func begun() throws(PostgreSQLError) -> Connection {
    if let connection {
      guard connection.isUsable else { throw PostgreSQLError(.unavailable, "the connection was lost amid a read") }
      return connection
    }
    let taken = try pool.take()
    do throws(PostgreSQLError) {
      try taken.simple("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    } catch {
      pool.giveBack(taken)
      throw error
    }
    connection = taken
    return taken
  }

  func value(_ key: [UInt8]) throws(StoreError) -> [UInt8]? {
    let table = try PostgreSQLTable(ofKey: key)
    return try fromPostgreSQL { () throws(PostgreSQLError) in try begun().value(key, table) }
  }

  func values(_ keys: [[UInt8]]) throws(StoreError) -> [[UInt8]: [UInt8]] {
    try fromPostgreSQL { () throws(PostgreSQLError) in try begun().values(keys) }
  }

  func cursor(_ range: KeyRange, values: Bool, isLong: Bool) -> any EngineCursor {
    PostgreSQLCursor(range, values: values, isLong: isLong) { sql, parameters throws(PostgreSQLError) in
      try self.begun().run(sql, parameters)
    }
  }

  func count(_ range: KeyRange) throws(StoreError) -> UInt64 {
    try fromPostgreSQL { () throws(PostgreSQLError) in try begun().count(range) }
  }
}
