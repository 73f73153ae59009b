import FaceStore
import FaceTypes
import TestNumbers
import Testing

/// A store that is encrypted: nothing plain on the disk, everything as before above it.
@Suite struct SealingTests {
  let directory = TemporaryDirectory()
  let g = gallery("g")
  let m = model("a")
  static let key = masterKey(7)

  static func masterKey(_ byte: UInt8) -> MasterKey { try! MasterKey(Array(repeating: byte, count: 32)) }

  private func options(_ key: MasterKey? = SealingTests.key) -> StoreOptions {
    var options = testOptions()
    options.masterKey = key
    return options
  }

  private struct Person {
    let identity: IdentityID
    let faces: [FaceID]
    let crops: [[UInt8]]
    let vectors: [Embedding]
    var secrets: [[UInt8]] { crops + vectors.map { $0.values.withUnsafeBytes { Array($0) } } }
  }

  private func open(_ options: StoreOptions) async throws -> FaceStore {
    let store = try FaceStore(directory: directory.path, options: options)
    if try store.models().isEmpty {
      try await store.putModel(m, label: "m", embeddingSize: 32)
      try await store.switchActiveModel(to: m)
      try await store.createGallery(g)
    }
    return store
  }

  private func person(_ called: String, _ count: Int, _ store: FaceStore, seed: UInt64) async throws -> Person {
    var random = SeededGenerator(seed: seed)
    var (identity, faces, crops, vectors) = (IdentityID(0), [FaceID](), [[UInt8]](), [Embedding]())
    for _ in 0..<count {
      crops.append(random.bytes(5000))
      vectors.append(random.embedding(32))
      let face = try await store.enroll(
        enrolment(g, .named(name(called)), crop: crops.last, [(m, vectors[vectors.count - 1])]))
      (identity, faces) = (face.identity, faces + [face.face])
    }
    return Person(identity: identity, faces: faces, crops: crops, vectors: vectors)
  }

  private func expect(_ person: Person, in store: FaceStore) throws {
    var walked: [FaceID: [Float]] = [:]
    try store.forEachEmbedding(g, model: m) { face, _, vector in
      walked[face] = vector.indices.map { vector[$0] }
    }
    for (index, face) in person.faces.enumerated() {
      #expect(try store.crop(g, face) == person.crops[index])
      #expect(try store.embedding(g, model: m, face: face) == person.vectors[index])
      #expect(walked[face] == person.vectors[index].values)
    }
  }

