import FaceStore
import FaceTypes
import TestNumbers
import Testing

/// Thousands of random operations on a store and on a toy; every answer is compared, and the whole state often.
@Suite struct RandomOperationTests {
  static let models = [model("a"), model("b")]
  static let sizes = [6, 3]

  /// Seeds from 104 on are of encrypted stores.
  @Test(arguments: TestStore.Kind.allCases, [101, 102, 103, 104, 105] as [UInt64])
  func agreesWithTheToy(kind: TestStore.Kind, seed: UInt64) async throws {
    guard let place = try TestStore(kind) else { return }
    var run = try await Run(place, seed: seed)
    for step in 0..<1200 {
      try await run.step()
      if step % 50 == 49 { try run.compareEverything() }
      if step % 211 == 210 { try await run.reopen() }
    }
    try run.compareEverything()
    await run.store.close()
  }

  struct Run {
    let place: TestStore
    /// Purging by itself between the operations of one seed, and only when asked between those of the others.
    let options: StoreOptions
    var store: FaceStore
    var toy = ToyStore()
    var random: SeededGenerator

    init(_ place: TestStore, seed: UInt64) async throws {
      self.place = place
      random = SeededGenerator(seed: seed)
      var options = testOptions(purges: seed == 101 || seed == 104)
      if seed >= 104 { options.masterKey = SealingTests.key }
      self.options = options
      store = try place.open(options)
      for (model, size) in zip(models, sizes) { try await store.putModel(model, label: "", embeddingSize: size) }
    }

    mutating func reopen() async throws {
      await store.close()
      store = try place.open(options)
    }

    mutating func anyGallery() -> GalleryID { gallery("g\(Int.random(in: 0..<4, using: &random))") }
    mutating func anyName() -> DisplayName { name("n\(Int.random(in: 0..<12, using: &random))") }

    /// A face of the gallery as a rule, now and then one that is not there.
    mutating func anyFace(_ id: GalleryID) -> FaceID {
      toy.galleries[id]?.faces.keys.sorted().randomElement(using: &random)
        ?? FaceID(.random(in: 0...50, using: &random))
    }

    mutating func anyIdentity(_ id: GalleryID) -> IdentityID {
      let known = toy.galleries[id]?.names.keys.sorted().randomElement(using: &random)
      return Int.random(in: 0..<10, using: &random) == 0 ? IdentityID(77) : known ?? IdentityID(78)
    }

    mutating func anyEnrolment() -> Enrolment {
      let g = anyGallery()
      var it = enrolment(g, Bool.random(using: &random) ? .named(anyName()) : .id(anyIdentity(g)))
      if Int.random(in: 0..<3, using: &random) == 0 { it.requestID = "r\(Int.random(in: 0..<60, using: &random))" }
      if Int.random(in: 0..<3, using: &random) == 0 {
        it.photograph = Array(repeating: UInt8.random(in: 0..<20, using: &random), count: 32)
        it.again = Int.random(in: 0..<4, using: &random) == 0
      }
      if Bool.random(using: &random) { it.crop = random.bytes(Int.random(in: 1...2000, using: &random)) }
      if Bool.random(using: &random) { it.source = "s\(Int.random(in: 0...99, using: &random))" }
      for (model, size) in zip(models, sizes) where Int.random(in: 0..<4, using: &random) > 0 {
        it.embeddings.append((model, random.embedding(size)))
      }
      return it
    }

    mutating func step() async throws {
      let id = anyGallery()
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<6:
        let keeps = Bool.random(using: &random)
        let store = store
        let thrown = await code { try await store.createGallery(id, keepsCrops: keeps) }
        #expect(thrown == (toy.galleries[id] == nil ? nil : .alreadyExists))
        if thrown == nil { toy.galleries[id] = .init(keepsCrops: keeps) }
      case 6..<8:
        let store = store
        let thrown = await code { try await store.deleteGallery(id) }
        #expect(thrown == (toy.galleries[id] == nil ? .notFound : nil))
        toy.galleries[id] = nil
      case 8..<11: try await renameOne(id)
      case 11..<14: try await createOne(id)
      case 14..<18: try await deleteIdentity(id)
      case 18..<30: try await deleteFace(id)
      case 30..<45: try await embedSome(id)
      case 45..<52: await correct(id)
      case 52..<56 where Bool.random(using: &random): try await store.purge()
      case 56..<64: try await enrollMany()
      default: try await enrollOne()
      }
    }

    mutating func enrollOne() async throws {
      let it = anyEnrolment()
      do {
        let result = try await store.enroll(it)
        #expect(toy.refusal(of: it) == nil)
        let isRight = toy.accept(it, result)
        #expect(isRight)
      } catch {
        #expect(toy.refusal(of: it) == error.code)
      }
    }

    /// A batch, whose members are checked against each other in their order.
    mutating func enrollMany() async throws {
      var batch: [Enrolment] = []
      for _ in 0..<Int.random(in: 2...12, using: &random) { batch.append(anyEnrolment()) }
      for (it, result) in zip(batch, await store.enroll(batch)) {
        switch result {
        case .success(let enrolled):
          #expect(toy.refusal(of: it) == nil)
          let isRight = toy.accept(it, enrolled)
          #expect(isRight)
        case .failure(let error): #expect(toy.refusal(of: it) == error.code)
        }
      }
    }

