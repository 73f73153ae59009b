import FaceStore
import FaceTypes
import Testing

/// Request ids make a retry harmless.
@Suite struct RequestTests {
  let directory = TemporaryDirectory()
  let clock = ManualClock()
  let g = gallery("g")

  func open() throws -> FaceStore { try FaceStore(directory: directory.path, options: testOptions(clock: clock)) }

  @Test func aRetryAnswersTheFirstResult() async throws {
    var store = try open()
    try await store.createGallery(g)
    try await store.createGallery(gallery("h"))
    let it = enrolment(g, .named(name("A")), request: "once", crop: [1])
    let first = try await store.enroll(it)
    await store.close()
    store = try open()
    let again = try await store.enroll(it)
    #expect(again.replayed && again.face == first.face && again.identity == first.identity && again.createdIdentity)
    #expect(try store.faces(g, limit: 9).count == 1)
    // Another identity under the same id is a mistake of the client, even when it is the same person by id.
    for other in [IdentityReference.named(name("B")), .id(first.identity)] {
      #expect(await code { _ = try await store.enroll(enrolment(g, other, request: "once")) } == .alreadyExists)
    }
    // Galleries are isolated: in another one the id means nothing.
    #expect(try await !store.enroll(enrolment(gallery("h"), .named(name("B")), request: "once")).replayed)
    // Twice in one batch.
    let both = await store.enroll([
      enrolment(g, .named(name("C")), request: "twice"), enrolment(g, .named(name("C")), request: "twice"),
    ])
    #expect(try both[0].get().face == both[1].get().face && !both[0].get().replayed && both[1].get().replayed)
    // A late retry does not bring back a face that was deleted meanwhile.
    try await store.deleteIdentity(g, first.identity)
    #expect(try await store.enroll(it).replayed)
    #expect(try store.identity(g, named: name("A")) == nil)
    try store.checkInvariants()
    await store.close()
  }

  @Test func idsAreForgottenAfterTheirTime() async throws {
    let store = try open()
    try await store.createGallery(g)
    for index in 0..<2500 where index % 100 == 0 {
      let batch = (index..<index + 100).map { enrolment(g, .named(name("A")), request: "\($0)") }
      for result in await store.enroll(batch) { _ = try result.get() }
      clock.advance(1)
    }
    clock.advance(7 * 24 * 3600 * 1000 - 20)
    // Used anew: counts as new, whether pruned yet or not.
    #expect(try await !store.enroll(enrolment(g, .named(name("B")), request: "7")).replayed)
    try await store.purge()
    try store.checkInvariants()
    #expect(try await store.enroll(enrolment(g, .named(name("B")), request: "7")).replayed)
    // The 100 enrolled at time t are t + 7 days old at most 20 steps before the last: 5 groups are gone.
    #expect(try await store.enroll(enrolment(g, .named(name("A")), request: "500")).replayed)
    #expect(try await !store.enroll(enrolment(g, .named(name("A")), request: "499")).replayed)
    try store.checkInvariants()
    await store.close()
  }
}
