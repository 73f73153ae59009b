import FaceTraining
import Foundation
import Testing

@Suite struct VerificationTests {
  /// same 0.1 0.2 0.4 0.9, different 0.3 0.8 1.0 1.2.
  static let scores = PairScores(same: [0.9, 0.1, 0.4, 0.2], different: [1.0, 0.3, 1.2, 0.8])

  @Test func ratesCountWhatIsAccepted() {
    #expect(Self.scores.validationRate(at: 0.05) == 0)
    #expect(Self.scores.validationRate(at: 0.4) == 0.75)
    #expect(Self.scores.falseAcceptRate(at: 0.3) == 0.25)
    #expect(Self.scores.falseAcceptRate(at: 5) == 1)
  }

  @Test func thresholdsOfARateLieBetweenTwoPairs() {
    #expect(Self.scores.threshold(falseAcceptRate: 0) == 0.15)
    #expect(Self.scores.threshold(falseAcceptRate: 0.25) == 0.55)
    #expect(abs(Self.scores.threshold(falseAcceptRate: 0.5) - 0.9) < 1e-6)
    #expect(Self.scores.threshold(falseAcceptRate: 1) == 1.2)
    #expect(Self.scores.validationRate(atFalseAcceptRate: 0.25) == 0.75)
  }

  @Test func equalDistancesAreAcceptedTogether() {
    let ties = PairScores(same: [1], different: [0.2, 0.5, 0.5, 0.5])
    #expect(abs(ties.threshold(falseAcceptRate: 0.5) - 0.35) < 1e-6)
    #expect(ties.falseAcceptRate(at: ties.threshold(falseAcceptRate: 0.5)) == 0.25)
  }

  @Test func theBestThresholdDecidesMostPairs() {
    // At 0.4 to 0.8 three same pairs are accepted and three different ones refused.
    let best = Self.scores.bestThreshold()
    #expect(best.accuracy == 0.75)
    #expect((0.2..<0.3).contains(best.threshold) || (0.4..<0.8).contains(best.threshold))
    #expect(Self.scores.balancedAccuracy() == 0.75)
    #expect(PairScores(same: [2], different: [1]).bestThreshold().accuracy == 0.5)
  }

  @Test func theEqualErrorRateIsWhereBothErrorsMeet() {
    // At 0.4 to 0.8: one same pair refused of four, one different accepted of four.
    #expect(Self.scores.equalErrorRate() == 0.25)
    #expect(PairScores(same: [0.1, 0.2], different: [0.5, 0.9]).equalErrorRate() == 0)
    #expect(PairScores(same: [0.8, 0.9], different: [0.1, 0.2]).equalErrorRate() == 1)
  }

  /// Three folds by hand. The third is decided by the first two, which any threshold from 0.3 up to 0.8 separates, and
  /// their halfway is 0.55: of its four pairs, same 0.7 is refused and different 0.5 is accepted.
  @Test func aFoldIsJudgedByTheOthers() {
    let clean: [(distance: Float, same: Bool)] = [(0.1, true), (0.3, true), (0.8, false), (1.0, false)]
    let hard: [(distance: Float, same: Bool)] = [(0.2, true), (0.7, true), (0.5, false), (0.9, false)]
    let report = VerificationReport(folds: [clean, clean, hard])
    // For a clean fold, the others are clean and hard: at 0.3 to 0.5 seven of eight are right, and so the threshold is
    // 0.4, at which the clean fold is wholly right.
    #expect(abs(report.accuracy - (1 + 1 + 0.5) / 3) < 1e-9)
    #expect(abs(report.accuracyDeviation - (1.0 / 18).squareRoot()) < 1e-9)
    #expect(report.pairs == 12)
    // FAR at most 1e-3 on eight pairs means none: clean folds use half way to 0.5 below the nearest different pair.
    // Others of a clean fold: different pairs from 0.5, so 0.25 accepts one of two. Of the hard one: 0.4 accepts 0.2.
    #expect(abs(report.validationRate - 0.5) < 1e-9)
  }

  @Test func theReportHasTheNamesThatScriptsRelyOn() throws {
    let report = VerificationReport(folds: [[(0.1, true), (0.9, false)], [(0.2, true), (0.8, false)]])
    let object = try #require(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Double])
    #expect(Set(object.keys) == ["accuracy", "accuracy_std", "val_at_far_1e-3", "eer", "pairs"])
    #expect(object["accuracy"] == 1 && object["eer"] == 0 && object["pairs"] == 4)
  }

  @Test func pairListsReadAsLFWWritesThem() throws {
    let list = try PairList(
      text: "2\t1\nA_B\t1\t12\nA_B\t3\tC\t4\nD\t2\t3\nE\t1\tF\t1\n", name: "pairs")
    #expect(list.folds.count == 2)
    #expect(
      list.folds[0] == [
        .init(first: "A_B/A_B_0001.jpg", second: "A_B/A_B_0012.jpg", same: true),
        .init(first: "A_B/A_B_0003.jpg", second: "C/C_0004.jpg", same: false),
      ])
    let wrong = [
      "", "2 1\n", "2\t1\nA\t1\t2\nA\t1\tB\t1\nA\t1\t2\n",
      "2\t1\nA\tx\t2\nA\t1\tB\t1\nA\t1\t2\nA\t1\tB\t1\n",
    ]
    for text in wrong {
      #expect(throws: TrainingError.self) { try PairList(text: text, name: "pairs") }
    }
  }
}
