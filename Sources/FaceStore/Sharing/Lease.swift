internal import PostgreSQL
internal import Synchronization

/// The right to do what one daemon at a time does. It ends with the object, or when the database server ends its session.
package final class StoreLease: Sendable {
  /// Nil where nobody else could have it.
  private let connection: Mutex<Connection?>

  init(_ connection: Connection?) { self.connection = Mutex(connection) }

  /// Asks the server whether the session lasts. What was begun under a lease that ends meanwhile may meet another daemon that
  /// does the same; so it has to be something that may be done twice.
  package var isHeld: Bool {
    connection.withLock { connection in
      guard let connection else { return true }
      return (try? connection.simple("SELECT 1")) != nil
    }
  }
}

/// What one daemon at a time does.
package enum LeaseName: Int64, Sendable {
  case reindex = 1
  case retention = 2
}

extension FaceStore {
  /// The lease, or nil while another daemon has it.
  ///
  /// - Throws: `unavailable`; `failedPrecondition` where the server knows no advisory locks.
  package func lease(_ name: LeaseName) throws(StoreError) -> StoreLease? {
    guard let engine = try gate.database() as? PostgreSQLEngine else { return StoreLease(nil) }
    let connection = try engine.connect()
    // "face" in the upper half keeps the numbers from those of other programs in the database.
    let number = 0x6661_6365 << 32 | name.rawValue
    let rows = try fromPostgreSQL { () throws(PostgreSQLError) in
      try connection.run("SELECT CASE WHEN pg_try_advisory_lock($1) THEN 1 ELSE 0 END", [.integer(number)])
    }
    return rows.integer(0, 0) == 1 ? StoreLease(connection) : nil
  }
}
