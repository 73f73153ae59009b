import FaceEngine
import FaceNet
import Foundation
import TestNumbers
import Testing

/// Decisions against a calibration that is known, without photographs, store or index.
@Suite struct DecisionTests {
  /// The rate rises tenfold for each 0.1 of distance, from 1e-6 at 0.8.
  private static func calibration() throws -> Calibration {
    var points: [Calibration.Point] = []
    var rate = 1e-6
    for step in 0...5 {
      points.append(
        .init(squaredDistance: 0.8 + 0.1 * Float(step), falseAcceptRate: rate, validationRate: 0.1 * Double(step + 1)))
      rate *= 10
    }
    return try Calibration(points: points, differentPairs: 10_000_000, samePairs: 1000, measuredOn: "nothing")
  }

  @Test(arguments: [1, 2, 60, 300, 100_000])
  func theRateOverAllComparisonsIsTheWantedOne(_ comparisons: Int) {
    let wanted = 0.01
    let each = SearchRates.falseAcceptRate(falsePositiveRate: wanted, comparisons: comparisons)
    var passes = 1.0
    for _ in 0..<comparisons { passes *= 1 - each }
    #expect(abs((1 - passes) - wanted) < 1e-6)
    #expect(abs(SearchRates.falsePositiveRate(falseAcceptRate: each, comparisons: comparisons) - wanted) < 1e-6)
  }

  @Test func anEmptyGalleryAsksForTheRateItself() throws {
    #expect(SearchRates.falseAcceptRate(falsePositiveRate: 0.01, comparisons: 0) == 0.01)
    let rule = DecisionRule(try Self.calibration(), .falsePositiveRate(0.01), comparisons: 0)
    #expect(rule.decide([]) == .unknown && rule.expectedRate == 0 && rule.isSupported)
  }

  /// Strangers whose distances follow the calibration are searched in simulated galleries.
  @Test(arguments: [10, 100]) func theSimulatedRateIsTheExpectedOne(_ people: Int) throws {
    let rule = DecisionRule(try Self.calibration(), .falsePositiveRate(0.05), comparisons: people)
    #expect(rule.isSupported && abs(rule.expectedRate - 0.05) < 1e-3)
    let each = SearchRates.falseAcceptRate(falsePositiveRate: 0.05, comparisons: people)
    var generator = SeededGenerator(seed: 7)
    let strangers = 20_000
    var accepted = 0
    for _ in 0..<strangers {
      // A comparison lies within the threshold as often as the calibration says.
      let nearest = (0..<people).contains { _ in Double.random(in: 0..<1, using: &generator) < each }
      if rule.decide([nearest ? rule.threshold : rule.threshold + 0.01]) != .unknown { accepted += 1 }
    }
    // Four standard errors.
    #expect(abs(Double(accepted) / Double(strangers) - 0.05) < 4 * (0.05 * 0.95 / Double(strangers)).squareRoot())
  }

  @Test func whatTheTableDoesNotReachIsNotPromised() throws {
    let calibration = try Self.calibration()
    let reached = DecisionRule(calibration, .falsePositiveRate(0.01), comparisons: 10_000)
    #expect(reached.isSupported && abs(reached.expectedRate - 0.01) < 1e-4)
    let beyond = DecisionRule(calibration, .falsePositiveRate(0.01), comparisons: 1_000_000)
    #expect(!beyond.isSupported && beyond.threshold == 0.8)
    // 1 − (1 − 1e-6)^1,000,000
    #expect(abs(beyond.expectedRate - 0.632) < 1e-3 && beyond.lowestSupportedRate == beyond.expectedRate)
  }

  @Test func twoWhoCannotBeToldApartAreAmbiguous() throws {
    let rule = DecisionRule(try Self.calibration(), .distance(1), comparisons: 2)
    // The rate doubles within log10(2) of a step of 0.1.
    #expect(abs(rule.ambiguityMargin() - 0.0301) < 1e-3)
    #expect(rule.decide([0, 0]) == .ambiguous && rule.decide([0.5, 0.52]) == .ambiguous)
    #expect(rule.decide([0.5, 0.6]) == .identified && rule.decide([0.99, 1.01]) == .identified)
    #expect(rule.decide([1.01, 1.01]) == .unknown && rule.decide([0.5]) == .identified)
    // Of two who are noted as different people the second is not there by chance: the step to the tenfold rate counts.
    #expect(abs(rule.ambiguityMargin(areApart: true) - 0.1) < 1e-3)
    #expect(rule.decide([0.5, 0.59], areApart: true) == .ambiguous && rule.decide([0.5, 0.59]) == .identified)
    #expect(rule.decide([0.5, 0.61], areApart: true) == .identified)
  }

