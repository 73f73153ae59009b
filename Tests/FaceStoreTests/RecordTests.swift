import FaceStore
import FaceTypes
import TestNumbers
import Testing

/// Each record, through the calls that users make, and again after the store was opened anew.
@Suite struct RecordTests {
  let directory = TemporaryDirectory()
  let clock = ManualClock()

  func open() throws -> FaceStore {
    try FaceStore(directory: "\(directory.path)/a/b", options: testOptions(clock: clock))
  }

  @Test func galleries() async throws {
    let store = try open()
    let made = try await store.createGallery(gallery("staff"), description: "Who works here", keepsCrops: false)
    #expect(made.createdAt == clock.now)
    for name in ["b", "a", "c"] { try await store.createGallery(gallery(name)) }
    #expect(await code { try await store.createGallery(gallery("a")) } == .alreadyExists)
    let long = String(repeating: "x", count: 1001)
    #expect(await code { try await store.createGallery(gallery("z"), description: long) } == .invalidArgument)
    await store.close()
    let again = try open()
    #expect(try again.gallery(gallery("staff")) == made)
    #expect(made.description == "Who works here" && !made.keepsCrops)
    #expect(try again.gallery(gallery("z")) == nil)
    #expect(try again.galleries(limit: 2).map(\.id.name) == ["a", "b"])
    #expect(try again.galleries(after: gallery("b"), limit: 5).map(\.id.name) == ["c", "staff"])
    #expect(await code { _ = try again.galleries(limit: 0) } == .invalidArgument)
    try again.checkInvariants()
    await again.close()
  }

  @Test func aFaceAndItsIdentity() async throws {
    let store = try open()
    var random = SeededGenerator(seed: 1)
    let (home, m) = (gallery("home"), model("a"))
    try await store.createGallery(home)
    try await store.putModel(m, label: "small", embeddingSize: 8)
    let (crop, embedding) = (random.bytes(70_000), random.embedding(8))
    let first = try await store.enroll(
      enrolment(home, .named(name("Ada")), crop: crop, source: "ada/1.jpg", [(m, embedding)]))
    clock.advance(5)
    let second = try await store.enroll(enrolment(home, .id(first.identity)))
    #expect(first.createdIdentity && !second.createdIdentity && !first.replayed)
    #expect(first.identity == second.identity && first.face < second.face)
    await store.close()

    let again = try open()
    let face = try #require(try again.face(home, first.face))
    #expect(face.identity == first.identity && face.source == "ada/1.jpg" && face.score == 1.25 && face.quality == 0.5)
    #expect(face.box == Box(x: 1, y: -2, width: 30.5, height: 40) && face.cropBytes == 70_000)
    #expect(try again.crop(home, first.face) == crop)
    #expect(try again.crop(home, second.face) == nil)
    #expect(try again.embedding(home, model: m, face: first.face) == embedding)
    #expect(try again.embedding(home, model: m, face: second.face) == nil)
    let ada = try #require(try again.identity(home, named: name("Ada")))
    #expect(ada.faceCount == 2 && ada.id == first.identity)
    #expect(try again.identity(home, ada.id) == ada)
    #expect(try again.faces(home, limit: 9).map(\.id) == [first.face, second.face])
    #expect(try again.faces(home, identity: ada.id, after: first.face, limit: 9).map(\.id) == [second.face])
    try again.checkInvariants()

    #expect(try await again.deleteFace(home, first.face) == face)
    #expect(await code { try await again.deleteFace(home, first.face) } == .notFound)
    #expect(try again.face(home, first.face) == nil && again.crop(home, first.face) == nil)
    #expect(try again.embedding(home, model: m, face: first.face) == nil)
    #expect(try again.identity(home, ada.id)?.faceCount == 1)
    try again.checkInvariants()
    await again.close()
  }

  @Test func renamingAndDeletingIdentities() async throws {
    let store = try open()
    let home = gallery("home")
    try await store.createGallery(home)
    let ada = try await store.enroll(enrolment(home, .named(name("Ada"))))
    let bob = try await store.enroll(enrolment(home, .named(name("Bob"))))
    #expect(await code { try await store.renameIdentity(home, bob.identity, to: name("Ada")) } == .alreadyExists)
    #expect(await code { try await store.renameIdentity(home, IdentityID(99), to: name("C")) } == .notFound)
    #expect(try await store.renameIdentity(home, bob.identity, to: name("Bob")).name.text == "Bob")
    #expect(try await store.renameIdentity(home, ada.identity, to: name("Ada L.")).id == ada.identity)
    #expect(try store.identity(home, named: name("Ada")) == nil)
    #expect(try store.identity(home, named: name("Ada L."))?.id == ada.identity)
    // The old name is free, and another identity.
    let other = try await store.enroll(enrolment(home, .named(name("Ada"))))
    #expect(other.createdIdentity && other.identity != ada.identity)
    #expect(try await store.deleteIdentity(home, ada.identity) == [ada.face])
    #expect(await code { try await store.deleteIdentity(home, ada.identity) } == .notFound)
    #expect(try store.identities(home, limit: 9).map(\.id) == [bob.identity, other.identity])
    #expect(await code { _ = try await store.enroll(enrolment(home, .id(ada.identity))) } == .notFound)
    try store.checkInvariants()
    await store.close()
  }

