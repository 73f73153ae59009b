import PostgreSQL
import TestPostgreSQL
import Testing

@Suite(.enabled(if: TestPostgreSQL.shared != nil, "\(TestPostgreSQL.absence)")) struct ConnectionTests {
  func connection() throws -> Connection { try Connection(#require(TestPostgreSQL.shared).database()) }

  @Test func valuesComeBackAsTheyWent() throws {
    let connection = try connection()
    for bytes in [[], [0], [0, 255, 39, 92, 0], [UInt8](repeating: 7, count: 3_000_000)] {
      let rows = try connection.run("SELECT $1::bytea, $2::bytea", [.bytes(bytes), .bytes([1])])
      #expect(rows.count == 1 && rows.bytes(0, 0) == bytes && rows.bytes(0, 1) == [1])
    }
    for number in [0, 1, -1, Int64.min, .max] {
      #expect(try connection.run("SELECT $1::bigint", [.integer(number)]).integer(0, 0) == number)
    }
    #expect(try connection.run("SELECT (-5)::smallint").integer(0, 0) == -5)
    #expect(try connection.run("SELECT $1::text || '!'", [.text("ä")]).bytes(0, 0) == Array("ä!".utf8))
    #expect(try connection.run("SELECT NULL::bytea").isNull(0, 0))
    for elements in [[], [[]], [[1], [], [2, 3]]] as [[[UInt8]]] {
      let rows = try connection.run("SELECT e FROM unnest($1::bytea[]) AS e", [.bytesArray(elements)])
      #expect((0..<rows.count).map { rows.bytes($0, 0) } == elements)
    }
  }

  /// An error is of its kind, says no value, and leaves the connection usable.
  @Test func errorsHaveTheirKind() throws {
    let connection = try connection()
    try connection.simple("CREATE TABLE t (k bigint PRIMARY KEY)")
    try connection.run("INSERT INTO t VALUES ($1)", [.integer(4711)])
    func code(_ sql: String) -> PostgreSQLError.Code? {
      do { try connection.run(sql) } catch {
        #expect(!error.message.contains("4711"))
        return error.code
      }
      return nil
    }
    #expect(code("INSERT INTO t VALUES (4711)") == .duplicate)
    #expect(code("SELECT * FROM missing") == .undefined)
    #expect(code("SELEKT") == .unsupported)
    #expect(code("SELECT 1 / 0") == .other)
    #expect(code("SELECT 1") == nil)
    #expect(connection.isUsable)
  }

  @Test func whatTakesTooLongIsGivenUp() throws {
    let connection = try connection()
    #expect {
      try connection.simple("SELECT pg_sleep(30)", timeout: .milliseconds(50))
    } throws: { ($0 as? PostgreSQLError)?.code == .timeout }
    // Its answer would be taken for that of the next question.
    #expect(!connection.isUsable)
  }

  @Test func aPoolLendsEachToOne() throws {
    let pool = ConnectionPool(try #require(TestPostgreSQL.shared).database(), limit: 2, timeout: .milliseconds(300))
    let (first, second) = (try pool.take(), try pool.take())
    #expect(first !== second)
    #expect { try pool.take() } throws: { ($0 as? PostgreSQLError)?.code == .unavailable }
    pool.giveBack(second)
    let third = try pool.take()
    #expect(third === second)
    pool.giveBack(first)
    pool.giveBack(third)
  }

  @Test func notificationsArrive() throws {
    let address = try #require(TestPostgreSQL.shared).database()
    let (listener, speaker) = (try Connection(address), try Connection(address))
    try listener.simple("LISTEN here")
    #expect(try !listener.awaitNotification(.milliseconds(10)))
    try speaker.simple("NOTIFY here")
    #expect(try listener.awaitNotification(.seconds(10)))
  }
}
