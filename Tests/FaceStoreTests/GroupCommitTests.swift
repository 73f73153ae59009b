import FaceStore
import FaceTypes
import Testing

/// Changes that wait together share a synced write.
@Suite struct GroupCommitTests {
  @Test(arguments: TestStore.Kind.allCases)
  func concurrentEnrolmentsShareWrites(kind: TestStore.Kind) async throws {
    guard let place = try TestStore(kind) else { return }
    let store = try place.open(testOptions())
    let g = gallery("g")
    try await store.createGallery(g)
    let before = try store.statistics()
    // A batch is enqueued whole, so at most two groups hold it whatever the machine does: one that the writer took
    // when the first was there, and one for the rest.
    let results = await store.enroll((0..<256).map { enrolment(g, .named(name("p\($0 % 10)"))) })
    let faces = try results.map { try $0.get().face }
    let after = try store.statistics()
    #expect(after.committedChanges - before.committedChanges == 256)
    #expect(after.syncedWrites - before.syncedWrites <= 2)
    #expect(try store.faces(g, limit: 1000).map(\.id) == faces.sorted() && Set(faces).count == 256)

    let more = try await withThrowingTaskGroup(of: EnrolledFace.self) { tasks in
      for index in 0..<64 {
        tasks.addTask { try await store.enroll(enrolment(g, .named(name("q\(index % 5)")), crop: [1, 2])) }
      }
      return try await tasks.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(more.map(\.face)).count == 64 && more.filter(\.createdIdentity).count == 5)
    let last = try store.statistics()
    #expect(last.faces == 320 && last.identities == 15)
    #expect(last.committedChanges - after.committedChanges == 64)
    #expect(last.syncedWrites - after.syncedWrites < 64)
    try store.checkInvariants()
    await store.close()
  }

  /// One that is refused takes nothing along and harms none of its group.
  @Test(arguments: TestStore.Kind.allCases)
  func aRefusalHarmsNobodyElse(kind: TestStore.Kind) async throws {
    guard let place = try TestStore(kind) else { return }
    let store = try place.open(testOptions())
    let g = gallery("g")
    try await store.createGallery(g)
    let results = await store.enroll([
      enrolment(g, .named(name("A"))), enrolment(gallery("none"), .named(name("A"))), enrolment(g, .id(IdentityID(50))),
      enrolment(g, .named(name("B")), [(model("f"), Embedding(unit: [1]))]), enrolment(g, .named(name("B"))),
    ])
    let codes = results.map { result -> StoreError.Code? in
      if case .failure(let error) = result { error.code } else { nil }
    }
    #expect(codes == [nil, .notFound, .notFound, .failedPrecondition, nil])
    #expect(try results[4].get().createdIdentity)
    try store.checkInvariants()
    await store.close()
  }

  /// Identities may be deleted while faces are enrolled under them: each is all there or all gone.
  @Test(arguments: TestStore.Kind.allCases)
  func deletionsAmidEnrolments(kind: TestStore.Kind) async throws {
    guard let place = try TestStore(kind) else { return }
    let store = try place.open(testOptions(purges: true))
    let g = gallery("g")
    try await store.createGallery(g)
    let removed = try await withThrowingTaskGroup(of: [FaceID].self) { tasks in
      for worker in 0..<4 {
        tasks.addTask {
          for index in 0..<50 {
            _ = try await store.enroll(enrolment(g, .named(name("p\((worker + index) % 3)")), crop: [1]))
          }
          return []
        }
      }
      tasks.addTask {
        var removed: [FaceID] = []
        for _ in 0..<40 {
          for identity in try store.identities(g, limit: 10) {
            removed += try await store.deleteIdentity(g, identity.id)
          }
          try store.checkInvariants()
        }
        return removed
      }
      return try await tasks.reduce(into: []) { $0 += $1 }
    }
    #expect(Set(removed).count == removed.count)
    #expect(try store.statistics().faces == UInt64(200 - removed.count))
    try store.checkInvariants()
    await store.close()
  }

  @Test func tooMuchAtOnceIsRefused() async throws {
    let directory = TemporaryDirectory()
    var options = testOptions()
    options.maximumPendingBytes = 4096
    let store = try FaceStore(directory: directory.path, options: options)
    let g = gallery("g")
    try await store.createGallery(g)
    // A single one goes through whatever its size; a batch beyond the limit is refused whole.
    _ = try await store.enroll(enrolment(g, .named(name("A")), crop: [UInt8](repeating: 7, count: 9000)))
    let it = enrolment(g, .named(name("A")), crop: [UInt8](repeating: 7, count: 1000))
    for (count, refusal) in [(2, StoreError.Code?.none), (3, .overloaded)] {
      for result in await store.enroll(Array(repeating: it, count: count)) {
        #expect(await code { _ = try result.get() } == refusal)
      }
    }
    #expect(try store.statistics().faces == 3)
    await store.close()
  }

  @Test func aClosedStoreSaysSo() async throws {
    let directory = TemporaryDirectory()
    let store = try FaceStore(directory: directory.path, options: testOptions())
    try await store.createGallery(gallery("g"))
    async let twice: Void = store.close()
    await store.close()
    await twice
    #expect(await code { _ = try store.gallery(gallery("g")) } == .closed)
    #expect(await code { try await store.createGallery(gallery("h")) } == .closed)
    #expect(await code { try await store.purge() } == .closed)
    // The directory is free again.
    try await FaceStore(directory: directory.path, options: testOptions()).close()
  }
}