  @Test func nothingPlainIsOnTheDiskAndEverythingReadsBack() async throws {
    var store = try await open(options())
    let people = [try await person("a", 3, store, seed: 1), try await person("b", 2, store, seed: 2)]
    await store.close()
    #expect(Traces(of: people.flatMap(\.secrets)).count(in: directory.path) == 0)
    store = try await open(options())
    for person in people { try expect(person, in: store) }
    var exported = 0
    try store.export(g, begin: { _ in }, identity: { _ in }) { face in
      let place = try #require(people[0].faces.firstIndex(of: face.record.id) ?? (exported >= 3 ? 0 : nil))
      if exported < 3 { #expect(face.crop == people[0].crops[place] && face.embedding == people[0].vectors[place]) }
      exported += 1
    }
    #expect(exported == 5)
    #expect(try store.scrub(g, from: FaceID(0)).damages.isEmpty)
    try store.checkInvariants()
    await store.close()
    #expect(try await StoreExamination.run(directory: directory.path).isInOrder)
  }

  @Test func aWrongOrMissingKeyIsRefused() async throws {
    let store = try await open(options())
    _ = try await person("a", 1, store, seed: 3)
    await store.close()
    for key in [nil, Self.masterKey(8)] {
      #expect(await code { _ = try FaceStore(directory: directory.path, options: options(key)) } == .failedPrecondition)
    }
    let plain = TemporaryDirectory()
    let other = try FaceStore(directory: plain.path, options: options(nil))
    try await other.createGallery(g)
    await other.close()
    #expect(await code { _ = try FaceStore(directory: plain.path, options: options()) } == .failedPrecondition)
    #expect(await code { _ = try MasterKey(Array("short".utf8)) } == .invalidArgument)
  }

  /// Faces that become another's are sealed anew; undoing brings them back.
  @Test func correctionsKeepEverythingReadable() async throws {
    let store = try await open(options())
    let (a, b) = (try await person("a", 3, store, seed: 4), try await person("b", 2, store, seed: 5))
    let merge = try await store.mergeIdentities(g, a.identity, into: b.identity)
    for person in [a, b] { try expect(person, in: store) }
    try store.checkInvariants()
    _ = try await store.undoChange(g, merge.change.number)
    _ = try await store.splitIdentity(g, a.identity, [a.faces[0]], as: name("c"))
    for person in [a, b] { try expect(person, in: store) }
    try store.checkInvariants()
    await store.close()
  }

  @Test func aDeletedIdentitysKeyLeavesTheFiles() async throws {
    let store = try await open(options())
    let (gone, merged) = (try await person("a", 2, store, seed: 6), try await person("b", 1, store, seed: 7))
    let kept = try await person("c", 2, store, seed: 8)
    _ = try await store.mergeIdentities(g, merged.identity, into: gone.identity)
    let keys = try wrappedKeys(store)
    #expect(keys.count == 3)
    try await store.deleteIdentity(g, gone.identity)
    try await store.purge()
    // Of whom was merged into it as well.
    #expect(try wrappedKeys(store).keys.map { $0 } == [[UInt8](kept.identity.value)])
    let left = keys.filter { $0.key != [UInt8](kept.identity.value) }
    #expect(left.count == 2 && Traces(of: Array(left.values)).count(in: directory.path) == 0)
    try expect(kept, in: store)
    try store.checkInvariants()
    await store.close()
  }

  /// By the last eight bytes of the place: the identity's number.
  private func wrappedKeys(_ store: FaceStore) throws -> [[UInt8]: [UInt8]] {
    var keys: [[UInt8]: [UInt8]] = [:]
    try store.copyKeys(begin: { _ in }) { key, value in if key.count > 1 { keys[Array(key.suffix(8))] = value } }
    return keys
  }

  @Test func rotationWrapsTheKeysAnewAndNothingElse() async throws {
    var store = try await open(options())
    let person = try await person("a", 2, store, seed: 9)
    let (before, sealed) = (try wrappedKeys(store), try records(store))
    await store.close()
    let new = Self.masterKey(9)
    #expect(
      await code { _ = try StoreKeys.rotate(directory: directory.path, from: new, to: new) } == .failedPrecondition)
    #expect(try StoreKeys.rotate(directory: directory.path, from: Self.key, to: new) == 1)
    #expect(await code { _ = try FaceStore(directory: directory.path, options: options()) } == .failedPrecondition)
    #expect(Traces(of: Array(before.values)).count(in: directory.path) == 0)
    store = try await open(options(new))
    try expect(person, in: store)
    // Kinds 15 and 16 are crops and embeddings.
    #expect(
      try records(store).filter { [0x15, 0x16].contains($0.key[0]) }
        == sealed.filter { [0x15, 0x16].contains($0.key[0]) })
    await store.close()
  }

  private func records(_ store: FaceStore) throws -> [[UInt8]: [UInt8]] {
    var records: [[UInt8]: [UInt8]] = [:]
    try store.copyRecords(begin: { _ in }) { records[$0] = $1 }
    return records
  }

  private func restore(_ copy: [[UInt8]: [UInt8]], keysOf store: FaceStore, to path: String) throws {
    let target = try StoreRestorer(directory: path)
    for (key, value) in copy { try target.put(key, value) }
    #expect(target.isSealed)
    try store.copyKeys(begin: { _ in }) { try target.putKey($0, $1) }
    try target.finish()
  }

  /// A copy has no keys; with those of later, whoever was deleted in between is left out.
  @Test func aCopyOpensForThoseAloneWhoAreStillThere() async throws {
    let store = try await open(options())
    let (gone, kept) = (try await person("a", 2, store, seed: 10), try await person("b", 2, store, seed: 11))
    let copy = try records(store)
    #expect(!copy.keys.contains { $0[0] == 0x1e })
    try await store.deleteIdentity(g, gone.identity)
    _ = try await person("later", 1, store, seed: 12)
    let restored = TemporaryDirectory()
    try restore(copy, keysOf: store, to: restored.path)
    await store.close()
    let dropped = try await FaceStore.dropKeyless(directory: restored.path)
    #expect(dropped.identities == 1 && dropped.faces == 2)
    let second = try FaceStore(directory: restored.path, options: options())
    try expect(kept, in: second)
    #expect(try second.identity(g, gone.identity) == nil)
    try second.checkInvariants()
    await second.close()
  }

  @Test func aPlainStoreCanBeEncrypted() async throws {
    var store = try await open(options(nil))
    let people = [try await person("a", 3, store, seed: 13), try await person("b", 2, store, seed: 14)]
    await store.close()
    #expect(Traces(of: people.flatMap(\.secrets)).count(in: directory.path) > 0)
    #expect(try StoreKeys.enable(directory: directory.path, Self.key) == 5)
    #expect(Traces(of: people.flatMap(\.secrets)).count(in: directory.path) == 0)
    #expect(
      !fileNames(in: "/tmp").contains {
        directory.path.hasSuffix("/" + $0.replacing(".plain", with: "")) && $0.hasSuffix(".plain")
      })
    store = try await open(options())
    for person in people { try expect(person, in: store) }
    try store.checkInvariants()
    await store.close()
    #expect(await code { _ = try StoreKeys.enable(directory: directory.path, Self.key) } == .failedPrecondition)
  }

  /// A value that was moved to another place, or changed in a bit, does not open.
  @Test func whatWasChangedDoesNotOpen() async throws {
    let store = try await open(options())
    let (a, b) = (try await person("a", 1, store, seed: 15), try await person("b", 1, store, seed: 16))
    var copy = try records(store)
    let crops = copy.keys.filter { $0[0] == 0x15 }.sorted { $0.lexicographicallyPrecedes($1) }
    copy[crops[0]]![100] ^= 1
    copy[crops[1]] = copy[crops[0]]
    let changed = TemporaryDirectory()
    try restore(copy, keysOf: store, to: changed.path)
    await store.close()
    let second = try FaceStore(directory: changed.path, options: options())
    for face in a.faces + b.faces {
      #expect(await code { _ = try second.crop(g, face) } == .corruption)
    }
    #expect(try second.embedding(g, model: m, face: a.faces[0]) == a.vectors[0])
    await second.close()
  }
}

extension [UInt8] {
  fileprivate init(_ number: UInt64) { self = Swift.withUnsafeBytes(of: number.bigEndian) { Array($0) } }
}
