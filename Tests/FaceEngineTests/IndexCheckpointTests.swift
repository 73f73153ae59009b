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

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "faced-index-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path(percentEncoded: false))
  }

  @Test func anIndexComesBackWithItsOwnersWhileTheStoreIsTheSame() throws {
    try withFolder { folder in
      var generator = SystemRandomNumberGenerator()
      let index = GalleryIndex(dimension: Self.dimension)
      for face in 1...1_200 as ClosedRange<UInt64> {
        try index.add(FaceID(face), of: IdentityID(face / 3), embedding(&generator))
      }
      let checkpoints = try IndexCheckpoints(directory: folder, logger: Logger(label: "test"))
      func load(_ sequence: UInt64) -> GalleryIndex? {
        checkpoints.load(gallery, model, dimension: Self.dimension, sequence: sequence)
      }
      #expect(load(7) == nil)
      checkpoints.write([gallery: index], model, sequence: 7)
      let read = try #require(load(7))
      for _ in 0..<20 {
        let probe = embedding(&generator)
        #expect(try read.search(probe, count: 5) == index.search(probe, count: 5))
      }
      let probe = embedding(&generator)
      try read.add(FaceID(5_000), of: IdentityID(900), probe)
      #expect(try read.search(probe, count: 1).identities.first?.identity == IdentityID(900))
      #expect(load(8) == nil)
      checkpoints.discardAll()
      #expect(load(7) == nil)
      // What is in memory does not need the file any more.
      #expect(try read.search(probe, count: 1).identities.first?.face == FaceID(5_000))
    }
  }

  @Test func aDamagedFileMeansARebuildAndASmallIndexIsNotWorthOne() throws {
    try withFolder { folder in
      var generator = SystemRandomNumberGenerator()
      let (large, small) = (GalleryIndex(dimension: Self.dimension), GalleryIndex(dimension: Self.dimension))
      for face in 1...1_000 as ClosedRange<UInt64> {
        try large.add(FaceID(face), of: IdentityID(1), embedding(&generator))
      }
      try small.add(FaceID(1), of: IdentityID(1), embedding(&generator))
      let checkpoints = try IndexCheckpoints(directory: folder, logger: Logger(label: "test"))
      checkpoints.write([gallery: large, try GalleryID("small"): small], model, sequence: 1)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names == ["default.\(model).index"])
      let file = URL(filePath: "\(folder)/\(names[0])")
      var bytes = try Data(contentsOf: file)
      bytes[20_000] ^= 4
      try bytes.write(to: file)
      #expect(checkpoints.load(gallery, model, dimension: Self.dimension, sequence: 1) == nil)
    }
  }
}
