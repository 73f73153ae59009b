import FaceEngine
import FaceTypes
import Foundation
import Logging
import Testing

@Suite struct IndexCheckpointTests {
  private static let dimension = 16
  private let gallery = GalleryID.default
  private let model: ModelID

  init() throws { model = try ModelID(hex: String(repeating: "a", count: 64)) }

  private func embedding(_ generator: inout SystemRandomNumberGenerator) -> Embedding {
    let values = (0..<Self.dimension).map { _ in Float.random(in: -1...1, using: &generator) }
    let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return Embedding(unit: values.map { $0 / norm })
  }

  private func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "faced-index-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder.path(percentEncoded: false))
  }

  @Test func anIndexComesBackWithItsOwners() async throws {
    try await withFolder { folder in
      var generator = SystemRandomNumberGenerator()
      let index = GalleryIndex(dimension: Self.dimension)
      for face in 1...1_200 as ClosedRange<UInt64> {
        try index.add(FaceID(face), of: IdentityID(face / 3), embedding(&generator))
      }
      let checkpoints = try IndexCheckpoints(directory: folder, logger: Logger(label: "test"))
      func load(_ sequence: UInt64) throws -> (index: GalleryIndex, sequence: UInt64)? {
        try checkpoints.load(gallery, model, dimension: Self.dimension, upTo: sequence)
      }
      #expect(try load(7) == nil)
      checkpoints.writeAll([checkpoints.prepare(gallery, index, model, sequence: 7)])
      let read = try #require(try load(7)?.index)
      for _ in 0..<20 {
        let probe = embedding(&generator)
        #expect(try read.search(probe, count: 5) == index.search(probe, count: 5))
      }
      let probe = embedding(&generator)
      try read.add(FaceID(5_000), of: IdentityID(900), probe)
      #expect(try read.search(probe, count: 1).identities.first?.identity == IdentityID(900))
      // An older one says of which state it is; one of a later change shows that the store has lost some.
      #expect(try load(8)?.sequence == 7)
      #expect(throws: EngineError.self) { try load(6) }
      await checkpoints.takeAway(gallery)
      #expect(try load(7) == nil)
      // What is in memory does not need the file any more.
      #expect(try read.search(probe, count: 1).identities.first?.face == FaceID(5_000))
    }
  }

  @Test func aDamagedFileMeansARebuildAndASmallIndexIsNotWorthOne() async throws {
    try await withFolder { folder in
      var generator = SystemRandomNumberGenerator()
      let (large, small) = (GalleryIndex(dimension: Self.dimension), GalleryIndex(dimension: Self.dimension))
      for face in 1...1_000 as ClosedRange<UInt64> {
        try large.add(FaceID(face), of: IdentityID(1), embedding(&generator))
      }
      try small.add(FaceID(1), of: IdentityID(1), embedding(&generator))
      let checkpoints = try IndexCheckpoints(directory: folder, logger: Logger(label: "test"))
      let later = ContinuousClock.now + .seconds(1_000)
      #expect(!checkpoints.isDue(gallery, large) && checkpoints.isDue(gallery, large, at: later))
      #expect(!checkpoints.isDue(try GalleryID("small"), small, at: later))
      checkpoints.writeAll([checkpoints.prepare(gallery, large, model, sequence: 1)])
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names == ["default.\(model).index"])
      let file = URL(filePath: "\(folder)/\(names[0])")
      var bytes = try Data(contentsOf: file)
      bytes[20_000] ^= 4
      try bytes.write(to: file)
      #expect(try checkpoints.load(gallery, model, dimension: Self.dimension, upTo: 1) == nil)
    }
  }

  /// What was prepared before a deletion does not come to the disk after it.
  @Test func aFileThatWasTakenAwayMeanwhileIsNotWritten() async throws {
    try await withFolder { folder in
      var generator = SystemRandomNumberGenerator()
      let index = GalleryIndex(dimension: Self.dimension)
      for face in 1...1_000 as ClosedRange<UInt64> {
        try index.add(FaceID(face), of: IdentityID(1), embedding(&generator))
      }
      let checkpoints = try IndexCheckpoints(directory: folder, logger: Logger(label: "test"))
      let prepared = checkpoints.prepare(gallery, index, model, sequence: 1)
      await checkpoints.takeAway(gallery)
      await checkpoints.write(prepared)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }
}
