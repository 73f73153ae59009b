import Dispatch
import FaceStore
import FaceTypes
import TestNumbers
import Testing

/// Bytes that must not be found, cut into words of eight at every eighth byte: of any sixteen bytes in a row that
/// survive, in whatever frame, one word survives whole. The bytes are random, so nothing else looks like them.
struct Traces {
  private var words: Set<UInt64> = []

  init(of secrets: [[UInt8]]) {
    for secret in secrets {
      for start in stride(from: 0, through: secret.count - 8, by: 8) {
        words.insert(secret[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) })
      }
    }
  }

  /// How many of the words are in the directory's files.
  func count(in directory: String) -> Int {
    var found: Set<UInt64> = []
    // The lock file is always empty, and a process that closes it loses its lock.
    for name in fileNames(in: directory) where name != "LOCK" {
      var word: UInt64 = 0
      for byte in readFile("\(directory)/\(name)") {
        word = word << 8 | UInt64(byte)
        if words.contains(word) { found.insert(word) }
      }
    }
    return found.count
  }

  var total: Int { words.count }
}

/// What was deleted is in no file any more.
@Suite struct PurgeTests {
  let directory = TemporaryDirectory()
  let g = gallery("g")
  let other = gallery("other")
  let m = model("a")
  let n = model("b")

  func open(_ options: StoreOptions = testOptions()) async throws -> FaceStore {
    let store = try FaceStore(directory: directory.path, options: options)
    if try store.models().isEmpty {
      try await store.putModel(m, label: "m", embeddingSize: 32)
      try await store.putModel(n, label: "n", embeddingSize: 32)
      try await store.createGallery(g)
      try await store.createGallery(other)
    }
    return store
  }

  /// What one person's faces leave in the files: crops, embeddings under both models, and texts.
  struct Person {
    var faces: [FaceID] = []
    var identity = IdentityID(0)
    var crops: [[UInt8]] = []
    var texts: [[UInt8]] = []
    var embeddings: [[UInt8]] = []
    var otherEmbeddings: [[UInt8]] = []
    var secrets: [[UInt8]] { crops + texts + embeddings + otherEmbeddings }
  }

  func enroll(
    _ count: Int, in gallery: GalleryID, _ store: FaceStore, _ random: inout SeededGenerator
  ) async throws -> Person {
    func text() -> String { String((0..<100).map { _ in "abcdefghijklmnopqrstuvwxyz".randomElement(using: &random)! }) }
    func bytes(_ embedding: Embedding) -> [UInt8] { embedding.values.withUnsafeBytes { Array($0) } }
    var person = Person()
    let called = text()
    person.texts.append(Array(called.utf8))
    for _ in 0..<count {
      let (crop, first, second, source) = (random.bytes(9000), random.embedding(32), random.embedding(32), text())
      let face = try await store.enroll(
        enrolment(gallery, .named(name(called)), crop: crop, source: source, [(m, first), (n, second)]))
      person.faces.append(face.face)
      person.identity = face.identity
      person.crops.append(crop)
      person.texts.append(Array(source.utf8))
      person.embeddings.append(bytes(first))
      person.otherEmbeddings.append(bytes(second))
    }
    return person
  }

  func check(_ gone: [[UInt8]], kept: [[UInt8]], _ store: FaceStore) throws {
    #expect(Traces(of: gone).count(in: directory.path) == 0)
    let rest = Traces(of: kept)
    #expect(rest.count(in: directory.path) == rest.total)
    #expect(try store.statistics().pendingPurges == 0)
    try store.checkInvariants()
  }

  /// Set and deleted while in memory: one table would hold both the value and its marker.
  @Test func deletedBeforeTheFirstFlush() async throws {
    var random = SeededGenerator(seed: 11)
    let store = try await open()
    let kept = try await enroll(2, in: g, store, &random)
    let gone = try await enroll(3, in: g, store, &random)
    let traces = Traces(of: gone.secrets)
    #expect(traces.count(in: directory.path) > traces.total / 2)
    try await store.deleteIdentity(g, gone.identity)
    #expect(traces.count(in: directory.path) > 0)
    try await store.purge()
    try check(gone.secrets, kept: kept.secrets, store)
    await store.close()
  }

  /// Values that have sunk to various levels under a few megabytes of others, deleted face by face.
  @Test(arguments: [21, 22, 23] as [UInt64])
  func deletedFromDeepLevels(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    var options = testOptions()
    options.writeBufferBytes = 64 << 10
    var store = try await open(options)
    var people: [Person] = []
    for index in 0..<40 {
      people.append(try await enroll(Int.random(in: 1...6, using: &random), in: g, store, &random))
      if index % 17 == 16 {
        await store.close()
        store = try await open(options)
      }
    }
    var (gone, kept): ([[UInt8]], [[UInt8]]) = ([], [])
    for (index, person) in people.enumerated() {
      if index % 4 == 0 {
        try await store.deleteIdentity(g, person.identity)
        gone += person.secrets
      } else if index % 4 == 1 {
        try await store.deleteFace(g, person.faces[0])
        gone += [person.crops[0], person.embeddings[0], person.otherEmbeddings[0], person.texts[1]]
        kept += person.crops.dropFirst()
      } else {
        kept += person.secrets
      }
      // Purged in between, too, so that later markers meet tables of earlier purges.
      if index % 13 == 12 { try await store.purge() }
    }
    try await store.purge()
    try check(gone, kept: kept, store)
    await store.close()
  }

