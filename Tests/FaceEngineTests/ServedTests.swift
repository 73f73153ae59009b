import FaceEngine
import FaceStore
import FaceTypes
import Foundation
import TestNumbers
import Testing

/// Searches that a server answers: whatever it loses, leaves out or does not hear of, people are found as the store says.
@Suite(.serialized) struct ServedTests {
  private static let dimension = 128

  private static func face(of person: Int, _ random: inout SeededGenerator) -> Embedding {
    var own = SeededGenerator(seed: UInt64(person) + 1)
    let values = (0..<dimension).map { _ in
      Float.random(in: -1...1, using: &own) + Float.random(in: -0.7...0.7, using: &random)
    }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return Embedding(unit: values.map { $0 / length })
  }

  /// What the store should say.
  private struct Toy {
    var faces: [FaceID: (name: String, embedding: Embedding)] = [:]

    func people(_ probe: Embedding) -> [(name: String, distance: Float)] {
      Dictionary(grouping: faces.values, by: \.name).map { name, faces in
        let template = IdentityTemplate(faces.map(\.embedding), dimension: dimension)
        return (name, template.squaredDistance(to: probe) ?? 4)
      }.sorted { $0.distance < $1.distance }
    }
  }

  private func add(
    _ person: Int, _ engine: FaceEngine, _ toy: inout Toy, _ random: inout SeededGenerator
  ) async throws {
    var face = ImportedFace(name: try DisplayName("p\(person)"))
    let embedding = Self.face(of: person, &random)
    face.vector = embedding.values
    let outcomes = try await engine.importFaces(
      ImportRequest(gallery: .default, model: engine.activeModel, faces: [face]))
    guard case .added? = outcomes.first else { throw EngineError(.internal, .internal, "not added") }
    let all = try engine.faces(.default, of: .named(try DisplayName("p\(person)")), after: nil, limit: 1_000)
    let new = try #require(all.map(\.id).first { toy.faces[$0] == nil })
    toy.faces[new] = ("p\(person)", embedding)
  }

  private func found(_ engine: FaceEngine, _ probe: Embedding) async throws -> [(name: String, distance: Float)] {
    let request = IdentifyRequest(
      gallery: .default, probe: .vectors([probe.values], engine.activeModel), maximumCandidates: 20)
    let face = try #require(try await engine.identify(request).faces.first)
    return face.candidates.map { ($0.identity.name.text, $0.distance) }
  }

  private func agree(
    _ engine: FaceEngine, _ toy: Toy, _ probe: Embedding, _ comment: Comment
  ) async throws {
    let (found, expected) = (try await found(engine, probe), toy.people(probe))
    #expect(found.map(\.name) == expected.prefix(20).map(\.name), comment)
    #expect(zip(found, expected).allSatisfy { abs($0.distance - $1.distance) < 1e-4 }, comment)
  }

