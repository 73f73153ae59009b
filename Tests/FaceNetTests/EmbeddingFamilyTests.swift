import FaceNet
import Testing

@Suite struct EmbeddingFamilyTests {
  private static func recognise(
    _ file: String, _ side: Int, _ size: Int = 512, others: [Int] = [], weights: [String] = [], itself: Bool = false
  ) -> EmbeddingFamily? {
    EmbeddingFamily.recognise(
      .init(
        file: file, height: side, width: side, embeddingSize: size, otherOutputs: others, weights: weights,
        normalisesItself: itself))?.family
  }

  @Test(arguments: [
    ("w600k_r50", 112, EmbeddingFamily.arcface), ("w600k_mbf", 112, .arcface), ("MobileFaceNet", 112, .arcface),
    ("face_recognition_sface_2021dec", 112, .sface), ("AdaFace_ir101", 112, .adaface), ("magface-r50", 112, .magface),
    ("facenet_pytorch-vggface2", 160, .facenet), ("20180402-114759-vggface2", 160, .facenet),
    ("openface_nn4.small2.v1", 96, .openface),
  ])
  func familiesAreKnownByTheirNames(_ file: String, _ side: Int, _ family: EmbeddingFamily) {
    #expect(Self.recognise(file, side) == family)
  }

  @Test func familiesAreKnownByTheirShapes() {
    #expect(Self.recognise("model", 112) == .arcface)
    #expect(Self.recognise("model", 112, 128, itself: true) == .sface)
    #expect(Self.recognise("model", 112, others: [1]) == .adaface)
    #expect(Self.recognise("model", 112, weights: ["body.0.w", "output_layer.3.weight"]) == .adaface)
    #expect(Self.recognise("model", 112, weights: ["features.layer1.0.conv1.weight"]) == .magface)
    #expect(Self.recognise("model", 160) == .facenet)
    #expect(Self.recognise("model", 96, 128) == .openface)
  }

  /// A name that the size speaks against counts for nothing.
  @Test func namesThatDoNotGoWithTheSizeAreNotBelieved() {
    #expect(Self.recognise("facenet", 112) == .arcface)
    #expect(Self.recognise("arcface", 160) == .facenet)
  }

  @Test func networksOfNoKnownShapeAreNotGuessed() {
    #expect(Self.recognise("arcface", 224) == nil)
    #expect(Self.recognise("model", 160, 300) == nil)
    #expect(Self.recognise("model", 96, 512) == nil)
    let oblong = EmbeddingFamily.Traits(file: "arcface", height: 112, width: 96, embeddingSize: 512)
    #expect(EmbeddingFamily.recognise(oblong) == nil)
  }

  @Test func aNetworkThatNormalisesItselfGetsBytes() {
    for family in EmbeddingFamily.allCases {
      let (bytes, numbers) = (family.input(normalisesItself: true), family.input(normalisesItself: false))
      #expect(bytes.mean == 0 && bytes.scale == 1)
      #expect(bytes.channelOrder == numbers.channelOrder && numbers.height == family.side)
    }
    #expect(EmbeddingFamily.adaface.input(normalisesItself: false).channelOrder == "BGR")
    #expect(EmbeddingFamily.sface.input(normalisesItself: false).scale == 1)
  }
}
