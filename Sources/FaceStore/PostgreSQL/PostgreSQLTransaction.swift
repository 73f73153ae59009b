internal import PostgreSQL

/// A group of changes, alone among all daemons from its first statement to its end.
final class PostgreSQLTransaction: EngineTransaction {
  private let pool: ConnectionPool
  private let connection: Connection
  private var isOver = false
  /// What was read: nobody else changes it meanwhile.
  private var known: [[UInt8]: [UInt8]?] = [:]

  /// NOTIFY's channel. A payload would say nothing that the feed does not.
  static let channel = "faced"

  init(_ pool: ConnectionPool) throws(PostgreSQLError) {
    self.pool = pool
    connection = try pool.take()
    do throws(PostgreSQLError) {
      // READ COMMITTED: a snapshot that began before the lock was got would not show what the others committed.
      try connection.simple("BEGIN ISOLATION LEVEL READ COMMITTED")
      try connection.simple("SET LOCAL lock_timeout = '8s'")
      try connection.run("SELECT id FROM faced.writer WHERE id = 1 FOR UPDATE")
    } catch {
      _ = try? connection.simple("ROLLBACK")
      pool.giveBack(connection)
      isOver = true
      throw error
    }
  }

  deinit { abandon() }

  func value(_ key: [UInt8]) throws(StoreError) -> [UInt8]? {
    if let value = known[key] { return value }
    let table = try PostgreSQLTable(ofKey: key)
    let value = try fromPostgreSQL { () throws(PostgreSQLError) in try connection.value(key, table) }
    known[key] = .some(value)
    return value
  }

  func cursor(_ range: KeyRange, values: Bool, isLong: Bool) -> any EngineCursor {
    PostgreSQLCursor(range, values: values, isLong: isLong) { [connection] sql, parameters throws(PostgreSQLError) in
      try connection.run(sql, parameters)
    }
  }

  func count(_ range: KeyRange) throws(StoreError) -> UInt64 {
    try fromPostgreSQL { () throws(PostgreSQLError) in try connection.count(range) }
  }

  func commit(_ changes: [[UInt8]: [UInt8]?]) throws(StoreError) {
    var puts: [UInt8: (keys: [[UInt8]], values: [[UInt8]])] = [:]
    var deletes: [UInt8: [[UInt8]]] = [:]
    for (key, value) in changes {
      let (kind, rest) = (key.first ?? 0, Array(key.dropFirst()))
      guard let value else {
        deletes[kind, default: []].append(rest)
        continue
      }
      puts[kind, default: ([], [])].keys.append(rest)
      puts[kind]?.values.append(value)
    }
    do throws(StoreError) {
      for (kind, keys) in deletes {
        let table = try PostgreSQLTable(ofKey: [kind])
        try run(table.delete, [.bytesArray(keys)])
      }
      for (kind, rows) in puts {
        let table = try PostgreSQLTable(ofKey: [kind])
        try run(table.put, [.bytesArray(rows.keys), .bytesArray(rows.values)])
      }
      if puts[KeyKind.feed.rawValue] != nil { notify() }
      try run("COMMIT", [])
    } catch {
      abandon()
      throw error
    }
    isOver = true
    pool.giveBack(connection)
  }

  private func run(_ sql: String, _ parameters: [Parameter]) throws(StoreError) {
    _ = try fromPostgreSQL { () throws(PostgreSQLError) in
      if parameters.isEmpty { try connection.simple(sql) } else { try connection.run(sql, parameters) }
    }
  }

  /// Wakes who follows. A server that has no NOTIFY is asked by them from time to time.
  private func notify() {
    _ = try? connection.simple("SAVEPOINT told")
    guard (try? connection.simple("NOTIFY \(Self.channel)")) == nil else { return }
    _ = try? connection.simple("ROLLBACK TO SAVEPOINT told")
  }

  func abandon() {
    guard !isOver else { return }
    isOver = true
    _ = try? connection.simple("ROLLBACK")
    pool.giveBack(connection)
  }
}