  private func eventually(_ what: Comment, _ isSo: () throws -> Bool) async throws {
    for _ in 0..<600 {
      if try isSo() { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record(what)
  }

  /// The server has what the store says, no more and no less.
  private func settled(_ engine: FaceEngine, _ server: ToySearchServer, _ toy: Toy) async throws {
    let model = engine.activeModel
    try await eventually("the server is as the store says") {
      let rows = server.with { $0.models[model] ?? [:] }
      return Set(rows.keys) == Set(toy.faces.keys)
        && rows.allSatisfy { $0.value.embedding == toy.faces[$0.key]?.embedding }
        && engine.searchStatus.map { $0.pending == 0 && $0.missing == 0 && $0.failure == nil } == true
    }
  }

  @Test(arguments: [UInt64(1), 2, 3]) func randomOperationsWithAServerThatFails(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let (harness, server) = (EngineHarness(), ToySearchServer())
    defer { harness.remove() }
    var toy = Toy()
    for _ in 0..<2 {
      try await harness.run(search: server) { engine in
        for step in 0..<60 {
          let person = Int.random(in: 0..<15, using: &random)
          let name = IdentityReference.named(try DisplayName("p\(person)"))
          let isKnown = toy.faces.values.contains { $0.name == "p\(person)" }
          switch Int.random(in: 0..<12, using: &random) {
          case 0 where isKnown:
            try await engine.deleteIdentity(.default, name)
            toy.faces = toy.faces.filter { $0.value.name != "p\(person)" }
          case 1 where isKnown:
            let face = try #require(toy.faces.filter { $0.value.name == "p\(person)" }.keys.min())
            let isLast = toy.faces.values.count { $0.name == "p\(person)" } == 1
            if isLast {
              try await engine.deleteIdentity(.default, name)
            } else {
              try await engine.deleteFace(.default, face)
            }
            toy.faces[face] = nil
          case 2 where isKnown:
            let other = "p\((person + 1) % 15)"
            guard toy.faces.values.contains(where: { $0.name == other }) else { continue }
            _ = try await engine.mergeIdentities(.default, name, into: .named(try DisplayName(other)))
            for (face, entry) in toy.faces where entry.name == "p\(person)" { toy.faces[face]?.name = other }
          case 3: server.with { $0.isAway.toggle() }
          case 4:
            let lost = Int.random(in: 0..<5, using: &random)
            server.with { state in
              for model in state.models.keys {
                for face in state.models[model]!.keys.sorted().prefix(lost) { state.models[model]![face] = nil }
              }
            }
          case 5: server.with { $0.leftOut = $0.leftOut == 0 ? 2 : 0 }
          case 6: server.with { $0.leftOutOfWide = $0.leftOutOfWide == 0 ? 1 : 0 }
          default: try await add(person, engine, &toy, &random)
          }
          let wasAway = engine.searchStatus?.failure != nil
          do {
            try await agree(engine, toy, Self.face(of: step % 15, &random), "seed \(seed), step \(step)")
          } catch let error as EngineError {
            #expect(error.reason == .searchUnavailable, "\(error)")
            #expect(wasAway || server.with { $0.isAway })
          }
        }
        // Its disk is gone, or only it is: after an outage all is compared.
        server.with { state in
          (state.isAway, state.leftOut, state.leftOutOfWide) = (true, 0, 0)
          if seed == 2 { state.models = [:] }
        }
        try await eventually("the outage is seen") { engine.searchStatus?.failure != nil }
        server.with { $0.isAway = false }
        try await settled(engine, server, toy)
        for person in 0..<15 {
          try await agree(engine, toy, Self.face(of: person, &random), "seed \(seed), at the end")
        }
      }
    }
    // A start with faces missing, stale and too much is put right as well.
    server.with { state in
      for model in state.models.keys {
        let faces = state.models[model]!.keys.sorted()
        guard faces.count > 3, let row = state.models[model]![faces[2]] else { continue }
        state.models[model]![faces[0]] = nil
        state.models[model]![faces[1]]?.embedding = row.embedding
        state.models[model]![faces[1]]?.mark = SearchMark(identity: row.mark.identity, digest: 7)
        state.models[model]![FaceID(1 << 40)] = row
        state.models[model]![FaceID(5 << 40)] = .init(
          gallery: try! GalleryID("nobody"), mark: row.mark, embedding: row.embedding)
      }
    }
    try await harness.run(search: server) { engine in try await settled(engine, server, toy) }
  }

  @Test func enrolmentGoesOnWhileTheServerIsAway() async throws {
    let (harness, server) = (EngineHarness(), ToySearchServer())
    defer { harness.remove() }
    server.with { $0.isAway = true }
    try await harness.run(search: server) { engine in
      let photo = try EngineHarness.photo(of: 3)
      _ = try await harness.enroll(engine, "Ada", photo)
      #expect(await harness.reason { _ = try await harness.identify(engine, photo) } == "SEARCH_UNAVAILABLE")
      let status = try #require(engine.searchStatus)
      #expect(status.pending == 1 && status.failure != nil)
      let findings = try await engine.diagnose(.current(), freeBytes: nil)
      #expect(findings.contains { $0.subject == "search" && $0.weight == .problem })
      // Who refuses what looks like somebody else has to ask.
      _ = try await engine.updateGallery(.default, description: nil, policy: .refuse)
      let other = try EngineHarness.photo(of: 4)
      #expect(await harness.reason { _ = try await harness.enroll(engine, "Eve", other) } == "SEARCH_UNAVAILABLE")
      server.with { $0.isAway = false }
      try await eventually("it is back") { engine.searchStatus?.failure == nil }
      #expect(try await harness.identify(engine, photo).candidates.first?.identity.name.text == "Ada")
      _ = try await harness.enroll(engine, "Eve", other)
    }
  }

  @Test func aReindexMovesToACollectionOfItsOwn() async throws {
    let (harness, server) = (EngineHarness(), ToySearchServer())
    defer { harness.remove() }
    try await harness.run(search: server) { engine in
      for person in UInt64(1)...4 {
        for view in UInt64(0)..<2 {
          _ = try await harness.enroll(engine, "p\(person)", try EngineHarness.photo(of: person, view))
        }
      }
      let before = engine.activeModel
      let bytes = try #require(FileManager.default.contents(atPath: EngineHarness.model("small")))
      let small = try await engine.addModel([UInt8](bytes), label: "small").record.id
      _ = try await engine.startReindex(to: small.hex, ReindexOptions(requiredAgreement: 0))
      try await eventually("the model is switched") { engine.activeModel == small }
      try await eventually("others see which collection answers") { server.with { $0.answering } == small }
      #expect(server.with { $0.models[small]?.count } == 8, "all faces were there before the switch")
      #expect(before != small)
      let photo = try EngineHarness.photo(of: 2, 0)
      #expect(try await harness.identify(engine, photo).candidates.first?.identity.name.text == "p2")
    }
  }

  @Test func erasureReachesTheServerAndItsDisk() async throws {
    let (harness, server) = (EngineHarness(), ToySearchServer())
    defer { harness.remove() }
    try await harness.run(search: server) { engine in
      for person in UInt64(1)...3 {
        _ = try await harness.enroll(engine, "p\(person)", try EngineHarness.photo(of: person))
      }
      let model = engine.activeModel
      try await eventually("all are there") { server.with { $0.models[model]?.count } == 3 }
      try await engine.deleteIdentity(.default, .named(try DisplayName("p1")))
      #expect(server.with { $0.models[model]?.count } == 2, "it is gone when the call returns")
      let erased = try await engine.eraseFaces(.default, enrolledBefore: Date().addingTimeInterval(60))
      #expect(erased.faces == 2 && erased.search?.deleted != nil && erased.search?.compacted != nil)
      #expect(server.with { $0.models[model]?.isEmpty == true && $0.compactions > 0 })
      // A gallery goes with all of its rows, and one of the same name begins without them.
      let other = try GalleryID("other")
      for _ in 0..<2 {
        _ = try await engine.createGallery(other, description: "", keepsCrops: true)
        let photo = try EngineHarness.photo(of: 5)
        _ = try await engine.enroll(
          EnrollRequest(gallery: other, identity: .named(try DisplayName("Ada")), photo: photo))
        try await eventually("it is there") { server.with { $0.models[model]?.count } == 1 }
        try await engine.deleteGallery(other)
        #expect(server.with { $0.models[model]?.isEmpty } == true)
      }
    }
  }
}
