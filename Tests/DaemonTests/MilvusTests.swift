import Foundation
import TestMilvus
import TestNumbers
import TestPostgreSQL
import Testing

/// Daemons that let Milvus search: what they answer is what one with its vectors in memory would.
@Suite(.serialized, .enabled(if: TestMilvus.shared != nil, "\(TestMilvus.absence)")) struct MilvusTests {
  private struct Status: Decodable {
    struct Search: Decodable {
      let address: String
      let pending: Int
      let missing: Int
      let failure: String?
      let compared: String?
    }
    let search: Search?
  }

  private let server: TestMilvus
  private let address: String

  init() throws {
    server = try #require(TestMilvus.shared)
    address = server.address()
  }

  private func daemon(
    _ address: String? = nil, _ data: TemporaryFolder? = nil, _ arguments: [String] = []
  ) throws -> DaemonProcess {
    try DaemonProcess(
      data: try data ?? TemporaryFolder(), arguments: arguments, environment: ["FACED_SEARCH": address ?? self.address])
  }

  private func eventually(_ what: Comment, _ isSo: () throws -> Bool) throws {
    for _ in 0..<600 {
      if try isSo() { return }
      Thread.sleep(forTimeInterval: 0.1)
    }
    Issue.record(what)
  }

  private func status(_ daemon: DaemonProcess) throws -> Status.Search {
    try #require(try daemon.facectl(["status", "--json"]).objects(Status.self).first?.search)
  }

  private func upToDate(_ daemon: DaemonProcess) throws {
    try eventually("Milvus is up to date") {
      let status = try status(daemon)
      return status.failure == nil && status.pending == 0 && status.missing == 0 && status.compared != nil
    }
  }

  /// Nil for nobody, and where the daemon cannot say at present.
  private func identified(_ picture: String, _ daemon: DaemonProcess) throws -> String? {
    let answer = try daemon.facectl(["identify", picture, "--json"])
    guard answer.status == 0 else { return nil }
    return try answer.objects(Identified.self).first?.faces.first?.identity
  }

  /// Whose faces Milvus has, by its own client: how many there are of each identity.
  private func rows(_ server: TestMilvus, _ address: String) throws -> [String: Int] {
    let program = """
      import sys, json, collections
      from pymilvus import MilvusClient
      rows = MilvusClient(sys.argv[1]).query(
          sys.argv[2], filter="face > 0", output_fields=["gallery", "identity", "vector"], limit=16000)
      assert all(abs(sum(x * x for x in row["vector"]) - 1) < 1e-3 for row in rows)
      print(json.dumps(collections.Counter(f'{row["gallery"]}/{row["identity"]}' for row in rows)))
      """
    let prefix = try #require(address.split(separator: "=").dropFirst().first?.prefix { $0 != "&" })
    let text = try #require(server.python(program, [String(prefix)]))
    return try JSONDecoder().decode([String: Int].self, from: Data(text.utf8))
  }

  @Test func theStoryOfAGallery() throws {
    let work = try TemporaryFolder()
    let data = try TemporaryFolder()
    var daemon = try daemon(nil, data)
    let first = try daemon.facectl(["enroll", work.gallery(people: 4, pictures: 3), "--json"])
    #expect(try first.objects(Enrolled.self).first?.enrolledFaces == 12)
    for person in UInt64(0)..<4 {
      #expect(try identified(work.picture(person, view: 7), daemon) == "p\(person)")
    }
    try upToDate(daemon)
    #expect(try rows(server, address) == ["default/1": 3, "default/2": 3, "default/3": 3, "default/4": 3])
    // Corrections are seen at once.
    let picture = try work.picture(1, view: 8)
    #expect(try daemon.facectl(["identity", "merge", "p1", "p2"]).status == 0)
    #expect(try identified(picture, daemon) == "p2")
    // Searches of some people alone, and of all but some.
    let only = try daemon.facectl(["identify", picture, "--only", "p3", "--json"]).objects(Identified.self)
    #expect(only.first?.faces.first?.candidates.map(\.identity) == ["p3"])
    let except = try daemon.facectl(["identify", picture, "--except", "p2", "--json"]).objects(Identified.self)
    #expect(Set(except.first?.faces.first?.candidates.map(\.identity) ?? []) == ["p0", "p3"])
    // Who is deleted is gone from Milvus when the call returns.
    #expect(try daemon.facectl(["identity", "delete", "p0", "--yes"]).status == 0)
    try upToDate(daemon)
    let left = try rows(server, address)
    #expect(left.count == 2 && Set(left.values) == [6, 3])
    #expect(try identified(work.picture(0, view: 7), daemon) != "p0")
    #expect(daemon.stop() == 0)
    // In memory it is the same, to the last digit that is shown.
    func candidates(_ daemon: DaemonProcess) throws -> [String] {
      try daemon.facectl(["identify", picture, "--json"]).objects(Identified.self).flatMap(\.faces)
        .flatMap(\.candidates).map { "\($0.identity) \(String(format: "%.4f", $0.distance))" }
    }
    daemon = try self.daemon(nil, data)
    let served = try candidates(daemon)
    #expect(daemon.stop() == 0)
    daemon = try DaemonProcess(data: data, arguments: ["--search", "memory"])
    #expect(try candidates(daemon) == served && served.count == 2)
    #expect(daemon.stop() == 0)
  }

  @Test func milvusGoesAndComesAndForgets() throws {
    let server = try #require(TestMilvus())
    let address = server.address("&timeout=2")
    let work = try TemporaryFolder()
    let daemon = try daemon(address)
    let (ada, grace, mary) = (
      try work.picture(3, view: 0), try work.picture(4, view: 0), try work.picture(5, view: 0)
    )
    #expect(try daemon.facectl(["enroll", "--identity", "Ada", ada]).status == 0)
    try upToDate(daemon)
    // It hangs, and calls end all the same.
    server.tell("pause")
    let hanging = try daemon.facectl(["identify", ada, "--json"])
    #expect(hanging.status != 0 && (hanging.text + hanging.errors).contains("SEARCH_UNAVAILABLE"))
    server.tell("continue")
    try eventually("it goes on") { try identified(ada, daemon) == "Ada" }
    server.tell("kill")
    try eventually("that it is away is noticed") { try status(daemon).failure != nil }
    #expect(try daemon.facectl(["enroll", "--identity", "Grace", grace]).status == 0)
    let refused = try daemon.facectl(["identify", ada, "--json"])
    #expect(refused.status != 0 && (refused.text + refused.errors).contains("SEARCH_UNAVAILABLE"))
    #expect(try status(daemon).pending == 1)
    #expect(try daemon.facectl(["doctor"]).text.contains("does not answer"))
    server.tell("start")
    try eventually("who was enrolled meanwhile is found") { try identified(grace, daemon) == "Grace" }
    #expect(try identified(ada, daemon) == "Ada")
    try upToDate(daemon)
    #expect(try rows(server, address).count == 2)
    // Its disk is lost.
    server.tell("wipe")
    try eventually("that it is away is noticed") { try status(daemon).failure != nil }
    #expect(try daemon.facectl(["identity", "delete", "Ada", "--yes"]).status == 0)
    #expect(try daemon.facectl(["enroll", "--identity", "Mary", mary]).status == 0)
    server.tell("start")
    try eventually("everybody is found again") {
      try identified(grace, daemon) == "Grace" && identified(mary, daemon) == "Mary"
    }
    try upToDate(daemon)
    #expect(try rows(server, address) == ["default/2": 1, "default/3": 1])
    #expect(daemon.stop() == 0)
  }

  @Test func milvusIsFull() throws {
    let server = try #require(TestMilvus())
    let address = server.address("&timeout=2")
    let work = try TemporaryFolder()
    let daemon = try daemon(address)
    let (ada, grace) = (try work.picture(3, view: 0), try work.picture(4, view: 0))
    #expect(try daemon.facectl(["enroll", "--identity", "Ada", ada]).status == 0)
    try upToDate(daemon)
    server.tell("full")
    #expect(try daemon.facectl(["enroll", "--identity", "Grace", grace]).status == 0, "the store takes it")
    try eventually("that it takes nothing is noticed") { try status(daemon).failure != nil }
    #expect(try status(daemon).pending == 1)
    server.tell("space")
    try upToDate(daemon)
    #expect(try identified(grace, daemon) == "Grace" && identified(ada, daemon) == "Ada")
    #expect(try rows(server, address) == ["default/1": 1, "default/2": 1])
    #expect(daemon.stop() == 0)
  }

  /// Vectors come, go and change hands at random; a toy knows what should be found.
  @Test func randomOperations() throws {
    let work = try TemporaryFolder()
    let data = try TemporaryFolder()
    var daemon = try daemon(server.address("&index=IVF_FLAT&nlist=16&nprobe=16"), data)
    var random = SeededGenerator(seed: 11)
    var toy: [Int: String] = [:]
    var next = 0
    func import_(_ seeds: [Int], _ names: [String]) throws {
      let (vectors, list) = (work.file("v.npy"), work.file("n.txt"))
      try VectorTests.npy(seeds.map(VectorTests.unit)).write(to: URL(fileURLWithPath: vectors))
      try Data(names.map { "\($0)\n" }.joined().utf8).write(to: URL(fileURLWithPath: list))
      #expect(try daemon.facectl(["import", "--vectors", vectors, "--names", list]).status == 0)
    }
    for step in 0..<30 {
      let names = Set(toy.values).sorted()
      switch names.count < 4 ? 9 : Int.random(in: 0..<6, using: &random) {
      case 0:
        let gone = names[Int.random(in: names.indices, using: &random)]
        #expect(try daemon.facectl(["identity", "delete", gone, "--yes"]).status == 0)
        toy = toy.filter { $0.value != gone }
      case 1:
        let (from, into) = (names[0], names[names.count - 1])
        #expect(try daemon.facectl(["identity", "merge", from, into]).status == 0)
        for (seed, name) in toy where name == from { toy[seed] = into }
      default:
        let seeds = Array(next..<next + 40)
        next += 40
        let owners = seeds.map { _ in "p\(Int.random(in: 0..<60, using: &random))" }
        try import_(seeds, owners)
        for (seed, name) in zip(seeds, owners) { toy[seed] = name }
      }
      guard step % 3 == 2 else { continue }
      let asked = Array(toy.keys.sorted().shuffled(using: &random).prefix(6))
      let probes = work.file("probes.npy")
      try VectorTests.npy(asked.map(VectorTests.unit)).write(to: URL(fileURLWithPath: probes))
      let answers = try daemon.facectl(["identify", "--vectors", probes, "--json"]).objects(Identified.self)
      #expect(answers.count == asked.count)
      for (seed, answer) in zip(asked, answers) {
        let found = try #require(answer.faces.first).candidates
        let expected = Self.nearest(VectorTests.unit(seed), toy).prefix(found.count)
        #expect(found.count == min(5, Set(toy.values).count), "step \(step)")
        #expect(zip(found, expected).allSatisfy { abs(Float($0.distance) - $1.distance) < 1e-3 }, "step \(step)")
        #expect(found.first?.identity == expected.first?.name, "step \(step)")
      }
    }
    try upToDate(daemon)
    #expect(daemon.stop() == 0)
    daemon = try self.daemon(nil, data)
    try upToDate(daemon)
    #expect(try rows(server, address).values.reduce(0, +) == toy.count, "another collection is filled from the store")
    #expect(daemon.stop() == 0)
  }

  private static func nearest(_ probe: [Float], _ toy: [Int: String]) -> [(name: String, distance: Float)] {
    // Faces are searched, and their people ordered by template: those of the 40 nearest faces, if they are enough.
    let near = toy.keys.sorted { distance(probe, $0) < distance(probe, $1) }
    let wanted = [40, 160, 640].first { Set(near.prefix($0).map { toy[$0] }).count >= 5 } ?? near.count
    let people = Set(near.prefix(wanted).map { toy[$0] ?? "" })
    return Dictionary(grouping: toy.keys, by: { toy[$0] ?? "" }).filter { people.contains($0.key) }.map { name, seeds in
      var sum = [Float](repeating: 0, count: probe.count)
      for seed in seeds { for (place, value) in VectorTests.unit(seed).enumerated() { sum[place] += value } }
      let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return (name, 2 - 2 * zip(sum, probe).reduce(0) { $0 + $1.0 * $1.1 } / length)
    }.sorted { $0.distance < $1.distance }
  }

  private static func distance(_ probe: [Float], _ seed: Int) -> Float {
    zip(probe, VectorTests.unit(seed)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

  @Test func twoDaemonsOverPostgreSQLAndMilvus() throws {
    guard let postgres = TestPostgreSQL.shared else { return }
    let store = ["--store", try postgres.database()]
    let work = try TemporaryFolder()
    let (a, b) = (try daemon(nil, nil, store), try daemon(nil, nil, store))
    let (ada, grace) = (try work.picture(3, view: 0), try work.picture(4, view: 0))
    #expect(try a.facectl(["enroll", "--identity", "Ada", ada]).status == 0)
    #expect(try identified(ada, a) == "Ada")
    try eventually("the other finds her") { try identified(ada, b) == "Ada" }
    #expect(try b.facectl(["enroll", "--identity", "Grace", grace]).status == 0)
    // It dies with what it may not have told Milvus; the other one does.
    b.kill()
    try eventually("the first finds who was enrolled at the other") { try identified(grace, a) == "Grace" }
    try upToDate(a)
    #expect(try rows(server, address) == ["default/1": 1, "default/2": 1])
    let c = try daemon(nil, nil, store)
    #expect(try c.facectl(["identity", "delete", "Ada", "--yes"]).status == 0)
    #expect(try identified(ada, a) != "Ada")
    try upToDate(c)
    #expect(try rows(server, address) == ["default/2": 1])
    #expect(a.stop() == 0 && c.stop() == 0)
  }

  @Test func aWrongAddressIsRefused() throws {
    let data = try TemporaryFolder()
    for search in ["disk", "milvus:", "milvus://host?nlist=x"] {
      let refused = try DaemonProcess.run(
        "faced", ["--data", data.path, "--search", search, "--address", "127.0.0.1:0"])
      #expect(refused.status == 1 && refused.errors.contains("--search"), "\(search): \(refused.errors)")
    }
  }
}
