internal import PostgreSQL

/// The numbered SQL files that make the tables, each run once.
enum PostgreSQLMigrations {
  /// By their numbers, from 1.
  static var files: [String] {
    [PackageResources.V1_tables_sql, PackageResources.V2_documents_sql].map { String(decoding: $0, as: UTF8.self) }
  }

  /// Runs those that the database has not seen. Daemons that start together wait for each other.
  ///
  /// - Throws: `unavailable`; `schemaTooNew` for tables of a newer faced.
  static func run(_ pool: ConnectionPool) throws(StoreError) {
    let connection = try fromPostgreSQL { () throws(PostgreSQLError) in try pool.take() }
    defer { pool.giveBack(connection) }
    // Whoever comes second finds the schema made: a name is taken while another transaction makes it.
    for attempt in 1... {
      do throws(PostgreSQLError) {
        try begin(connection)
        break
      } catch {
        _ = try? connection.simple("ROLLBACK")
        guard attempt < 5, error.code == .duplicate || error.code == .conflict else { throw StoreError(error) }
      }
    }
    do throws(StoreError) {
      try fill(connection)
    } catch {
      _ = try? connection.simple("ROLLBACK")
      throw error
    }
  }

  /// Nobody waits for an answer at a start, and another daemon may be making the tables.
  private static let patience = Duration.seconds(60)

  private static func begin(_ connection: Connection) throws(PostgreSQLError) {
    func run(_ sql: String) throws(PostgreSQLError) -> Rows { try connection.simple(sql, timeout: patience) }
    if try run("SELECT 1 FROM pg_namespace WHERE nspname = 'faced'").count == 0 {
      _ = try run("CREATE SCHEMA IF NOT EXISTS faced")
    }
    _ = try run("CREATE TABLE IF NOT EXISTS faced.versions (version bigint PRIMARY KEY)")
    _ = try run("BEGIN")
    _ = try run("INSERT INTO faced.versions (version) VALUES (0) ON CONFLICT (version) DO NOTHING")
    _ = try run("COMMIT")
    _ = try run("BEGIN")
    _ = try run("SELECT version FROM faced.versions WHERE version = 0 FOR UPDATE")
  }

  private static func fill(_ connection: Connection) throws(StoreError) {
    try fromPostgreSQL { () throws(PostgreSQLError) in
      try connection.run("SELECT max(version) FROM faced.versions")
    }.check { rows throws(StoreError) in
      let version = Int(rows.integer(0, 0))
      guard version <= files.count else {
        throw StoreError(
          .schemaTooNew,
          "the tables are of version \(version), and this faced knows up to \(files.count); start the newer faced")
      }
      for (place, file) in files.enumerated() where place + 1 > version {
        try fromPostgreSQL { () throws(PostgreSQLError) in
          try connection.simple(file, timeout: Connection.longStatement)
          try connection.run("INSERT INTO faced.versions (version) VALUES ($1)", [.integer(Int64(place + 1))])
        }
      }
    }
    _ = try fromPostgreSQL { () throws(PostgreSQLError) in try connection.simple("COMMIT") }
  }
}

extension Rows {
  fileprivate func check(_ body: (Rows) throws(StoreError) -> Void) throws(StoreError) { try body(self) }
}
