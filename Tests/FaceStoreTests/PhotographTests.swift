import FaceStore
import FaceTypes
import Testing

/// The same photograph of the same identity is the same face, however much later.
@Suite struct PhotographTests {
  let directory = TemporaryDirectory()
  let clock = ManualClock()
  let g = gallery("g")
  let digest = [UInt8](repeating: 7, count: 32)

  func face(_ identity: IdentityReference, again: Bool = false, request: String? = nil) -> Enrolment {
    var it = enrolment(g, identity, request: request)
    (it.photograph, it.again) = (digest, again)
    return it
  }

  @Test func itIsEnrolledOnceForAsLongAsItIsThere() async throws {
    let store = try FaceStore(directory: directory.path, options: testOptions(clock: clock))
    try await store.createGallery(g)
    let first = try await store.enroll(together: [
      face(.named(name("A")), request: "r"), face(.named(name("A")), request: "r"),
    ])
    #expect(first.count == 2 && Set(first.map(\.face)).count == 2 && !first[0].replayed)
    clock.advance(30 * 24 * 3600 * 1000)
    let later = try await store.enroll(together: [face(.named(name("A")), request: "r")])
    #expect(later.map(\.face) == first.map(\.face) && later.allSatisfy { $0.replayed && !$0.createdIdentity })
    #expect(try await store.enroll(face(.id(first[0].identity))).replayed)
    // A new name of the identity changes nothing.
    try await store.renameIdentity(g, first[0].identity, to: name("B"))
    #expect(try await store.enroll(face(.named(name("B")))).replayed)
    // One of its faces is left, so it is enrolled; then none is.
    try await store.deleteFace(g, first[0].face)
    #expect(try await store.enroll(face(.named(name("B")))).face == first[1].face)
    try await store.deleteFace(g, first[1].face)
    #expect(await code { _ = try await store.enroll(face(.named(name("B")))) } == .deletedSince)
    #expect(try await !store.enroll(face(.named(name("B")), again: true)).replayed)
    // It goes with its identity, and does not come back with the name.
    try await store.deleteIdentity(g, first[0].identity)
    #expect(await code { _ = try await store.enroll(face(.named(name("B")))) } == .deletedSince)
    try await store.purge()
    #expect(try store.identity(g, named: name("B")) == nil)
    #expect(try await store.enroll(face(.named(name("B")), again: true)).createdIdentity)
    #expect(try await store.enroll(face(.named(name("B")))).replayed)
    // With the gallery everything goes.
    try await store.deleteGallery(g)
    try await store.createGallery(g)
    #expect(try await !store.enroll(face(.named(name("B")))).replayed)
    try await store.purge()
    try store.checkInvariants()
    await store.close()
  }

  /// Faces that come one by one from another store: known by photograph and box, and never added twice.
  @Test func copiesJoinTheirPhotograph() async throws {
    let store = try FaceStore(directory: directory.path, options: testOptions(clock: clock))
    try await store.createGallery(g)
    func copy(_ x: Double, again: Bool = false) -> Enrolment {
      var it = face(.named(name("A")), again: again)
      (it.isCopy, it.createdAt, it.box.x) = (true, 5, x)
      return it
    }
    let first = try await store.enroll(copy(1))
    let second = try await store.enroll(copy(2))
    #expect(!first.replayed && !second.replayed)
    #expect(try store.face(g, first.face)?.createdAt == 5 && store.face(g, first.face)?.digest == digest)
    let again = await store.enroll([copy(1), copy(2), copy(2)])
    #expect(try again.map { try $0.get().face } == [first.face, second.face, second.face])
    // The photograph itself is enrolled.
    #expect(try await store.enroll(together: [face(.named(name("A")))]).map(\.face) == [first.face, second.face])
    try await store.deleteFace(g, first.face)
    try await store.deleteFace(g, second.face)
    #expect(await code { _ = try await store.enroll(copy(1)) } == .deletedSince)
    #expect(try await !store.enroll(copy(1, again: true)).replayed)
    // A vector alone has no place; a crop always has one.
    var bare = enrolment(g, .named(name("B")))
    bare.box = .none
    _ = try await store.enroll(bare)
    bare.crop = [1]
    #expect(await code { _ = try await store.enroll(bare) } == .invalidArgument)
    try store.checkInvariants()
    await store.close()
  }

