import FaceNet
import Testing

@Suite struct EmbeddingFamilyTests {
  @Test(arguments: [
    ("w600k_r50", EmbeddingFamily.arcface), ("w600k_mbf", .arcface), ("MobileFaceNet", .arcface),
    ("face_recognition_sface_2021dec", .sface), ("AdaFace_ir101", .adaface), ("magface-r50", .magface),
  ])
  func familiesAreKnownByTheirNames(_ file: String, _ family: EmbeddingFamily) {
    #expect(EmbeddingFamily(file: file, height: 112, width: 112) == family)
  }

  @Test func networksOfAnotherSizeAreNotGuessed() {
    #expect(EmbeddingFamily(file: "arcface", height: 160, width: 160) == nil)
    #expect(EmbeddingFamily(file: "arcface", height: 112, width: 96) == nil)
  }

  @Test func aNetworkThatNormalisesItselfGetsBytes() {
    for family in EmbeddingFamily.allCases {
      let (bytes, numbers) = (family.input(normalisesItself: true), family.input(normalisesItself: false))
      #expect(bytes.mean == 0 && bytes.scale == 1)
      #expect(bytes.channelOrder == numbers.channelOrder && numbers.alignment == .upright)
    }
    #expect(EmbeddingFamily.adaface.input(normalisesItself: false).channelOrder == "BGR")
    #expect(EmbeddingFamily.sface.input(normalisesItself: false).scale == 1)
  }
}
