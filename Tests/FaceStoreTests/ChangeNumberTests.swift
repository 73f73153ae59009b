import FaceStore
import FaceTypes
import Testing

/// What is derived from the embeddings is right while the change number is the same.
@Suite struct ChangeNumberTests {
  let directory = TemporaryDirectory()

  func open() throws -> FaceStore { try FaceStore(directory: directory.path, options: testOptions()) }

  @Test func itGrowsWithEveryChangeOfFacesAndWithNoOther() async throws {
    var store = try open()
    let g = gallery("g")
    var last = try store.changeNumber()
    func grows(_ what: String) throws {
      let now = try store.changeNumber()
      #expect(now > last, "\(what)")
      last = now
    }
    try await store.createGallery(g)
    try grows("a gallery")
    let first = try await store.enroll(enrolment(g, .named(name("A")), crop: [1]))
    try grows("a face")
    let second = try await store.enroll(enrolment(g, .named(name("B")), crop: [2]))
    try grows("another")
    _ = try await store.renameIdentity(g, first.identity, to: name("C"))
    #expect(try store.changeNumber() == last)
    try await store.deleteFace(g, first.face)
    try grows("a face less")
    try await store.deleteIdentity(g, second.identity)
    try grows("an identity less")
    try await store.purge()
    await store.close()
    store = try open()
    #expect(try store.changeNumber() == last)
    _ = try await store.deleteGallery(g)
    try grows("a gallery less")
    await store.close()
  }
}