  @Test func deletedWithItsGallery() async throws {
    var random = SeededGenerator(seed: 31)
    let store = try await open()
    var (gone, kept): ([[UInt8]], [[UInt8]]) = ([], [])
    for _ in 0..<15 {
      gone += try await enroll(4, in: g, store, &random).secrets
      kept += try await enroll(2, in: other, store, &random).secrets
    }
    try await store.deleteGallery(g)
    try await store.purge()
    try check(gone, kept: kept, store)
    await store.close()
  }

  @Test func embeddingsDeletedWithTheirModel() async throws {
    var random = SeededGenerator(seed: 41)
    let store = try await open()
    let person = try await enroll(20, in: g, store, &random)
    try await store.deleteEmbeddings(model: n)
    try await store.purge()
    try check(person.otherEmbeddings, kept: person.crops + person.embeddings, store)
    try await store.deleteModel(m)
    try await store.purge()
    try check(person.otherEmbeddings + person.embeddings, kept: person.crops, store)
    await store.close()
  }

  /// A read that stops at the first embedding until it is told to go on.
  struct HeldReader {
    let mayEnd = DispatchSemaphore(value: 0)
    let count: Task<Int, any Error>

    init(_ store: FaceStore, _ g: GalleryID, _ m: ModelID) async {
      let began = AsyncStream<Void>.makeStream()
      count = Task { [mayEnd] in
        try await onOwnThread {
          var count = 0
          try store.forEachEmbedding(g, model: m) { _, _, _ in
            count += 1
            if count == 1 {
              began.continuation.yield()
              mayEnd.wait()
            }
          }
          return count
        }
      }
      for await _ in began.stream { break }
    }

    func end() async throws -> Int {
      mayEnd.signal()
      return try await count.value
    }
  }

  /// One reader began before the deletion, and its snapshot shows what was deleted; another began after it, and its
  /// cursor keeps the tables that the purge replaces. The purge waits for both, in turn.
  @Test func purgeWaitsForReaders() async throws {
    var random = SeededGenerator(seed: 51)
    let store = try await open()
    let kept = try await enroll(2, in: g, store, &random)
    let gone = try await enroll(5, in: g, store, &random)
    let isPurged = Flag()
    func untilThePurgeWaits() async {
      while !store.isAwaitingReaders, !isPurged.isSet { await Task.yield() }
      let isOver = isPurged.isSet
      #expect(!isOver)
    }

    let before = await HeldReader(store, g, m)
    try await store.deleteIdentity(g, gone.identity)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        defer { isPurged.set() }
        try await store.purge()
      }
      await untilThePurgeWaits()
      let after = await HeldReader(store, g, m)
      #expect(try await before.end() == 7)
      await untilThePurgeWaits()
      #expect(Traces(of: gone.secrets).count(in: directory.path) > 0)
      #expect(try await after.end() == 2)
      try await tasks.waitForAll()
    }
    try check(gone.secrets, kept: kept.secrets, store)
    await store.close()
  }

  /// The note that is written with a deletion makes the next start take it up.
  @Test func aPurgeThatWasCutOffIsTakenUp() async throws {
    var random = SeededGenerator(seed: 61)
    var store = try await open()
    let kept = try await enroll(2, in: g, store, &random)
    let gone = try await enroll(3, in: g, store, &random)
    let dead = try await enroll(3, in: other, store, &random)
    try await store.deleteIdentity(g, gone.identity)
    try await store.deleteGallery(other)
    await store.close()
    #expect(Traces(of: gone.secrets + dead.secrets).count(in: directory.path) > 0)
    store = try await open()
    try await store.purge()
    try check(gone.secrets + dead.secrets, kept: kept.secrets, store)
    await store.close()
  }

  /// Purging by itself, while others enrol and delete.
  @Test func automaticPurgesAmidWrites() async throws {
    var random = SeededGenerator(seed: 71)
    let store = try await open(testOptions(purges: true))
    var (gone, kept): ([[UInt8]], [[UInt8]]) = ([], [])
    for index in 0..<30 {
      let person = try await enroll(2, in: g, store, &random)
      if index % 2 == 0 {
        try await store.deleteIdentity(g, person.identity)
        gone += person.secrets
      } else {
        kept += person.secrets
      }
    }
    try await store.purge()
    try check(gone, kept: kept, store)
    await store.close()
  }
}
