import FaceNet
import FaceTraining
import FaceTypes
import Foundation
import Images
import Testing

@Suite struct IdentificationTests {
  /// Vectors on a circle, by their angle in degrees.
  static func at(_ degrees: Double) -> Embedding {
    Embedding(unit: [Float(cos(degrees * .pi / 180)), Float(sin(degrees * .pi / 180))])
  }

  @Test func everybodyIsEnrolledOrAStranger() {
    let identity = (0..<40).flatMap { [Int](repeating: $0, count: 1 + $0 % 6) }
    let split = IdentificationSplit(identity: identity, enrol: 2, strangers: 0.25, seed: 3)
    let enrolled = Set(split.enrolled.map(\.person))
    let strangers = Set(split.strangers.map { identity[$0] })
    #expect(enrolled.isDisjoint(with: strangers))
    #expect(enrolled.union(strangers).count == 40)
    #expect(split.enrolled.count + split.asked.count + split.strangers.count == identity.count)
    // 26 of the 40 have more than two pictures; a quarter of them are strangers.
    #expect(enrolled.count == 26 - 7)
    for person in enrolled {
      let pictures = identity.indices.filter { identity[$0] == person }
      #expect(split.enrolled.filter { $0.person == person }.map(\.picture) == Array(pictures.prefix(2)))
      #expect(split.asked.filter { $0.person == person }.map(\.picture) == Array(pictures.dropFirst(2)))
    }
    #expect(IdentificationSplit(identity: identity, enrol: 2, strangers: 0.25, seed: 3) == split)
    #expect(IdentificationSplit(identity: identity, enrol: 2, strangers: 0.25, seed: 4) != split)
  }

  /// Two people enrolled at 0° and 90° who ask four times, one of them nearer to the other person; four strangers at 20°,
  /// 40°, 150° and 180° to the nearest.
  @Test func ratesAreThoseOfAHandCount() throws {
    let identity = [0, 0, 0, 1, 1, 1, 2, 3, 4, 5]
    let embeddings = [0, 10, 50, 90, 95, 60, -20, 130, -120, 270 - 1].map { Self.at(Double($0)) }
    let split = IdentificationSplit(identity: identity, enrol: 1, strangers: 0, seed: 1)
    #expect(split.strangers == [6, 7, 8, 9])
    // Nobody may be answered wrongly: half way to the nearest stranger, who is 20° away.
    let strict = try IdentificationReport(embeddings: embeddings, split: split, falsePositiveRate: 0)
    #expect(strict.rank1 == 0.75 && strict.falsePositiveRate == 0)
    #expect(strict.people == 2 && strict.enrolled == 2 && strict.asked == 4 && strict.strangers == 4)
    // Half of the squared distance of 20°: within 14°, which are 10° and 5° of the four.
    #expect(strict.falseNegativeRate == 0.5)
    // One of four: between 20° and 40°; 30° is answered now.
    let lax = try IdentificationReport(embeddings: embeddings, split: split, falsePositiveRate: 0.25)
    #expect(lax.falsePositiveRate == 0.25 && lax.falseNegativeRate == 0.25)
    #expect(lax.threshold > strict.threshold)
  }

  @Test func nobodyToAskIsRefused() {
    let split = IdentificationSplit(identity: [0, 1, 2], enrol: 1, strangers: 0, seed: 1)
    #expect(throws: TrainingError.self) {
      try IdentificationReport(embeddings: [0, 1, 2].map { Self.at($0) }, split: split, falsePositiveRate: 0.1)
    }
  }

  /// The mean of a picture and its mirror is the same for both, and has length 1.
  @Test func averagingWithTheMirrorForgetsTheSide() throws {
    var random = RandomSource(seed: 5)
    let grey = (0..<64).map { _ in UInt8.random(in: 0...255, using: &random) }
    let turned = (0..<64).map { (index: Int) -> UInt8 in grey[index - index % 8 + 7 - index % 8] }
    let pictures = [grey, turned].map { (plane: [UInt8]) -> FaceViews in
      FaceViews([Image(width: 8, height: 8, pixels: plane.flatMap { [$0, $0, $0] })])
    }
    let plain = RawPixels(pixels: 8).embeddings(of: pictures)
    let averaged = try FlipAveraged(RawPixels(pixels: 8)).embeddings(of: pictures)
    #expect(plain[0].squaredDistance(to: plain[1]) > 0.1)
    #expect(averaged[0].squaredDistance(to: averaged[1]) < 1e-6)
    #expect(abs(averaged[0].values.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
    // As near to the one as to the other.
    #expect(abs(averaged[0].squaredDistance(to: plain[0]) - averaged[0].squaredDistance(to: plain[1])) < 1e-5)
  }
}
