import FaceNet
import FaceTypes
import Testing

/// Calibrating on a few people, held against very many that were drawn the same way.
@Suite struct PeopleStatisticsTests {
  /// Directions about a person's own, which are about a common one.
  private struct Draw {
    var state: UInt64

    mutating func normal() -> Float {
      func uniform() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) / Double(1 << 53)
      }
      var sum = -6.0
      for _ in 0..<12 { sum += uniform() }
      return Float(sum)
    }

    mutating func vector(_ size: Int, about centre: [Float], _ spread: Float) -> [Float] {
      (0..<size).map { centre[$0] + spread * normal() }
    }

    mutating func person(_ faces: Int, common: Float) -> [Embedding] {
      var start = [Float](repeating: 0, count: 64)
      start[0] = common
      let own = vector(64, about: start, 1)
      return (0..<faces).map { _ in
        let face = vector(64, about: own, 0.5)
        let length = face.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return Embedding(unit: face.map { $0 / length })
      }
    }
  }

  @Test(arguments: [(Float(0), 12), (0, 60), (6, 30)])
  func aFewPeopleGiveThresholdsThatHoldForMany(_ common: Float, _ count: Int) throws {
    var draw = Draw(state: 11)
    let statistics = try PeopleStatistics((0..<count).map { _ in draw.person(3, common: common) })
    #expect(statistics.tellsApart && statistics.people == count)
    let calibration = try statistics.calibration("the test")
    let strangers = (0..<600).map { _ in draw.person(1, common: common)[0] }
    for (faces, rate) in [(1, 1e-2), (5, 1e-2), (1, 1e-3), (5, 1e-3)] {
      let templates = (0..<100).compactMap { _ in
        IdentityTemplate(draw.person(faces, common: common), dimension: 64).direction
      }
      let threshold = try #require(Self.threshold(calibration, rate, faces: faces))
      var accepted = 0
      for stranger in strangers {
        for template in templates where stranger.squaredDistance(to: template) <= threshold { accepted += 1 }
      }
      let observed = Double(accepted) / 60_000
      // On the strict side, and not absurdly so where people are spread as networks spread them.
      #expect(observed < 1.5 * rate, "\(faces) faces: \(observed) for \(rate)")
      if common == 0, rate > 0.005 { #expect(observed > rate / 50, "\(faces) faces: \(observed) for \(rate)") }
    }
  }

  /// The distance at which searches of templates with so many faces are answered with a rate.
  private static func threshold(_ calibration: Calibration, _ rate: Double, faces: Int) -> Float? {
    let search = calibration.search
    return stride(from: Float(4), to: 0, by: -0.002).first { search.falseAcceptRate(at: $0, faces: faces) <= rate }
  }

  @Test func fewAndUnsuitablePeopleAreRefused() throws {
    var draw = Draw(state: 5)
    let people = (0..<12).map { _ in draw.person(2, common: 0) }
    #expect(throws: ModelFileError.self) { try PeopleStatistics(Array(people.prefix(9))) }
    #expect(throws: ModelFileError.self) { try PeopleStatistics(people.map { Array($0.prefix(1)) }) }
    #expect(throws: ModelFileError.self) { try PeopleStatistics([]) }
    // Faces dealt out at random are nobody's.
    let faces = people.flatMap { $0 }
    let mixed = (0..<12).map { [faces[$0], faces[($0 + 13) % 24]] }
    let statistics = try PeopleStatistics(mixed)
    #expect(!statistics.tellsApart)
  }
}
