import Foundation
import TestPostgreSQL
import Testing

/// Several daemons over one PostgreSQL: what one does the others know, and any of them may die.
@Suite(.serialized, .enabled(if: TestPostgreSQL.shared != nil, "\(TestPostgreSQL.absence)")) struct ReplicaTests {
  private let server: TestPostgreSQL
  private let address: String

  init() throws {
    server = try #require(TestPostgreSQL.shared)
    address = try server.database()
  }

  func daemon(_ address: String? = nil, _ data: TemporaryFolder? = nil) throws -> DaemonProcess {
    try DaemonProcess(data: try data ?? TemporaryFolder(), arguments: ["--store", address ?? self.address])
  }

  /// Asks until it is so; what is never so fails the test.
  func eventually(_ what: Comment, _ isSo: () throws -> Bool) throws {
    for _ in 0..<600 {
      if try isSo() { return }
      Thread.sleep(forTimeInterval: 0.1)
    }
    Issue.record(what)
  }

  /// Nil for nobody, and where the daemon cannot say at present.
  private func identified(_ picture: String, _ daemon: DaemonProcess) throws -> String? {
    let answer = try daemon.facectl(["identify", picture, "--json"])
    guard answer.status == 0 else { return nil }
    return try answer.objects(Identified.self).first?.faces.first?.identity
  }

  @Test func whatOneIsToldTheOthersKnow() throws {
    let work = try TemporaryFolder()
    let (a, b) = (try daemon(), try daemon())
    let (ada, view) = (try work.picture(3, view: 0), try work.picture(3, view: 1))
    #expect(try a.facectl(["enroll", "--identity", "Ada", ada]).status == 0)
    #expect(try identified(ada, a) == "Ada")
    try eventually("the other finds her") { try identified(ada, b) == "Ada" }
    // Sent once more to the other, it is the same photograph.
    #expect(
      try b.facectl(["enroll", "--identity", "Ada", ada, "--json"]).objects(Enrolled.self).first?.enrolledBefore == 1)
    #expect(try b.facectl(["enroll", "--identity", "Ada", view]).status == 0)
    // Names are the store's and so everybody's at once.
    #expect(try b.facectl(["identity", "rename", "Ada", "Lovelace"]).status == 0)
    #expect(try identified(ada, a) == "Lovelace")
    try eventually("both faces are at the first") {
      try a.facectl(["identify", view, "--json"]).objects(Identified.self).first?.faces.first?.candidates.first?
        .distance
        == b.facectl(["identify", view, "--json"]).objects(Identified.self).first?.faces.first?.candidates.first?
        .distance
    }
    #expect(try a.facectl(["doctor"]).text.contains("other daemons"))
    // Who was deleted at one is at once nobody's candidate anywhere.
    #expect(try b.facectl(["identity", "delete", "Lovelace", "--yes"]).status == 0)
    #expect(try identified(ada, a) == nil)
    // A daemon that comes later has it all.
    #expect(try a.facectl(["enroll", "--identity", "Grace", view, "--again"]).status == 0)
    #expect(a.stop() == 0)
    let c = try daemon()
    #expect(try identified(view, c) == "Grace")
    #expect(b.stop() == 0 && c.stop() == 0)
  }

  @Test func oneIsKilledUnderLoad() async throws {
    let work = try TemporaryFolder()
    let data = try TemporaryFolder()
    let (a, b) = (try daemon(nil, data), try daemon())
    let (vectors, names) = (work.file("v.npy"), work.file("n.txt"))
    try VectorTests.npy((0..<3000).map(VectorTests.unit)).write(to: URL(fileURLWithPath: vectors))
    try Data((0..<3000).map { "person \($0)\n" }.joined().utf8).write(to: URL(fileURLWithPath: names))
    let arguments = ["import", "--vectors", vectors, "--names", names, "--json"]
    func faces(_ daemon: DaemonProcess) throws -> Int {
      try daemon.facectl(["identity", "list", "--json"]).objects(ListedIdentity.self).reduce(0) { $0 + $1.faces }
    }
    let address = a.address
    let running = Task.detached {
      try await onOwnThread { _ = try DaemonProcess.run("facectl", ["--address", address] + arguments) }
    }
    try eventually("something was imported") { try faces(b) > 100 }
    a.kill()
    try await running.value
    let before = try faces(b)
    // Sent again to another, what was there is known and nothing is there twice.
    let again = try #require(try b.facectl(arguments).objects(TransferTests.Imported.self).first)
    #expect(again.known == before && again.added == 3000 - before)
    #expect(try faces(b) == 3000)
    let a2 = try daemon(nil, data)
    let probes = work.file("probes.npy")
    try VectorTests.npy([VectorTests.unit(17), VectorTests.unit(2999)]).write(to: URL(fileURLWithPath: probes))
    for daemon in [a2, b] {
      try eventually("every face is found") {
        try daemon.facectl(["identify", "--vectors", probes, "--json"]).objects(Identified.self)
          .map { $0.faces.first?.candidates.first?.identity } == ["person 17", "person 2999"]
      }
    }
  }

  /// The daemon that runs a reindex dies; another one ends it, and all of them answer with the new model.
  @Test func aReindexIsTakenOver() throws {
    let work = try TemporaryFolder()
    let (a, b) = (try daemon(), try daemon())
    #expect(try a.facectl(["enroll", work.gallery(people: 8, pictures: 3)]).status == 0)
    #expect(try a.facectl(["model", "add", DaemonProcess.Manifest.model("small")]).status == 0)
    func models(_ daemon: DaemonProcess) throws -> [ListedModel] {
      try daemon.facectl(["model", "list", "--json"]).objects(ListedModel.self)
    }
    let small = try #require(try models(b).first { !$0.active }?.model)
    // It asks before the switch, so that it is not over before the daemon dies.
    #expect(try a.facectl(["reindex", "start", small, "--ask"]).status == 0)
    // Nobody starts a second one meanwhile, wherever.
    let second = try b.facectl(["reindex", "start", small, "--json"])
    #expect(second.status != 0)
    a.kill()
    try eventually("the other daemon ends it") {
      _ = try b.facectl(["reindex", "resume"])
      return try models(b).first { $0.active }?.model == small
    }
    let picture = try work.picture(2, view: 7)
    let c = try daemon()
    #expect(try models(c).first { $0.active }?.model == small)
    #expect(
      try c.facectl(["identify", picture, "--json"]).objects(Identified.self).first?.model
        == b.facectl(["identify", picture, "--json"]).objects(Identified.self).first?.model)
  }

  @Test(arguments: ["stop", "kill"])
  func theDatabaseGoesAndComes(how: String) throws {
    let server = try #require(TestPostgreSQL())
    let address = try server.database()
    let work = try TemporaryFolder()
    let (a, b) = (try daemon(address), try daemon(address))
    let (ada, grace) = (try work.picture(3, view: 0), try work.picture(4, view: 0))
    #expect(try a.facectl(["enroll", "--identity", "Ada", ada]).status == 0)
    try eventually("the other finds her") { try identified(ada, b) == "Ada" }
    server.tell(how)
    for arguments in [["enroll", "--identity", "Grace", grace], ["identify", ada]] {
      for daemon in [a, b] {
        let refused = try daemon.facectl(arguments)
        #expect(refused.status != 0 && (refused.text + refused.errors).contains("PostgreSQL"))
      }
    }
    server.tell("start")
    try eventually("changes are taken again") {
      try a.facectl(["enroll", "--identity", "Grace", grace]).status == 0
    }
    try eventually("and seen") { try identified(grace, b) == "Grace" }
    #expect(try identified(ada, a) == "Ada")
    #expect(a.stop() == 0 && b.stop() == 0)
  }

  /// The server says of every new face what it says when its disk is full.
  @Test func theDatabaseIsFull() throws {
    let work = try TemporaryFolder()
    let (a, b) = (try daemon(), try daemon())
    let (ada, grace) = (try work.picture(3, view: 0), try work.picture(4, view: 0))
    #expect(try a.facectl(["enroll", "--identity", "Ada", ada]).status == 0)
    try eventually("the other finds her") { try identified(ada, b) == "Ada" }
    try server.run(
      """
      CREATE FUNCTION faced.full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT ON faced.faces EXECUTE FUNCTION faced.full()
      """, at: address)
    for daemon in [a, b] {
      let refused = try daemon.facectl(["enroll", "--identity", "Grace", grace])
      #expect(refused.status != 0 && (refused.text + refused.errors).contains("free some space for the database"))
      #expect(try identified(ada, daemon) == "Ada")
      #expect(try daemon.facectl(["identity", "get", "Grace"]).status != 0, "a refused enrolment leaves nothing")
    }
    try server.run("DROP TRIGGER full_disk ON faced.faces", at: address)
    try eventually("changes are taken again, without a restart") {
      try a.facectl(["enroll", "--identity", "Grace", grace]).status == 0
    }
    try eventually("and seen") { try identified(grace, b) == "Grace" }
    #expect(a.stop() == 0 && b.stop() == 0)
  }

  @Test func twoDoNotShareAFolder() throws {
    let data = try TemporaryFolder()
    let a = try daemon(nil, data)
    let second = try DaemonProcess.run(
      "faced", ["--data", data.path, "--store", address, "--address", "127.0.0.1:0"])
    #expect(second.status == 1 && second.errors.contains("another faced uses the folder"))
    let both = try DaemonProcess.run("faced", ["--data", data.path, "--store", "leveldb:/nowhere"])
    #expect(both.status == 1 && both.errors.contains("two folders"))
    let neither = try DaemonProcess.run("faced", ["--data", data.path, "--store", "mysql://x"])
    #expect(neither.status == 1 && neither.errors.contains("leveldb:DIR or postgres://"))
    #expect(a.stop() == 0)
  }
}
