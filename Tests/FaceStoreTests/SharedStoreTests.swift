import FaceStore
import FaceTypes
import PostgreSQL
import TestPostgreSQL
import Testing

/// Several stores over one PostgreSQL database, as several daemons have them.
@Suite(.enabled(if: TestPostgreSQL.shared != nil, "\(TestPostgreSQL.absence)")) struct SharedStoreTests {
  let g = gallery("g")
  let m = model("a")

  func database() throws -> String { try #require(TestPostgreSQL.shared).database() }

  func open(_ address: String) throws -> FaceStore { try FaceStore(postgreSQL: address, options: testOptions()) }

  @Test func whatOneWritesTheOtherReads() async throws {
    let address = try database()
    let (a, b) = (try open(address), try open(address))
    try await a.createGallery(g)
    try await b.putModel(m, label: "m", embeddingSize: 2)
    let start = try b.changeNumber() - 1
    let face = try await a.enroll(enrolment(g, .named(name("A")), crop: [1, 2], [(m, Embedding(unit: [1, 0]))]))
    #expect(try b.crop(g, face.face) == [1, 2])
    #expect(try b.embedding(g, model: m, face: face.face)?.values == [1, 0])
    // The other is told, and who wrote it is not.
    let told = try b.changes(after: start)
    #expect(told.faces == [g: [face.face]] && !told.isIncomplete && told.number == start + 1)
    #expect(try a.changes(after: start).isEmpty)
    #expect(try b.changes(after: told.number).isEmpty)
    try await b.deleteFace(g, face.face)
    #expect(try a.changes(after: told.number).faces == [g: [face.face]])
    try await b.deleteGallery(g)
    try await b.createGallery(g)
    let last = try a.changes(after: told.number)
    #expect(last.galleries == [g] && last.faces.isEmpty)
    try await b.purge()
    try a.checkInvariants()
    await a.close()
    await b.close()
  }

  /// Names are unique and numbers are given out once, whoever asks at the same time.
  @Test func theyEnrollAtTheSameTime() async throws {
    let address = try database()
    let stores = [try open(address), try open(address), try open(address)]
    try await stores[0].createGallery(g)
    let faces = try await withThrowingTaskGroup(of: [EnrolledFace].self) { tasks in
      for store in stores {
        tasks.addTask { [g] in
          var faces: [EnrolledFace] = []
          for index in 0..<60 { faces.append(try await store.enroll(enrolment(g, .named(name("p\(index % 7)"))))) }
          return faces
        }
      }
      return try await tasks.reduce(into: []) { $0 += $1 }
    }
    #expect(Set(faces.map(\.face)).count == 180)
    #expect(Set(faces.map(\.identity)).count == 7 && faces.count(where: \.createdIdentity) == 7)
    try stores[1].checkInvariants()
    for store in stores { await store.close() }
  }

  @Test func whoMissedTooMuchIsToldSo() async throws {
    let address = try database()
    let store = try open(address)
    try await store.createGallery(g)
    try await store.putModel(m, label: "m", embeddingSize: 2)
    await store.close()
    // As if a hundred thousand changes had been made.
    try Connection(address).run(
      "UPDATE faced.counters SET value = $1 WHERE key = $2", [.bytes([1, 0, 0, 2, 0, 0, 0, 0, 0]), .bytes([7])])
    let again = try open(address)
    let told = try again.changes(after: 1)
    #expect(told.isIncomplete && told.number == 0x20000 - 1)
    await again.close()
  }

  @Test func oneHasTheLease() async throws {
    let address = try database()
    let (a, b) = (try open(address), try open(address))
    var lease = try a.lease(.reindex)
    #expect(lease?.isHeld == true)
    #expect(try b.lease(.reindex) == nil)
    #expect(try b.lease(.retention) != nil)
    // Whoever ends the session takes it away.
    try Connection(address).run(
      "SELECT pg_terminate_backend(pid)::text FROM pg_locks WHERE locktype = 'advisory' AND objid = $1",
      [.integer(LeaseName.reindex.rawValue)])
    #expect(lease?.isHeld == false)
    lease = try b.lease(.reindex)
    #expect(lease?.isHeld == true)
    await a.close()
    await b.close()
  }

  @Test func modelFilesComeAlong() async throws {
    let address = try database()
    let (a, b) = (try open(address), try open(address))
    try await a.putModel(m, label: "m", embeddingSize: 2)
    let bytes = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    #expect(try b.modelFile(m) == nil)
    try await a.putModelFile(m, bytes)
    #expect(try b.modelFile(m) == bytes)
    try await b.deleteModel(m)
    #expect(try a.modelFile(m) == nil)
    await a.close()
    await b.close()
  }

  /// What was deleted is in no table any more, and no table has its space to keep.
  @Test func deletedRowsLeave() async throws {
    let address = try database()
    let store = try open(address)
    try await store.createGallery(g)
    try await store.createGallery(gallery("h"))
    try await store.putModel(m, label: "m", embeddingSize: 2)
    for index in 0..<50 {
      _ = try await store.enroll(
        enrolment(g, .named(name("p\(index % 9)")), request: "r\(index)", crop: [7], [(m, Embedding(unit: [1, 0]))]))
    }
    let kept = try await store.enroll(enrolment(gallery("h"), .named(name("A")), request: "r", crop: [9]))
    try await store.deleteGallery(g)
    try await store.purge()
    let connection = try Connection(address)
    for (table, count) in [
      ("faces", 1), ("crops", 1), ("embeddings", 0), ("names", 1), ("requests", 1), ("request_times", 1),
      ("cleanups", 0),
    ] {
      #expect(try connection.run("SELECT count(*) FROM faced.\(table)").integer(0, 0) == count, "\(table)")
    }
    #expect(try store.crop(gallery("h"), kept.face) == [9])
    await store.close()
  }

  @Test func newerTablesAreRefused() async throws {
    let address = try database()
    await (try open(address)).close()
    try Connection(address).simple("INSERT INTO faced.versions VALUES (99)")
    #expect(await code { _ = try open(address) } == .schemaTooNew)
    #expect(await code { _ = try FaceStore(postgreSQL: "postgres://nobody@127.0.0.1:1/none") } == .unavailable)
  }

  /// While the server is away everything says so; when it is back everything goes on, with all that was acknowledged.
  @Test(arguments: [("stop", "start"), ("kill", "start")])
  func theServerGoesAndComes(down: String, up: String) async throws {
    let server = try #require(TestPostgreSQL())
    let address = try server.database()
    var options = testOptions()
    options.recoveryMilliseconds = 50
    let store = try FaceStore(postgreSQL: address, options: options)
    try await store.createGallery(g)
    var faces: [FaceID] = []
    for index in 0..<20 { faces.append(try await store.enroll(enrolment(g, .named(name("p\(index)")))).face) }
    server.tell(down)
    #expect(await code { _ = try store.gallery(g) } == .unavailable)
    #expect(await code { _ = try await store.enroll(enrolment(g, .named(name("late")))) } == .unavailable)
    #expect(store.writeRefusal?.code == .unavailable)
    server.tell(up)
    while store.writeRefusal != nil { try await Task.sleep(for: .milliseconds(20)) }
    #expect(try store.faces(g, limit: 100).map(\.id) == faces)
    #expect(try await store.enroll(enrolment(g, .named(name("late")))).createdIdentity)
    try store.checkInvariants()
    await store.close()
  }
}