  @Test func aGalleryWithoutCropsKeepsNone() async throws {
    let store = try open()
    try await store.createGallery(gallery("g"), keepsCrops: false)
    let face = try await store.enroll(enrolment(gallery("g"), .named(name("A")), crop: [1, 2, 3]))
    #expect(try store.crop(gallery("g"), face.face) == nil)
    #expect(try store.face(gallery("g"), face.face)?.cropBytes == 0)
    try store.checkInvariants()
    await store.close()
  }

  @Test func modelsAndTheActiveOne() async throws {
    let store = try open()
    let (old, new) = (model("a"), model("b"))
    try await store.putModel(old, label: "old", embeddingSize: 4)
    try await store.putModel(new, label: "new", embeddingSize: 6)
    #expect(try await store.putModel(new, label: "newer", embeddingSize: 6).label == "newer")
    #expect(await code { try await store.putModel(new, label: "new", embeddingSize: 7) } == .failedPrecondition)
    #expect(await code { try await store.putModel(model("c"), label: "", embeddingSize: 0) } == .invalidArgument)
    #expect(try store.activeModel() == nil)
    try await store.switchActiveModel(to: old)
    #expect(await code { try await store.switchActiveModel(to: model("d")) } == .notFound)
    var job = try await store.createJob(from: old, to: new)
    #expect(job.state == .queued)
    job.state = .running
    job.done = 7
    job.message = "half way"
    clock.advance(10)
    try await store.putJob(job)
    #expect(await code { try await store.switchActiveModel(to: old, finishing: job.id) } == .failedPrecondition)
    #expect(await code { try await store.switchActiveModel(to: new, finishing: JobID(9)) } == .notFound)
    #expect(try store.activeModel() == old)
    try await store.switchActiveModel(to: new, finishing: job.id)
    #expect(await code { try await store.putJob(job) } == .failedPrecondition)
    #expect(await code { try await store.deleteModel(new) } == .failedPrecondition)
    #expect(await code { try await store.deleteEmbeddings(model: new) } == .failedPrecondition)
    await store.close()

    let again = try open()
    #expect(try again.activeModel() == new)
    #expect(try again.models().map(\.state) == [.retired, .active])
    let finished = try #require(try again.job(job.id))
    #expect(finished.state == .completed && finished.done == 7 && finished.message == "half way")
    #expect(finished.finishedAt == clock.now && finished.updatedAt == clock.now)
    #expect(try again.jobs(limit: 5) == [finished])
    try await again.deleteModel(old)
    #expect(try again.models().map(\.id) == [new])
    try again.checkInvariants()
    await again.close()
  }

  @Test func enrolmentsAreChecked() async throws {
    let store = try open()
    let (g, m) = (gallery("g"), model("a"))
    let embedding = Embedding(unit: [1, 0])
    func refused(_ change: (inout Enrolment) -> Void) async -> StoreError.Code? {
      var it = enrolment(g, .named(name("A")), [(m, embedding)])
      change(&it)
      let changed = it
      return await code { _ = try await store.enroll(changed) }
    }
    #expect(await refused { _ in } == .notFound)
    try await store.createGallery(g)
    #expect(await refused { _ in } == .failedPrecondition)
    try await store.putModel(m, label: "m", embeddingSize: 2)
    #expect(await refused { $0.requestID = "" } == .invalidArgument)
    #expect(await refused { $0.requestID = String(repeating: "r", count: 65) } == .invalidArgument)
    #expect(await refused { $0.crop = [] } == .invalidArgument)
    #expect(await refused { $0.crop = [UInt8](repeating: 1, count: 1 << 20 | 1) } == .invalidArgument)
    #expect(await refused { $0.source = String(repeating: "s", count: 301) } == .invalidArgument)
    #expect(await refused { $0.box.x = .nan } == .invalidArgument)
    #expect(await refused { $0.box.width = 0 } == .invalidArgument)
    #expect(await refused { $0.score = .infinity } == .invalidArgument)
    #expect(await refused { $0.embeddings = [(m, Embedding(unit: [1]))] } == .invalidArgument)
    #expect(await refused { $0.embeddings = [(m, Embedding(unit: [.nan, 1]))] } == .invalidArgument)
    #expect(await refused { $0.embeddings = [(m, embedding), (m, embedding)] } == .invalidArgument)
    // None of them left a trace.
    #expect(try store.statistics().faces == 0 && store.identities(g, limit: 1).isEmpty)
    try await store.switchActiveModel(to: m)
    #expect(await refused { $0.embeddings = [] } == .modelChanged)
    #expect(await refused { $0.crop = [UInt8](repeating: 1, count: 1 << 20) } == nil)
    try store.checkInvariants()
    await store.close()
  }

