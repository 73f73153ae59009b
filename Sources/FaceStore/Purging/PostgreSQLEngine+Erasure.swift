internal import PostgreSQL

/// Makes deleted rows leave the tables.
///
/// A row that is deleted cannot be read by anybody who begins to look. PostgreSQL keeps its bytes until VACUUM frees their place, and
/// in its log (WAL) until that is recycled; copies of the log are out of reach. VACUUM is asked for here, and waits for nobody: a
/// reader that began before the deletion keeps the row from it until the next one, which autovacuum does.
extension PostgreSQLEngine {
  /// Rows that one statement deletes.
  private static let step = 10_000

  func erase(
    _ plan: ErasurePlan, _ gate: ReaderGate, checkOpen: () throws(StoreError) -> Void
  ) throws(StoreError) {
    var tables: Set<PostgreSQLTable> = []
    for key in plan.keys { tables.insert(try PostgreSQLTable(ofKey: key)) }
    let prefixes = plan.photographs.indices.filter { $0 % 2 == 0 }.map { KeyRange(prefix: plan.photographs[$0]) }
    for range in plan.ranges + prefixes {
      let table = try PostgreSQLTable(ofKey: range.lower)
      guard let part = table.part(of: range) else { continue }
      if table.kind == .request { try deleteTimes(of: range, checkOpen) }
      if try deleteAll(table, part, checkOpen) { tables.insert(table) }
    }
    for table in tables.sorted(by: { $0.name < $1.name }) {
      try checkOpen()
      try vacuum(table)
    }
    let notes = plan.notes.map { Array($0.dropFirst()) }
    try fromPostgreSQL { () throws(PostgreSQLError) in
      try pool.with { connection throws(PostgreSQLError) in
        _ = try connection.run(PostgreSQLTable(.cleanup).delete, [.bytesArray(notes)])
      }
    }
  }

  /// - Returns: whether there were any.
  private func deleteAll(
    _ table: PostgreSQLTable, _ part: KeyRange, _ checkOpen: () throws(StoreError) -> Void
  ) throws(StoreError) -> Bool {
    let (inner, parameters) = table.within("SELECT key", part, "ORDER BY key LIMIT \(Self.step)")
    var deleted = 0
    while true {
      try checkOpen()
      let count = try fromPostgreSQL { () throws(PostgreSQLError) in
        try pool.with { connection throws(PostgreSQLError) in
          try connection.run("DELETE FROM \(table.name) WHERE key IN (\(inner))", parameters, timeout: .seconds(60))
            .changed
        }
      }
      deleted += count
      if count < Self.step { return deleted > 0 }
    }
  }

  /// The times of request ids lie by time, not by gallery.
  private func deleteTimes(of range: KeyRange, _ checkOpen: () throws(StoreError) -> Void) throws(StoreError) {
    let requests = cursor(range)
    var times: [[UInt8]] = []
    func flush() throws(StoreError) {
      let keys = times
      times = []
      try checkOpen()
      try fromPostgreSQL { () throws(PostgreSQLError) in
        try pool.with { connection throws(PostgreSQLError) in
          _ = try connection.run(PostgreSQLTable(.requestTime).delete, [.bytesArray(keys)])
        }
      }
    }
    while try requests.advance() {
      let key = requests.key
      guard let request = try? RequestRecord(requests.value) else { continue }
      let time = Key.requestTime(request.createdAt, try Key.number(0, of: key), key.dropFirst(9))
      times.append(Array(time.dropFirst()))
      if times.count == Self.step { try flush() }
    }
    if !times.isEmpty { try flush() }
  }

  /// A server that has no VACUUM looks after that itself.
  private func vacuum(_ table: PostgreSQLTable) throws(StoreError) {
    do throws(PostgreSQLError) {
      try pool.with { connection throws(PostgreSQLError) in
        _ = try connection.simple("VACUUM \(table.name)", timeout: Connection.longStatement)
      }
    } catch {
      guard error.code == .unsupported || error.code == .denied else { throw StoreError(error) }
    }
  }
}
