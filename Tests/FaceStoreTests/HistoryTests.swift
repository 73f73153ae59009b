import FaceStore
import FaceTypes
import Testing

/// Corrections, and what is left of them once somebody is deleted.
@Suite struct HistoryTests {
  let directory = TemporaryDirectory()
  let g = gallery("g")
  let digest = [UInt8](repeating: 9, count: 32)

  func open() throws -> FaceStore { try FaceStore(directory: directory.path, options: testOptions()) }

  func refusal(ofUndoing number: UInt64, _ store: FaceStore) async -> StoreError.Code? {
    do { _ = try await store.undoChange(g, number) } catch { return error.code }
    return nil
  }

  func refusal(ofEnrolling it: Enrolment, _ store: FaceStore) async -> StoreError.Code? {
    do { _ = try await store.enroll(it) } catch { return error.code }
    return nil
  }

  @Test func aMergeAndItsUndoing() async throws {
    var store = try open()
    try await store.createGallery(g)
    var photograph = enrolment(g, .named(name("Ada")))
    photograph.photograph = digest
    let ada = try await store.enroll(photograph)
    let twin = try await store.enroll(enrolment(g, .named(name("Ada again"))))
    let merged = try await store.mergeIdentities(g, ada.identity, into: twin.identity)
    #expect(merged.moved == [ada.face] && merged.change.number == 1)
    #expect(try store.identity(g, twin.identity)?.faceCount == 2)
    #expect(try store.identity(g, named: name("Ada")) == nil)
    // The photograph went along, and does not bring the old identity back by itself.
    var again = photograph
    again.identity = .named(name("Ada again"))
    #expect(try await store.enroll(again).replayed)
    #expect(await refusal(ofEnrolling: photograph, store) == .deletedSince)

    await store.close()
    store = try open()
    _ = try await store.undoChange(g, 1)
    #expect(try store.identity(g, named: name("Ada"))?.id == ada.identity)
    #expect(try await store.enroll(photograph).face == ada.face)
    #expect(await refusal(ofUndoing: 1, store) == .failedPrecondition)
    #expect(try store.changes(g, limit: 10).map(\.state) == [.undone])
    try store.checkInvariants()
    await store.close()
  }

  @Test func aDeletedIdentityLeavesNothingInTheHistory() async throws {
    let store = try open()
    try await store.createGallery(g)
    let names = ["Wilhelmina Quatermaine", "Bartholomew Zuckerkandl", "Clementine Oglethorpe"]
    var people: [EnrolledFace] = []
    for text in names { people.append(try await store.enroll(enrolment(g, .named(name(text))))) }
    _ = try await store.mergeIdentities(g, people[0].identity, into: people[1].identity)
    _ = try await store.mergeIdentities(g, people[1].identity, into: people[2].identity)
    _ = try await store.deleteIdentity(g, people[2].identity)
    #expect(try store.changes(g, limit: 10).map(\.state) == [.erased, .erased])
    #expect(await refusal(ofUndoing: 2, store) == .failedPrecondition)
    try await store.purge()
    try store.checkInvariants()
    await store.close()
    for text in names { #expect(Traces(of: [Array(text.utf8)]).count(in: directory.path) == 0, "\(text)") }
  }
}
