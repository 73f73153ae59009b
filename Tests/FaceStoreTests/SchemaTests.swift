import FaceStore
import FaceTypes
import LevelDB
import Testing

/// Versions, foreign directories, and what never reaches a log.
@Suite struct SchemaTests {
  let directory = TemporaryDirectory()

  @Test func migrationsRunOnceAndNewerSchemasAreRefused() async throws {
    let first = try FaceStore(directory: directory.path, options: testOptions())
    try await first.createGallery(gallery("g"))
    await first.close()
    let key: [UInt8] = [0x7f]
    func append(_ byte: UInt8) -> Schema.Migration {
      { store throws(StoreError) in try store.put(key, (try store.value(key) ?? []) + [byte]) }
    }
    let newer = Schema(version: 8, migrations: [6: append(1), 7: append(2)])
    for _ in 0..<2 {
      let store = try FaceStore(directory: directory.path, options: testOptions(), schema: newer)
      #expect(try store.gallery(gallery("g")) != nil)
      await store.close()
    }
    try {
      let database = try Database(path: directory.path)
      #expect(try database.get(key) == [1, 2])
    }()
    #expect(await code { _ = try FaceStore(directory: directory.path) } == .schemaTooNew)
    let gap = Schema(version: 10, migrations: [8: append(3)])
    #expect(
      await code { _ = try FaceStore(directory: directory.path, options: testOptions(), schema: gap) }
        == .failedPrecondition)
    // Refused, it let go of the directory.
    await
      (try FaceStore(directory: directory.path, options: testOptions(), schema: Schema(version: 9, migrations: [:])))
      .close()
  }

  @Test func aForeignDatabaseIsRefused() async throws {
    try {
      let database = try Database(path: directory.path)
      try database.put([1, 2, 3], [4])
    }()
    #expect(await code { _ = try FaceStore(directory: directory.path) } == .invalidArgument)
    try {
      let database = try Database(path: directory.path)
      #expect(try database.get([1, 2, 3]) == [4] && database.get([1]) == nil)
    }()
  }

  @Test func aDirectoryThatCannotBe() async throws {
    writeFile("\(directory.path)/file", [1])
    #expect(await code { _ = try FaceStore(directory: "\(directory.path)/file/store") } == .io)
  }

  @Test func idsAreNeverReused() async throws {
    var faces: [FaceID] = []
    var identities: [IdentityID] = []
    for round in 0..<4 {
      let store = try FaceStore(directory: directory.path, options: testOptions())
      if round == 0 { try await store.createGallery(gallery("g")) }
      let one = try await store.enroll(enrolment(gallery("g"), .named(name("A"))))
      faces.append(one.face)
      identities.append(one.identity)
      // The largest ids go, in each of the ways they can, before the next are given out.
      switch round {
      case 0: try await store.deleteIdentity(gallery("g"), one.identity)
      case 1:
        try await store.deleteGallery(gallery("g"))
        try await store.purge()
        try await store.createGallery(gallery("g"))
      default:
        try await store.deleteFace(gallery("g"), one.face)
        try await store.deleteIdentity(gallery("g"), one.identity)
      }
      await store.close()
    }
    #expect(Set(faces).count == 4 && faces == faces.sorted())
    #expect(Set(identities).count == 4 && identities == identities.sorted())
  }

  @Test func noPhotographOrEmbeddingInAnyText() throws {
    let crop = [UInt8](repeating: 213, count: 40)
    let it = enrolment(
      gallery("g"), .named(name("A")), crop: crop, [(model("a"), Embedding(unit: [0.123456, 0.987654]))])
    var dumped = ""
    dump([it], to: &dumped)
    for text in [
      "\(it)", String(describing: [it]), String(reflecting: it), String(reflecting: [it.embeddings]), dumped,
    ] {
      #expect(!text.contains("213") && !text.contains("123456") && !text.contains("987654"))
    }
  }

  /// The authors' own vectors: key 00…0f, message 00…(n−1).
  @Test func sipHash() {
    let hash = SipHash(k0: 0x0706_0504_0302_0100, k1: 0x0f0e_0d0c_0b0a_0908)
    let vectors: [(count: UInt8, hash: [UInt8])] = [
      (0, [0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6, 0x6d, 0xf6, 0x72, 0x14, 0xc7, 0x55, 0x02, 0x93]),
      (1, [0xda, 0x87, 0xc1, 0xd8, 0x6b, 0x99, 0xaf, 0x44, 0x34, 0x76, 0x59, 0x11, 0x9b, 0x22, 0xfc, 0x45]),
    ]
    for vector in vectors { #expect(hash(0..<vector.count) == vector.hash) }
    // Every length around a word's gives a hash of its own.
    #expect(Set((0..<64 as Range<UInt8>).map { hash(0..<$0) }).count == 64)
  }
}
