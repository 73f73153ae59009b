import FaceNet
import FaceTypes
import Images
import Testing

@Suite struct ViewsTests {
  private func model(_ views: [CropView]) throws -> ModelFile {
    let plain = try ModelFile.random(try Architecture.named("NN4-tiny"))
    var metadata = plain.metadata
    metadata.input.views = views
    // Through bytes: the file says it.
    return try ModelFile(bytes: try ModelFile(metadata: metadata, tensors: plain.tensors).bytes)
  }

  private let photo = Image(
    width: 150, height: 140,
    pixels: (0..<3 * 150 * 140).map { (index: Int) -> UInt8 in
      let row = index / 450
      return UInt8((index * 7919 + row * 31) % 251)
    })

  private func frame(_ place: Int) -> FaceFrame {
    FaceFrame(centre: Point(x: 60 + Double(place % 9), y: 70), eyeMouthDistance: 20 + Double(place % 7), roll: 0.1)
  }

  private func distance(_ a: Embedding?, _ b: Embedding?) throws -> Float {
    try #require(a).squaredDistance(to: try #require(b))
  }

  @Test func anEmbeddingIsTheMeanOfTheViews() throws {
    let (plain, both) = (try Embedder(try model([CropView()])), try Embedder(try model(CropView.pair)))
    #expect(both.metadata.input.views == CropView.pair && both.modelID != plain.modelID)
    // More than go through the network at once.
    let faces = (0..<Embedder.maximumBatch).map { both.input(from: photo, landmarks: nil, frame: frame($0)) }
    let embeddings = try both.embed(faces)
    #expect(embeddings.count == faces.count)
    for (face, embedding) in zip(faces, embeddings) {
      #expect(face.crops.count == 2 && face.crops[0] != face.crops[1].mirrored())
      let parts = try plain.embed(crops: face.crops)
      #expect(try distance(parts[0], parts[1]) > 1e-6)
      #expect(try distance(embedding, Embedding(meanOf: parts)) < 1e-9)
      #expect(abs(embedding.values.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
    }
  }

  /// A face and its mirror image are one where every view is there both ways round.
  @Test func aFaceAndItsMirrorImageAreOne() throws {
    let embedder = try Embedder(try model([CropView(), CropView(mirrored: true)]))
    let face = embedder.input(from: photo, landmarks: nil, frame: frame(3))
    #expect(face.crops[0] != face.crops[1] && face.crops[0].mirrored() == face.crops[1])
    let (straight, turned) = (try embedder.embed([face])[0], try embedder.embed([face.mirrored()])[0])
    #expect(straight.squaredDistance(to: turned) < 1e-9)
  }

  /// A view's scale and raise are those of its crop: the same crop as of a specification with these numbers.
  @Test func aViewIsACropOfItsOwn() {
    let frame = frame(2)
    let wide = InputSpecification(height: 32, width: 32, cropSide: 2.8 * 1.1, cropRaise: 0.3)
    let view = CropView(scale: 1.1, raise: -0.08)
    let other = InputSpecification(height: 32, width: 32, cropSide: 2.8, cropRaise: 0.38, views: [view])
    #expect(other.views(photo, frame).crops == [wide.crop(photo, frame)])
    #expect(other.crop(photo, frame) != wide.crop(photo, frame))
    #expect(abs(other.reach - wide.reach) < 1e-9)
  }

  @Test(arguments: [
    [], [CropView](repeating: CropView(), count: 9), [CropView(scale: 0)], [CropView(scale: .nan)],
    [CropView(raise: 2)],
    // Beyond what the store keeps of a face.
    [CropView(), CropView(scale: 1.9)],
  ])
  func viewsOutOfRangeAreRefused(_ views: [CropView]) {
    #expect(throws: ModelFileError.self) { try model(views) }
  }

  @Test func aFaceWithoutACropIsRefused() throws {
    let embedder = try Embedder(try model(CropView.pair))
    #expect(throws: ModelFileError.self) { try embedder.embed([FaceViews([])]) }
    #expect(try embedder.embed([]).isEmpty)
  }

  @Test func embeddingsThatCancelHaveNoMean() {
    let (up, down) = (Embedding(unit: [0.6, 0.8]), Embedding(unit: [-0.6, -0.8]))
    #expect(Embedding(meanOf: [up, down]) == nil && Embedding(meanOf: []) == nil)
    #expect(Embedding(meanOf: [up]) == up)
    #expect(
      Embedding(meanOf: [Embedding(unit: [1, 0]), Embedding(unit: [0, 1])])?.values[0] == Float(0.5).squareRoot())
  }
}