  @Test func deletingAGallery() async throws {
    let store = try open()
    let (a, b, m) = (gallery("a"), gallery("b"), model("a"))
    try await store.putModel(m, label: "m", embeddingSize: 2)
    for g in [a, b] {
      try await store.createGallery(g)
      for person in ["x", "y"] {
        _ = try await store.enroll(
          enrolment(g, .named(name(person)), request: person, crop: [1], [(m, Embedding(unit: [0, 1]))]))
      }
    }
    let last = try store.faces(b, limit: 9).last!.id
    let deleted = try await store.deleteGallery(a)
    #expect(deleted.identities == 2 && deleted.faces == 2)
    #expect(await code { try await store.deleteGallery(a) } == .notFound)
    #expect(try store.gallery(a) == nil)
    #expect(await code { _ = try store.faces(a, limit: 1) } == .notFound)
    try store.checkInvariants()
    // A new gallery of that name is empty, request ids included, whether or not the old one is purged.
    try await store.createGallery(a)
    #expect(try store.faces(a, limit: 1).isEmpty && store.identities(a, limit: 1).isEmpty)
    let fresh = try await store.enroll(enrolment(a, .named(name("x")), request: "x", [(m, Embedding(unit: [0, 1]))]))
    #expect(!fresh.replayed && fresh.createdIdentity && fresh.face > last)
    try await store.purge()
    try store.checkInvariants()
    #expect(try store.statistics().pendingPurges == 0)
    #expect(try store.faces(a, limit: 9).map(\.id) == [fresh.face])
    #expect(try store.faces(b, limit: 9).count == 2)
    await store.close()
  }

  @Test func embeddingsAreWalkedAndMissingOnesFound() async throws {
    let store = try open()
    var random = SeededGenerator(seed: 3)
    let (old, new) = (model("a"), model("b"))
    try await store.putModel(old, label: "old", embeddingSize: 5)
    try await store.putModel(new, label: "new", embeddingSize: 3)
    var expected: [FaceID: (GalleryID, IdentityID, Embedding)] = [:]
    for g in [gallery("a"), gallery("b")] {
      try await store.createGallery(g)
      for index in 0..<20 {
        let embedding = random.embedding(5)
        let face = try await store.enroll(
          enrolment(g, .named(name("p\(index % 7)")), crop: index % 3 == 0 ? nil : [9], [(old, embedding)]))
        expected[face.face] = (g, face.identity, embedding)
      }
    }
    var seen: [FaceID] = []
    for g in [gallery("a"), gallery("b")] {
      try store.forEachEmbedding(g, model: old) { face, identity, values in
        seen.append(face)
        let (where_, who, what) = try #require(expected[face])
        #expect(where_ == g && who == identity && what.values == (0..<values.count).map { values[$0] })
      }
    }
    #expect(seen == expected.keys.sorted())
    struct Enough: Error {}
    #expect(throws: Enough.self) {
      try store.forEachEmbedding(gallery("a"), model: old) { _, _, _ in throw Enough() }
    }

    // Everything lacks the new model; in pages of 7, embedding every second face.
    var (position, pages) = (FacePosition?.none, 0)
    var listed: [FaceNeedingEmbedding] = []
    while true {
      let page = try store.facesNeedingEmbedding(model: new, after: position, limit: 7)
      guard let last = page.last else { break }
      position = last.position
      pages += 1
      listed += page
    }
    #expect(pages == 6 && listed.map(\.face) == expected.keys.sorted())
    #expect(listed.filter { !$0.hasCrop }.count == 14)
    #expect(listed.allSatisfy { expected[$0.face]!.0 == $0.gallery && expected[$0.face]!.1 == $0.identity })
    for face in listed where face.face.value % 2 == 0 {
      let stored = try await store.putEmbeddings(
        face.gallery, model: new, [(face.face, random.embedding(3)), (FaceID(999), random.embedding(3))])
      #expect(stored == [face.face])
    }
    let left = try store.facesNeedingEmbedding(model: new, limit: 100).map(\.face)
    #expect(left == expected.keys.sorted().filter { $0.value % 2 == 1 })
    #expect(try await store.putEmbeddings(gallery("gone"), model: new, [(FaceID(1), random.embedding(3))]) == [])
    #expect(
      await code { _ = try await store.putEmbeddings(gallery("a"), model: new, [(left[0], random.embedding(4))]) }
        == .invalidArgument)
    try store.checkInvariants()

    try await store.deleteEmbeddings(model: new)
    #expect(try store.facesNeedingEmbedding(model: new, limit: 100).count == 40)
    try store.checkInvariants()
    try await store.purge()
    try store.checkInvariants()
    #expect(try store.facesNeedingEmbedding(model: old, limit: 100).isEmpty)
    await store.close()
  }
}