  /// Strangers lie nearer to templates of 4 faces: their table is shifted by 0.1, a tenfold rate.
  private static func searches() throws -> SearchCalibration {
    func points(_ shift: Float) -> [SearchCalibration.Point] {
      (0...5).map { step in
        .init(
          squaredDistance: 0.8 + shift + 0.1 * Float(step), falseAcceptRate: [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1][step])
      }
    }
    return try SearchCalibration(tables: [.init(faces: 1, points: points(0)), .init(faces: 4, points: points(-0.1))])
  }

  @Test func templatesOfMoreFacesHaveAStricterThreshold() throws {
    let table = try Self.searches()
    func threshold(_ counts: [Int: Int]) -> Float {
      DecisionRule(table, .falsePositiveRate(0.01), TemplateCounts(counts)).threshold
    }
    // 1 − (1 − 1e-4)^100 is about 1 %: 1e-4 lies at 1.0 for single faces and at 0.9 for four.
    #expect(abs(threshold([1: 100]) - 1) < 1e-3 && abs(threshold([4: 100]) - 0.9) < 1e-3)
    #expect(abs(threshold([9: 100]) - 0.9) < 1e-3, "more faces than were measured count as the most")
    #expect(abs(threshold([2: 100]) - 0.95) < 1e-3, "between two tables in the logarithm of both")
    // Of a mixture the sum of the rates counts: 50 × r + 50 × 10 r = 0.01.
    #expect(abs(threshold([1: 50, 4: 50]) - (0.9 + 0.1 * Float(log10(2 / 1.1)))) < 2e-3)
    let rule = DecisionRule(table, .falsePositiveRate(0.01), TemplateCounts([1: 50, 4: 50]))
    #expect(rule.isSupported && abs(rule.expectedRate - 0.01) < 1e-4 && rule.comparisons == 100)
    // Below the first point of a table its rate is a bound: 1e-6 each of 50 and of 5,000.
    let beyond = DecisionRule(table, .falsePositiveRate(1e-3), TemplateCounts([1: 50, 4: 5_000]))
    #expect(!beyond.isSupported && abs(beyond.lowestSupportedRate - 5.04e-3) < 1e-4)
    #expect(beyond.threshold == 0.7, "the strictest that was measured for most of them")
    let bounded = DecisionRule(table, .falsePositiveRate(0.01), TemplateCounts([1: 5_000, 4: 50]))
    #expect(bounded.isSupported && bounded.threshold < 0.85 && bounded.threshold > 0.8)
  }

  @Test func aHistogramTellsNothingBelowTenAccepted() throws {
    var histogram = DistanceHistogram()
    for place in 0..<100_000 { histogram.add(1 + Float(place) / 100_000, weight: place < 50_000 ? 1 : 0.5) }
    let points = histogram.points()
    let first = try #require(points.first)
    #expect(
      first.falseAcceptRate >= 10 / 75_000.0 - 1e-9 && first.falseAcceptRate < 60 / 75_000.0, "a bin holds about 24")
    for point in points { #expect(abs(histogram.share(within: point.squaredDistance) - point.falseAcceptRate) < 1e-9) }
    // 10 % of the weight are the nearest 7,500.
    #expect(abs((points.last?.squaredDistance ?? 0) - 1.075) < 1e-3)
    var few = DistanceHistogram()
    for _ in 0..<9 { few.add(0, weight: 1) }
    #expect(few.points().isEmpty && DistanceHistogram().points().isEmpty)
  }
}

extension DecisionRule {
  /// As if every identity had one face, by a table of pairs.
  fileprivate init(_ calibration: Calibration, _ wish: ThresholdWish, comparisons: Int) {
    self.init(calibration.search, wish, TemplateCounts([1: comparisons]))
  }
}