  /// Ids are the client's own: `shot#1` is not the second face of `shot`, and an id stands for one photograph.
  @Test func requestIDsDoNotCollide() async throws {
    let store = try FaceStore(directory: directory.path, options: testOptions(clock: clock))
    try await store.createGallery(g)
    let group = try await store.enroll(together: [
      face(.named(name("A")), request: "shot"), face(.named(name("A")), request: "shot"),
    ])
    var other = enrolment(g, .named(name("A")), request: "shot#1")
    other.photograph = [UInt8](repeating: 8, count: 32)
    #expect(try await !store.enroll(other).replayed)
    #expect(
      try await store.enroll(together: [face(.named(name("A")), request: "shot")]).map(\.face) == group.map(\.face))
    other.requestID = "shot"
    #expect(await code { _ = try await store.enroll(other) } == .alreadyExists)
    await store.close()
  }

  @Test func aVectorThatIsNotUnitNeverGetsIn() async throws {
    let store = try FaceStore(directory: directory.path, options: testOptions(clock: clock))
    try await store.createGallery(g)
    let m = model("a")
    try await store.putModel(m, label: "", embeddingSize: 2)
    let enrolled = try await store.enroll(enrolment(g, .named(name("A")), [(m, Embedding(unit: [0.6, 0.8]))]))
    for values in [[0, 0], [1, 1], [0.5, 0.5], [.infinity, 0]] as [[Float]] {
      let wrong = Embedding(unit: values)
      #expect(
        await code { _ = try await store.enroll(enrolment(g, .named(name("A")), [(m, wrong)])) } == .invalidArgument)
      #expect(
        await code { _ = try await store.putEmbeddings(g, model: m, [(enrolled.face, wrong)]) } == .invalidArgument)
    }
    await store.close()
  }
}

/// Jobs are listed newest first and forgotten oldest first; a job takes back what it stored, and nothing else.
@Suite struct JobTests {
  let directory = TemporaryDirectory()
  let g = gallery("g")

  @Test func theNewestHundredAreKept() async throws {
    let store = try FaceStore(directory: directory.path, options: testOptions())
    try await store.putModel(model("a"), label: "", embeddingSize: 2)
    var last: JobRecord?
    for _ in 0..<130 {
      var job = try await store.createJob(from: nil, to: model("a"))
      #expect(try store.jobs(limit: 1).map(\.id) == [job.id])
      job.state = .cancelled
      try await store.putJob(job)
      last = job
    }
    let newest = try #require(last).id.value
    #expect(try store.jobs(limit: 1000).map(\.id.value) == (newest - 99...newest).reversed())
    await store.close()
  }

  @Test func aJobTakesBackItsOwnAlone() async throws {
    let store = try FaceStore(directory: directory.path, options: testOptions())
    let (m, v) = (model("a"), Embedding(unit: [0.6, 0.8]))
    try await store.createGallery(g, keepsCrops: false)
    try await store.putModel(m, label: "", embeddingSize: 2)
    let before = try await store.enroll(enrolment(g, .named(name("A")), [(m, v)])).face
    let missing = try await store.enroll(enrolment(g, .named(name("A")))).face
    let job = try await store.createJob(from: nil, to: m)
    #expect(job.total == 2 && job.present == 1 && !job.startedEmpty)
    try await store.putEmbeddings(g, model: m, [(missing, v)], noting: job.id)
    #expect(try store.embedding(g, model: m, face: missing) == v)
    #expect(try await store.dropEmbeddings(of: job.id))
    #expect(try store.embedding(g, model: m, face: missing) == nil)
    #expect(try store.embedding(g, model: m, face: before) == v)
    // What is kept cannot be taken back any more.
    try await store.putEmbeddings(g, model: m, [(missing, v)], noting: job.id)
    #expect(try await store.keepEmbeddings(of: job.id))
    #expect(try await store.dropEmbeddings(of: job.id))
    #expect(try store.embedding(g, model: m, face: missing) == v)
    try store.checkInvariants()
    await store.close()
  }
}
