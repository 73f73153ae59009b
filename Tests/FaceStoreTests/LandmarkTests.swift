import FaceStore
import FaceTypes
import LevelDB
import Testing

/// Landmarks in face records: kept with the crop, and absent from records of the first schema.
@Suite struct LandmarkTests {
  let directory = TemporaryDirectory()
  private let landmarks = FaceTemplate.landmarks.map { Point(x: 112 + 46.5 * $0.x, y: 112.25 + 46.5 * $0.y) }

  private func open(_ schema: Schema = .current) throws -> FaceStore {
    try FaceStore(directory: directory.path, options: testOptions(), schema: schema)
  }

  @Test func theyAreKeptWithTheCrop() async throws {
    let store = try open()
    try await store.createGallery(gallery("with"))
    try await store.createGallery(gallery("without"), keepsCrops: false)
    var it = enrolment(gallery("with"), .named(name("A")), crop: [1, 2, 3], source: "a.jpg")
    it.landmarks = landmarks
    let face = try await store.enroll(it).face
    it.crop = nil
    let bare = try await store.enroll(it).face
    it.gallery = gallery("without")
    it.crop = [1, 2, 3]
    let other = try await store.enroll(it).face
    it.landmarks?.nose.x = .infinity
    let wrong = it
    #expect(await code { _ = try await store.enroll(wrong) } == .invalidArgument)
    await store.close()
    let again = try open()
    let record = try #require(try again.face(gallery("with"), face))
    #expect(record.landmarks == landmarks && record.source == "a.jpg" && record.cropBytes == 3)
    #expect(try again.face(gallery("with"), bare)?.landmarks == nil)
    #expect(try again.face(gallery("without"), other)?.landmarks == nil)
    try again.checkInvariants()
    await again.close()
  }

  /// A store as the first schema left it: face records of version 1, without landmarks.
  @Test func recordsOfTheFirstSchemaAreRead() async throws {
    let store = try open(Schema(version: 1, migrations: [:]))
    try await store.createGallery(gallery("g"))
    try await store.putModel(model("a"), label: "m", embeddingSize: 4)
    let face = try await store.enroll(
      enrolment(
        gallery("g"), .named(name("A")), crop: [7], source: "old.jpg", [(model("a"), Embedding(unit: [1, 0, 0, 0]))])
    ).face
    await store.close()
    try {
      let database = try Database(path: directory.path)
      let range = KeyRange(from: [0x13], upTo: [0x14])
      var cursor = database.cursor(range)
      #expect(try cursor.next())
      var value = cursor.value
      // Version 4 is version 1 and three bytes: there are no landmarks, no photograph and no digest.
      #expect(value.first == 4 && value.suffix(3) == [0, 0, 0])
      value[0] = 1
      try database.put(cursor.key, Array(value.dropLast(3)))
    }()
    let migrated = try open()
    let record = try #require(try migrated.face(gallery("g"), face))
    #expect(record.landmarks == nil && record.source == "old.jpg" && record.quality == 0.5)
    var seen: [FaceID] = []
    try migrated.forEachEmbedding(gallery("g"), model: model("a")) { face, _, _ in seen.append(face) }
    #expect(seen == [face])
    try migrated.checkInvariants()
    await migrated.close()
    // Now it is of the present schema: an earlier faced leaves it alone.
    #expect(await code { _ = try open(Schema(version: 1, migrations: [:])) } == .schemaTooNew)
  }

  @Test func aLandmarkThatIsNoNumberIsDamage() async throws {
    let store = try open()
    try await store.createGallery(gallery("g"))
    var it = enrolment(gallery("g"), .named(name("A")), crop: [7])
    it.landmarks = landmarks
    let face = try await store.enroll(it).face
    await store.close()
    try {
      let database = try Database(path: directory.path)
      var cursor = database.cursor(KeyRange(from: [0x13], upTo: [0x14]))
      #expect(try cursor.next())
      var value = cursor.value
      // Before the bytes that say there are no photograph and no digest.
      value.replaceSubrange(value.count - 4..<value.count - 2, with: [0xf0, 0x7f])
      try database.put(cursor.key, value)
    }()
    let again = try open()
    #expect(await code { _ = try again.face(gallery("g"), face) } == .corruption)
    await again.close()
  }
}
