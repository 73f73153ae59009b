import FaceStore
import FaceTypes
import TestNumbers
import Testing

/// A process that writes is killed; what it had acknowledged is there, whole, and nothing half-written is.
@Suite(.serialized) struct CrashTests {
  /// What a killed run had said.
  struct Told: Sendable {
    var enrolled: [Int: (face: FaceID, identity: IdentityID)] = [:]
    var deleting: Set<FaceID> = []
    var deleted: Set<FaceID> = []
    /// Faces on their way to another person and back.
    var moving: Set<FaceID> = []

    mutating func take(_ line: String) throws {
      let words = line.split(separator: " ")
      let numbers = words.dropFirst().compactMap { UInt64($0) }
      switch words.first {
      case "ready": break
      case "face":
        try #require(numbers.count == 3)
        enrolled[Int(numbers[0])] = (FaceID(numbers[1]), IdentityID(numbers[2]))
      case "deleting": deleting.insert(FaceID(numbers[0]))
      case "deleted": deleted.insert(FaceID(numbers[0]))
      case "moving": moving.insert(FaceID(numbers[0]))
      case "merged": break
      case "back": moving.remove(FaceID(numbers[0]))
      default: Issue.record("the process said: \(line)")
      }
    }
  }

  let directory = TemporaryDirectory()
  let g = gallery("torture")
  let m = model("a")

  @Test(arguments: TestStore.Kind.allCases)
  func killedAmidAcknowledgedEnrolments(kind: TestStore.Kind) async throws {
    guard let place = try TestStore(kind) else { return }
    var random = SeededGenerator(seed: 7)
    var told = Told()
    for round in 0..<8 {
      let (lines, before) = (Int.random(in: 1...400, using: &random), told)
      told = try await onOwnThread {
        var told = before
        try Torture("enroll", place.place, String(round * 1_000_000)).run(for: lines, into: &told)
        return told
      }
      try await check(told, place)
    }
    // Ids of different runs never met.
    #expect(Set(told.enrolled.values.map(\.face)).count == told.enrolled.count)
    #expect(told.enrolled.count > 8)
  }

  func check(_ told: Told, _ place: TestStore) async throws {
    let store = try place.open()
    try store.checkInvariants()
    for (number, enrolled) in told.enrolled {
      guard let face = try store.face(g, enrolled.face) else {
        // Only one whose deletion had begun may be gone.
        #expect(told.deleting.contains(enrolled.face))
        continue
      }
      #expect(!told.deleted.contains(enrolled.face))
      #expect(face.identity == enrolled.identity || told.moving.contains(face.id))
      #expect(face.source == "photo \(number)")
    }
    // Whatever is visible is whole, acknowledged or not.
    for face in try store.faces(g, limit: 100_000) {
      let number = try #require(face.source.flatMap { Int($0.dropFirst("photo ".count)) })
      #expect(try store.crop(g, face.id) == tortureCrop(number))
      let length = (0..<16).reduce(Float(0)) { $0 + Float(number * 16 + $1) * Float(number * 16 + $1) }.squareRoot()
      let values = (0..<16).map { Float(number * 16 + $0) / length }
      #expect(try store.embedding(g, model: m, face: face.id)?.values == values)
      let owner = try #require(try store.identity(g, face.identity)).name.text
      // One whose move was never acknowledged may be on its way as well.
      #expect(["person \(number % 23)", "moved \(number)", "target \(number)"].contains(owner))
      #expect(owner.hasPrefix("person") || told.moving.contains(face.id) || told.enrolled[number] == nil)
    }
    // A client that got no answer, or lost it, asks again: the same face, not a second one.
    let before = try store.gallery(g)?.faceCount
    for (number, enrolled) in told.enrolled.sorted(by: { $0.key < $1.key }).suffix(20) {
      let again = try await store.enroll(
        Enrolment(
          gallery: g, identity: .named(name("person \(number % 23)")), requestID: "request \(number)",
          box: Box(x: 0, y: 0, width: 1, height: 1), score: 1, embeddings: []))
      #expect(again.replayed && again.face == enrolled.face)
    }
    #expect(try store.gallery(g)?.faceCount == before)
    await store.close()
  }

  /// After a write that failed nothing is written over the damage it may have left; and once there is room again,
  /// writes work again by themselves.
  @Test func aFullDisk() async throws {
    let lines = try await onOwnThread { [directory] in
      let process = try Torture("full", directory.path)
      defer { process.end() }
      return Array(sequence(first: "") { _ in process.line() }.dropFirst())
    }
    #expect(lines.last == "end")
    let enrolled = lines.filter { $0.hasPrefix("face ") }.map { $0.split(separator: " ").compactMap { Int($0) } }
    // Everything up to the full disk, nothing while it is full, and everything after it.
    let early = enrolled.count { $0[0] < 60 }
    #expect(enrolled.map { $0[0] } == Array(0..<early) + Array(60..<70) && (1..<60).contains(early))
    #expect(lines.filter { $0.hasPrefix("refused ") } == (early..<60).map { "refused \($0) io" })
    #expect(lines.contains("io") && lines.contains("again"))
    let store = try FaceStore(directory: directory.path, options: testOptions())
    try store.checkInvariants()
    // What was refused may have reached the log before the disk was full; what was acknowledged is there.
    let there = Set(try store.faces(g, limit: 100).map { Int($0.id.value) })
    #expect(there.isSuperset(of: enrolled.map { $0[1] }) && there.count <= enrolled.count + 1)
    for (number, face) in enrolled.map({ ($0[0], FaceID(UInt64($0[1]))) }) {
      #expect(try store.crop(g, face) == tortureCrop(number))
    }
    #expect(try await !store.enroll(enrolment(g, .named(name("A")))).createdIdentity)
    await store.close()
  }

  @Test func anotherProcessHasItOpen() async throws {
    let store = try FaceStore(directory: directory.path, options: testOptions())
    func other() async throws -> String? {
      try await onOwnThread { [directory] in
        let process = try Torture("open", directory.path)
        defer { process.end() }
        return process.line()
      }
    }
    #expect(try await other() == "locked")
    // A second open in this process is refused too, and does not lose the lock against others.
    #expect(await code { _ = try FaceStore(directory: directory.path) } == .locked)
    #expect(try await other() == "locked")
    await store.close()
    #expect(try await other() == "opened")
  }
}

extension Torture {
  /// Kills it once it has said `count` lines, and takes in all it said.
  func run(for count: Int, into told: inout CrashTests.Told) throws {
    defer { end() }
    for _ in 0..<count {
      guard let line = line() else {
        Issue.record("the process ended by itself")
        return
      }
      try told.take(line)
    }
    killNow()
    while let line = line() { try told.take(line) }
  }
}
