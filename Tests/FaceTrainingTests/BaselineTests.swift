import FaceNet
import FaceTraining
import FaceTypes
import Images
import Testing

@Suite struct BaselineTests {
  static func image(_ random: inout RandomSource, side: Int, pattern: Int) -> Image {
    Image(
      width: side, height: side,
      pixels: (0..<side * side * 3).map { index in
        UInt8(clamping: 100 + 60 * ((index / 3 / (pattern + 1)) % 2) + Int.random(in: 0..<20, using: &random))
      })
  }

  @Test func rawPixelsIgnoreContrastAndBrightness() {
    let dark = Image(width: 2, height: 2, pixels: [10, 10, 10, 20, 20, 20, 30, 30, 30, 40, 40, 40])
    let bright = Image(width: 2, height: 2, pixels: [50, 50, 50, 70, 70, 70, 90, 90, 90, 110, 110, 110])
    let turned = Image(width: 2, height: 2, pixels: [40, 40, 40, 30, 30, 30, 20, 20, 20, 10, 10, 10])
    let embeddings = RawPixels(pixels: 2).embeddings(of: [dark, bright, turned].map { FaceViews([$0]) })
    #expect(embeddings[0].squaredDistance(to: embeddings[1]) < 1e-6)
    #expect(abs(embeddings[0].squaredDistance(to: embeddings[2]) - 4) < 1e-5)
    #expect(abs(embeddings[0].values.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
  }

  /// Pictures of five patterns under noise: a handful of components tell the patterns apart, and noise does not.
  @Test func eigenfacesFindWhatPicturesDifferIn() throws {
    var random = RandomSource(seed: 2)
    let patterns = (0..<100).map { $0 % 5 }
    let crops = patterns.map { Self.image(&random, side: 48, pattern: $0) }
    let eigenfaces = try Eigenfaces(crops: crops, components: 4)
    let fresh = (0..<10).map { FaceViews([Self.image(&random, side: 48, pattern: $0 % 5)]) }
    let embeddings = eigenfaces.embeddings(of: fresh)
    #expect(embeddings.allSatisfy { $0.dimension == 4 })
    for a in 0..<10 {
      for b in 0..<a {
        let distance = embeddings[a].squaredDistance(to: embeddings[b])
        if a % 5 == b % 5 { #expect(distance < 0.02) } else { #expect(distance > 0.2) }
      }
    }
  }

  @Test func tooFewPicturesAreRefused() {
    var random = RandomSource(seed: 2)
    let crops = (0..<20).map { Self.image(&random, side: 48, pattern: $0) }
    #expect(throws: TrainingError.self) { try Eigenfaces(crops: crops, components: 10) }
    let small = (0..<50).map { Self.image(&random, side: 47, pattern: $0) }
    #expect(throws: TrainingError.self) { try Eigenfaces(crops: small, components: 10) }
  }

  @Test func pairsOfOnePictureAreNoPairsAndBigIdentitiesAreCapped() {
    func unit(_ angle: Int) -> Embedding {
      Embedding(unit: [[1, 0], [0, 1], [-1, 0], [0, -1]][angle])
    }
    // Two variants of picture 0 (identity 0), picture 1 (identity 0), picture 2 (identity 1).
    let scores = PairScores(
      embeddings: [unit(0), unit(1), unit(2), unit(3)], identity: [0, 0, 0, 1], picture: [0, 0, 1, 2])
    #expect(scores.same == [2, 4])
    #expect(scores.different == [2, 2, 4])
    let many = PairScores(
      embeddings: [Embedding](repeating: unit(0), count: 30), identity: [Int](repeating: 0, count: 30),
      picture: Array(0..<30), limit: 7)
    #expect(many.same.count == 7 && many.different.isEmpty)
  }

  @Test func theTableStartsWhereEnoughPairsWereSeen() throws {
    let different = (0..<100_000).map { 1 + Float($0) / 100_000 }
    let table = try Calibrator.table(PairScores(same: [0.5, 1.05], different: different), measuredOn: "a test")
    #expect(table.lowestMeasuredRate >= 1e-4 && table.lowestMeasuredRate < 1.3e-4)
    #expect(abs(table.threshold(falseAcceptRate: 1e-2) - 1.01) < 1e-3)
    #expect(abs(table.threshold(falseAcceptRate: 1e-1) - 1.1) < 1e-3)
    #expect(abs(table.falseAcceptRate(atThreshold: 1.01) / 1e-2 - 1) < 0.01)
    #expect(table.points.last?.validationRate == 1 && table.points.first?.validationRate == 0.5)
    #expect(throws: TrainingError.self) { try Calibrator.table(PairScores(same: [1], different: [1]), measuredOn: "") }
  }
}
