import FaceStore
import FaceTypes
import LevelDB
import TestNumbers
import Testing

/// Values that are not what the schema says are reported as such; no bytes make a reader crash.
@Suite struct DamageTests {
  let directory = TemporaryDirectory()
  let g = gallery("g")
  let m = model("a")

  /// Opens the store's database behind its back.
  func raw<R>(_ body: (Database) throws -> R) throws -> R {
    var options = DatabaseOptions()
    options.createIfMissing = false
    return try body(try Database(path: directory.path, options: options))
  }

  func make() async throws -> FaceID {
    let store = try FaceStore(directory: directory.path, options: testOptions())
    try await store.createGallery(g, description: "d")
    try await store.putModel(m, label: "m", embeddingSize: 2)
    try await store.switchActiveModel(to: m)
    var job = try await store.createJob(from: m, to: m)
    job.message = "so far"
    try await store.putJob(job)
    let face = try await store.enroll(
      enrolment(
        g, .named(name("A")), request: "r", crop: [1, 2, 3], source: "s", [(m, Embedding(unit: [0, 1]))]))
    _ = try await store.deleteFace(
      g, store.enroll(enrolment(g, .named(name("A")), [(m, Embedding(unit: [1, 0]))])).face)
    await store.close()
    return face.face
  }

  /// Asks everything there is of the store; the first error's code.
  func askEverything(_ face: FaceID) async -> StoreError.Code? {
    var opened: FaceStore?
    let found = await code {
      let store = try FaceStore(directory: directory.path, options: testOptions())
      opened = store
      for gallery in try store.galleries(limit: 9) {
        for identity in try store.identities(gallery.id, limit: 9) {
          _ = try store.identity(gallery.id, named: identity.name)
          _ = try store.faces(gallery.id, identity: identity.id, limit: 9)
        }
        _ = try store.faces(gallery.id, limit: 9)
        try store.forEachEmbedding(gallery.id, model: m) { _, _, _ in }
      }
      _ = try store.embedding(g, model: m, face: face)
      _ = try store.models()
      _ = try store.activeModel()
      _ = try store.jobs(limit: 9)
      _ = try store.facesNeedingEmbedding(model: m, limit: 9)
      _ = try await store.enroll(
        enrolment(g, .named(name("A")), request: "r", [(m, Embedding(unit: [0, 1]))]))
      _ = try await store.enroll(enrolment(g, .named(name("N")), [(m, Embedding(unit: [0, 1]))]))
      _ = try await store.createJob(from: nil, to: m)
      try store.checkInvariants()
      try await store.purge()
    }
    await opened?.close()
    return found
  }

  @Test func everyValueCutShortOrTooLong() async throws {
    let face = try await make()
    // Kinds whose value is empty (lists and times) or raw with any length (crops) have nothing to check but a length.
    let plain: Set<UInt8> = [0x14, 0x18]
    let entries = try raw { database in
      var entries: [([UInt8], [UInt8])] = []
      var cursor = database.cursor()
      while try cursor.next() { entries.append((cursor.key, cursor.value)) }
      return entries
    }
    #expect(Set(entries.map { $0.0[0] }).count == 15)
    for (key, value) in entries where !plain.contains(key[0]) {
      var damaged: [[UInt8]] = [[], Array(value.dropLast()), value + [0]]
      // The header's reader leaves room for later fields.
      if key[0] == 0x01 { damaged.removeLast() }
      if value.count > 9 { damaged.append(Array(value.prefix(value.count / 2))) }
      if key[0] != 0x15, key[0] != 0x16 { damaged.append([9] + value.dropFirst()) }
      for bytes in damaged {
        try raw { try $0.put(key, bytes) }
        #expect(await askEverything(face) == .corruption, "kind \(key[0]) with \(bytes.count) bytes")
        try restore(entries)
      }
    }
    #expect(await askEverything(face) == nil)
  }

  /// Puts every record back, and takes away what was added meanwhile.
  func restore(_ entries: [([UInt8], [UInt8])]) throws {
    try raw { database in
      var batch = WriteBatch()
      var cursor = database.cursor()
      while try cursor.next() { batch.delete(cursor.key) }
      for (key, value) in entries { batch.put(key, value) }
      try database.write(batch)
    }
  }

  /// Random bytes in place of random values: an answer or an error, never a crash.
  @Test func randomBytes() async throws {
    var random = SeededGenerator(seed: 9)
    let face = try await make()
    let entries = try raw { database in
      var entries: [([UInt8], [UInt8])] = []
      var cursor = database.cursor()
      while try cursor.next() { entries.append((cursor.key, cursor.value)) }
      return entries
    }
    var reported = 0
    for _ in 0..<150 {
      let (key, value) = entries.randomElement(using: &random)!
      var bytes = value
      for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      try raw { try $0.put(key, bytes) }
      if await askEverything(face) != nil { reported += 1 }
      try restore(entries)
    }
    #expect(reported > 50)
  }

  /// The checks of the invariants find what they are for.
  @Test func brokenInvariantsAreFound() async throws {
    _ = try await make()
    let entries = try raw { database in
      var entries: [([UInt8], [UInt8])] = []
      var cursor = database.cursor()
      while try cursor.next() { entries.append((cursor.key, cursor.value)) }
      return entries
    }
    // Whichever of these is lost, something no longer agrees.
    for (key, _) in entries where ![0x01, 0x20, 0x21, 0x30, 0x16].contains(key[0]) {
      try raw { try $0.delete(key) }
      let store = try FaceStore(directory: directory.path, options: testOptions())
      let found = await code { try store.checkInvariants() }
      #expect(found == .corruption, "kind \(key[0]) lost")
      await store.close()
      try restore(entries)
    }
  }
}