    mutating func createOne(_ id: GalleryID) async throws {
      let new = anyName()
      do {
        let identity = try await store.createIdentity(id, named: new)
        #expect(identity.name == new && identity.faceCount == 0)
        #expect(toy.galleries[id]?.id(named: new.text) == nil)
        let isFresh = toy.usedIdentities.insert(identity.id).inserted
        #expect(isFresh)
        toy.galleries[id]?.names[identity.id] = new.text
      } catch {
        #expect(error.code == (toy.galleries[id] == nil ? .notFound : .alreadyExists))
        #expect(toy.galleries[id] == nil || toy.galleries[id]?.id(named: new.text) != nil)
      }
    }

    mutating func renameOne(_ id: GalleryID) async throws {
      let (identity, new, store) = (anyIdentity(id), anyName(), store)
      let thrown = await code { try await store.renameIdentity(id, identity, to: new) }
      guard let known = toy.galleries[id], known.names[identity] != nil else {
        #expect(thrown == .notFound)
        return
      }
      let taken = known.id(named: new.text).map { $0 != identity } ?? false
      #expect(thrown == (taken ? .alreadyExists : nil))
      guard !taken, let former = known.names[identity], former != new.text else { return }
      toy.galleries[id]?.names[identity] = new.text
      let change = try #require(try store.changes(id, limit: 1).first)
      #expect(change.kind == .rename && change.into == identity)
      toy.galleries[id]?.changes[change.number] = ToyChange(
        kind: .rename, from: identity, into: identity, formerName: former, newName: new.text)
    }

    mutating func deleteIdentity(_ id: GalleryID) async throws {
      let identity = anyIdentity(id)
      do {
        let gone = try await store.deleteIdentity(id, identity)
        #expect(gone == toy.galleries[id]?.faces(of: identity))
        let name = toy.galleries[id]?.forget(identity)
        #expect(name != nil)
      } catch {
        #expect(error.code == .notFound && toy.galleries[id]?.names[identity] == nil)
      }
    }

    mutating func deleteFace(_ id: GalleryID) async throws {
      let face = anyFace(id)
      do {
        let gone = try await store.deleteFace(id, face)
        #expect(gone.identity == toy.galleries[id]?.faces[face]?.identity)
        toy.galleries[id]?.forget(face)
      } catch {
        #expect(error.code == .notFound && toy.galleries[id]?.faces[face] == nil)
      }
    }

    mutating func embedSome(_ id: GalleryID) async throws {
      let which = Int.random(in: 0..<2, using: &random)
      if Int.random(in: 0..<12, using: &random) == 0 {
        try await store.deleteEmbeddings(model: models[which])
        for (id, gallery) in toy.galleries {
          for face in gallery.faces.keys { toy.galleries[id]?.faces[face]?.embeddings[models[which]] = nil }
        }
        return
      }
      var entries: [(FaceID, Embedding)] = []
      for face in Set((0..<4).map { _ in anyFace(id) }).sorted() {
        entries.append((face, random.embedding(sizes[which])))
      }
      let stored = try await store.putEmbeddings(id, model: models[which], entries)
      #expect(stored == entries.map(\.0).filter { toy.galleries[id]?.faces[$0] != nil })
      for (face, embedding) in entries { toy.galleries[id]?.faces[face]?.embeddings[models[which]] = embedding }
    }

    func compareEverything() throws {
      try store.checkInvariants()
      #expect(try store.galleries(limit: 100).map(\.id) == toy.galleries.keys.sorted())
      var lacking: [ModelID: Set<FaceID>] = [:]
      for (id, gallery) in toy.galleries {
        try compare(id, gallery)
        for model in RandomOperationTests.models {
          lacking[model, default: []].formUnion(gallery.faces.filter { $0.value.embeddings[model] == nil }.keys)
        }
      }
      for model in RandomOperationTests.models {
        let found = try store.facesNeedingEmbedding(model: model, limit: 10_000).map(\.face)
        #expect(Set(found) == lacking[model, default: []] && found.count == Set(found).count)
      }
      let statistics = try store.statistics()
      #expect(statistics.faces == UInt64(toy.galleries.values.reduce(0) { $0 + $1.faces.count }))
      #expect(statistics.identities == UInt64(toy.galleries.values.reduce(0) { $0 + $1.names.count }))
    }

    func compare(_ id: GalleryID, _ toy: ToyStore.Gallery) throws {
      #expect(try store.gallery(id)?.keepsCrops == toy.keepsCrops)
      let history = try store.changes(id, limit: 1000)
      #expect(Dictionary(uniqueKeysWithValues: history.map { ($0.number, $0.state) }) == toy.changes.mapValues(\.state))
      let identities = try store.identities(id, limit: 1000)
      #expect(Dictionary(uniqueKeysWithValues: identities.map { ($0.id, $0.name.text) }) == toy.names)
      for identity in identities {
        #expect(try store.identity(id, named: identity.name) == identity)
        let faces = try store.faces(id, identity: identity.id, limit: 1000).map(\.id)
        #expect(faces == toy.faces(of: identity.id) && identity.faceCount == UInt64(faces.count))
      }
      let faces = try store.faces(id, limit: 10_000)
      #expect(faces.map(\.id) == toy.faces.keys.sorted())
      for face in faces {
        let expected = try #require(toy.faces[face.id])
        #expect(face.identity == expected.identity && face.source == expected.source)
        #expect(try store.crop(id, face.id) == expected.crop)
      }
      for model in RandomOperationTests.models {
        var walked: [FaceID: Embedding] = [:]
        try store.forEachEmbedding(id, model: model) { face, identity, values in
          #expect(toy.faces[face]?.identity == identity)
          walked[face] = Embedding(unit: (0..<values.count).map { values[$0] })
        }
        #expect(walked == toy.faces.compactMapValues { $0.embeddings[model] })
      }
    }
  }
}
