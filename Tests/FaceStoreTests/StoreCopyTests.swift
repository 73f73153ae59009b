import FaceStore
import FaceTypes
import PostgreSQL
import TestNumbers
import TestPostgreSQL
import Testing

/// A store moves between a folder and a database, and back, and is the same.
@Suite(.enabled(if: TestPostgreSQL.shared != nil, "\(TestPostgreSQL.absence)")) struct StoreCopyTests {
  let first = TemporaryDirectory()
  let second = TemporaryDirectory()
  let g = gallery("g")
  let m = model("a")

  func options(sealed: Bool) -> StoreOptions {
    var options = testOptions()
    if sealed { options.masterKey = SealingTests.key }
    return options
  }

  /// Some tens of megabytes, so that there are several batches.
  func fill(sealed: Bool) async throws -> [FaceID: [UInt8]] {
    var random = SeededGenerator(seed: 9)
    let store = try FaceStore(.levelDB(first.path), options: options(sealed: sealed))
    try await store.createGallery(g)
    try await store.createGallery(gallery("empty"))
    try await store.putModel(m, label: "m", embeddingSize: 4)
    try await store.switchActiveModel(to: m)
    var crops: [FaceID: [UInt8]] = [:]
    for index in 0..<24 {
      let crop = random.bytes(1 << 20)
      var it = enrolment(g, .named(name("p\(index % 5)")), request: "r\(index)", crop: crop)
      it.embeddings = [(m, random.embedding(4))]
      it.photograph = random.bytes(32)
      crops[try await store.enroll(it).face] = crop
    }
    let last = try #require(crops.keys.max())
    try await store.deleteFace(g, last)
    crops[last] = nil
    _ = try await store.renameIdentity(g, try #require(try store.identity(g, named: name("p1"))).id, to: name("q"))
    await store.close()
    return crops
  }

  @Test(arguments: [false, true])
  func thereAndBack(sealed: Bool) async throws {
    let crops = try await fill(sealed: sealed)
    let database = StoreLocation.postgreSQL(try #require(TestPostgreSQL.shared).database())
    let there = try StoreCopy.run(from: .levelDB(first.path), to: database) { _ in }
    #expect(there.faces == 23 && there.galleries == 2 && there.resumed == 0 && there.records > 100)
    let shared = try FaceStore(database, options: options(sealed: sealed))
    try shared.checkInvariants()
    for (face, crop) in crops { #expect(try shared.crop(g, face) == crop) }
    // It lives on there: numbers go on from where they were.
    let new = try await shared.enroll(
      enrolment(g, .named(name("new")), [(m, Embedding(unit: [1, 0, 0, 0]))]))
    #expect(new.face > (crops.keys.max() ?? FaceID(0)))
    await shared.close()
    // Nothing is copied over a store.
    #expect(await code { _ = try StoreCopy.run(from: .levelDB(first.path), to: database) { _ in } } == .alreadyExists)

    let back = try StoreCopy.run(from: database, to: .levelDB(second.path)) { _ in }
    #expect(back.faces == 24 && back.digest != there.digest)
    let store = try FaceStore(.levelDB(second.path), options: options(sealed: sealed))
    try store.checkInvariants()
    for (face, crop) in crops { #expect(try store.crop(g, face) == crop) }
    #expect(try store.face(g, new.face)?.identity == new.identity)
    await store.close()
  }

  /// One that was cut off is not a store yet, and goes on where it was; where the original has gone on, it begins anew.
  @Test func whatWasCutOffGoesOn() async throws {
    let crops = try await fill(sealed: false)
    let database = StoreLocation.postgreSQL(try #require(TestPostgreSQL.shared).database())
    func cutOff(after batches: Int) async -> StoreError.Code? {
      var left = batches
      return await code {
        _ = try StoreCopy.run(from: .levelDB(first.path), to: database) { _ throws(StoreError) in
          left -= 1
          if left == 0 { _ = try StoreLocation("nowhere") }
        }
      }
    }
    #expect(await cutOff(after: 9) == .invalidArgument)
    #expect(await code { _ = try FaceStore(database, options: testOptions()) } == .failedPrecondition)
    #expect(await cutOff(after: 2) == .invalidArgument)
    let origin = try FaceStore(.levelDB(first.path), options: testOptions())
    let late = try await origin.enroll(
      enrolment(g, .named(name("late")), crop: [5], [(m, Embedding(unit: [0, 1, 0, 0]))]))
    await origin.close()
    #expect(await cutOff(after: 9) == .invalidArgument)
    let copied = try StoreCopy.run(from: .levelDB(first.path), to: database) { _ in }
    #expect(copied.resumed > 0 && copied.faces == 24)
    let shared = try FaceStore(database, options: testOptions())
    try shared.checkInvariants()
    for (face, crop) in crops { #expect(try shared.crop(g, face) == crop) }
    #expect(try shared.crop(g, late.face) == [5])
    await shared.close()
  }
}
