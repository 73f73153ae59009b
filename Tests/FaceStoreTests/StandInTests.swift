import FaceStore
import FaceTypes
import TestNumbers
import Testing

/// A compatible model's embeddings stand in for those that are missing.
@Suite struct StandInTests {
  @Test func anEmbeddingOfTheOtherModelDoesWhereThereIsNone() async throws {
    let directory = TemporaryDirectory()
    let store = try FaceStore(directory: directory.path, options: testOptions())
    let (old, new, wide) = (model("a"), model("b"), model("c"))
    for (id, size) in [(old, 8), (new, 8), (wide, 16)] {
      try await store.putModel(id, label: "", embeddingSize: size)
    }
    try await store.switchActiveModel(to: old)
    _ = try await store.createGallery(gallery("g"))
    var random = SeededGenerator(seed: 4)
    var kept: [FaceID: Embedding] = [:]
    for person in 0..<5 {
      let embedding = random.embedding(8)
      let face = try await store.enroll(
        enrolment(gallery("g"), .named(name("p\(person)")), [(old, embedding)]))
      kept[face.face] = embedding
    }
    #expect(try store.hasEmbeddings(model: old) && !store.hasEmbeddings(model: new))
    #expect(try !store.hasEmbeddings(model: model("d")))
    let faces = kept.keys.sorted()
    // The second and the last have one of their own.
    var expected = kept
    for face in [faces[1], faces[4]] {
      let embedding = random.embedding(8)
      expected[face] = embedding
      try await store.putEmbeddings(gallery("g"), model: new, [(face, embedding)])
    }
    #expect(try store.hasEmbeddings(model: new))

    func walk(orElse other: ModelID?) throws -> [(FaceID, [Float])] {
      var seen: [(FaceID, [Float])] = []
      try store.forEachEmbedding(gallery("g"), model: new, orElse: other) { face, _, vector in
        seen.append((face, vector.indices.map { vector[$0] }))
      }
      return seen
    }
    #expect(try walk(orElse: nil).map(\.0) == [faces[1], faces[4]])
    // One of another size, or that nobody knows, cannot stand in.
    #expect(try walk(orElse: wide).count == 2 && walk(orElse: model("d")).count == 2)
    let all = try walk(orElse: old)
    #expect(all.map(\.0) == faces)
    #expect(all.allSatisfy { face, vector in vector == expected[face]?.values })
    for face in faces {
      #expect(try store.embedding(gallery("g"), model: new, orElse: old, face: face) == expected[face])
      #expect(try (store.embedding(gallery("g"), model: new, face: face) == nil) == (expected[face] == kept[face]))
    }
    try await store.deleteEmbeddings(model: new)
    #expect(try !store.hasEmbeddings(model: new))
    #expect(try walk(orElse: old).map(\.1) == faces.map { kept[$0]?.values ?? [] })
  }
}
