import Foundation
import Milvus
import TestMilvus
import TestNumbers
import Testing

/// The client against a real server: what is written is found, under filters too, and what is deleted is not.
@Suite(.serialized, .enabled(if: TestMilvus.shared != nil, "\(TestMilvus.absence)")) struct ClientTests {
  private static let dimension = 16

  private static func unit(_ random: inout SeededGenerator) -> [Float] {
    let values = (0..<dimension).map { _ in Float.random(in: -1...1, using: &random) }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 / length }
  }

  private func made(_ options: String) async throws -> (MilvusClient, MilvusCollection) {
    let server = try #require(TestMilvus.shared)
    let client = try MilvusClient(try MilvusAddress(server.address(options + "&timeout=600")))
    let collection = MilvusCollection(
      name: client.address.prefix + "_x", about: "a test's", key: "id", partition: ("part", 20), numbers: ["owner"],
      vector: "v", dimension: Self.dimension)
    #expect(try await client.make(collection))
    #expect(try await !client.make(collection), "a second time it is there")
    return (client, collection)
  }

  @Test(arguments: ["&index=IVF_FLAT&nlist=64&nprobe=64", "&index=HNSW&M=16&efConstruction=64", ""])
  func whatIsWrittenIsFoundUnderFilters(options: String) async throws {
    let (client, collection) = try await made(options)
    var random = SeededGenerator(seed: 3)
    let rows = (1...2_000).map { MilvusRow(key: $0, numbers: [$0 / 4], vector: Self.unit(&random)) }
    for part in ["a", "b"] {
      let some = rows.filter { ($0.key % 2 == 0) == (part == "a") }
      try await client.upsert(some, of: part, in: collection)
    }
    // On the server's disk, with its index.
    let compaction = try await client.compact(collection.name)
    #expect(try await client.isCompacted(compaction))
    #expect(try await client.count(where: "part == \"a\"", in: collection.name) == 1_000)
    let probe = Self.unit(&random)
    let filters: [(String, (MilvusRow) -> Bool)] = [
      ("part == \"a\"", { $0.key % 2 == 0 }),
      ("part == \"b\" and owner in [1, 2, 3, 400]", { $0.key % 2 == 1 && [1, 2, 3, 400].contains($0.numbers[0]) }),
      ("part == \"a\" and owner not in [7]", { $0.key % 2 == 0 && $0.numbers[0] != 7 }),
    ]
    for (filter, passes) in filters {
      let found = try await client.search(probe, count: 20, where: filter, in: collection)
      let passing = rows.filter(passes)
      // A graph or lists may return less than there is where few pass, which `SearchServer`'s callers see to.
      #expect(found.count == min(20, passing.count) || passing.count < 100, "\(options): \(filter)")
      let products = Dictionary(
        uniqueKeysWithValues: passing.map { row in (row.key, zip(row.vector, probe).reduce(0) { $0 + $1.0 * $1.1 }) })
      #expect(found.allSatisfy { abs((products[$0.key] ?? 9) - $0.product) < 1e-4 })
      #expect(zip(found, found.dropFirst()).allSatisfy { $0.product >= $1.product })
      guard found.count == min(20, passing.count) else { continue }
      if let best = products.max(by: { $0.value < $1.value }) { #expect(found.first?.key == best.key) }
    }
    let kept = try await client.rows(where: "id in [5, 6]", in: collection, limit: 10, vectors: true)
    #expect(Set(kept) == Set(rows[4...5]))
    try await client.drop(collection.name)
  }

  @Test func rowsAreReplacedAndDeletedAndCollectionsRenamed() async throws {
    let (client, collection) = try await made("")
    var random = SeededGenerator(seed: 4)
    let rows = (1...10).map { MilvusRow(key: $0, numbers: [1], vector: Self.unit(&random)) }
    try await client.upsert(rows, of: "a", in: collection)
    let other = MilvusRow(key: 3, numbers: [-9], vector: Self.unit(&random))
    try await client.upsert([other], of: "a", in: collection)
    try await client.delete(where: "id in [1, 2]", in: collection.name)
    let left = try await client.rows(where: "id > 0", in: collection, limit: 100, vectors: true)
    #expect(Set(left) == Set([other] + rows[3...]))
    try await client.name(collection.name, also: client.address.prefix)
    #expect(try await client.count(where: "id > 0", in: client.address.prefix) == 8)
    var second = collection
    second.name += "2"
    _ = try await client.make(second)
    try await client.name(second.name, also: client.address.prefix)
    #expect(try await client.count(where: "id > 0", in: client.address.prefix) == 0)
    for name in [collection.name, second.name] { try await client.drop(name) }
    await #expect(throws: MilvusError.self) { try await client.count(where: "id > 0", in: collection.name) }
    try await client.drop(collection.name)
  }

  @Test func nobodyThereIsUnavailable() async throws {
    let client = try MilvusClient(try MilvusAddress("milvus://127.0.0.1:1?timeout=5"))
    await #expect { try await client.collections() } throws: { ($0 as? MilvusError)?.code == .unavailable }
  }
}
