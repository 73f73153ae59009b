import FaceNet
import FaceTypes
import Images
import Testing

@Suite struct MirroredTests {
  private func model(mirrored: Bool) throws -> ModelFile {
    let plain = try ModelFile.random(try Architecture.named("NN4-tiny"))
    var metadata = plain.metadata
    metadata.input.mirrored = mirrored
    // Through bytes: the file says it.
    return try ModelFile(bytes: try ModelFile(metadata: metadata, tensors: plain.tensors).bytes)
  }

  private func picture(_ salt: Int) -> Image {
    Image(width: 96, height: 96, pixels: (0..<3 * 96 * 96).map { UInt8(($0 + salt) * 7919 % 251) })
  }

  @Test func aFaceAndItsMirrorImageAreOne() throws {
    let (plain, both) = (try Embedder(try model(mirrored: false)), try Embedder(try model(mirrored: true)))
    #expect(both.metadata.input.mirrored && !plain.metadata.input.mirrored && both.modelID != plain.modelID)
    // More than go through the network at once.
    let pictures = (0..<Embedder.maximumBatch + 3).map(picture)
    let embeddings = try both.embed(pictures)
    #expect(embeddings.count == pictures.count)
    for (index, embedding) in embeddings.enumerated() where index % 11 == 0 {
      let turned = pictures[index].mirrored()
      #expect(turned != pictures[index] && turned.mirrored() == pictures[index])
      #expect(try both.embed([turned])[0].squaredDistance(to: embedding) < 1e-9)
      let (one, other) = (try plain.embed([pictures[index]])[0], try plain.embed([turned])[0])
      #expect(one.squaredDistance(to: other) > 1e-6)
      #expect(embedding.squaredDistance(to: one.mean(with: other)) < 1e-9)
      #expect(abs(embedding.values.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
    }
  }
}
