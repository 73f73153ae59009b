import FaceNet
import Testing

@Suite struct CalibrationTests {
  static func point(_ distance: Float, _ rate: Double, _ validation: Double = 0.5) -> Calibration.Point {
    Calibration.Point(squaredDistance: distance, falseAcceptRate: rate, validationRate: validation)
  }

  static func table() throws -> Calibration {
    try Calibration(
      points: [point(0.5, 1e-4), point(0.8, 1e-3), point(1.0, 1e-2), point(1.3, 1e-1)], differentPairs: 100_000,
      samePairs: 100, measuredOn: "a test")
  }

  @Test func measuredPointsAreMet() throws {
    let table = try Self.table()
    for point in table.points {
      #expect(abs(table.threshold(falseAcceptRate: point.falseAcceptRate) - point.squaredDistance) < 1e-6)
      #expect(abs(table.falseAcceptRate(atThreshold: point.squaredDistance) / point.falseAcceptRate - 1) < 1e-6)
    }
    #expect(table.lowestMeasuredRate == 1e-4)
  }

  @Test func bothDirectionsRiseAndInvertEachOther() throws {
    let table = try Self.table()
    var last: Float = 0
    for step in 0...60 {
      let rate = 1e-4 * pow10(Double(step) / 20)
      let threshold = table.threshold(falseAcceptRate: rate)
      #expect(threshold >= last)
      last = threshold
      #expect(abs(table.falseAcceptRate(atThreshold: threshold) / rate - 1) < 1e-3)
    }
    // Halfway in the rate's logarithm is halfway in distance.
    #expect(abs(table.threshold(falseAcceptRate: 3.1623e-3) - 0.9) < 1e-4)
  }

  @Test func beyondTheTableItSaysWhatWasMeasured() throws {
    let table = try Self.table()
    #expect(table.threshold(falseAcceptRate: 1e-9) == 0.5)
    #expect(table.threshold(falseAcceptRate: 0) == 0.5)
    #expect(table.threshold(falseAcceptRate: 0.9) == 1.3)
    #expect(table.falseAcceptRate(atThreshold: 0.01) == 1e-4)
    #expect(table.falseAcceptRate(atThreshold: 3) == 1e-1)
  }

  @Test(arguments: [
    [], [point(0.5, 0)], [point(-1, 0.1)], [point(5, 0.1)], [point(0.5, 2)], [point(.nan, 0.1)],
    [point(0.5, 1e-3), point(0.5, 1e-2)], [point(0.5, 1e-2), point(0.6, 1e-2)], [point(0.6, 1e-3), point(0.5, 1e-2)],
    [point(0.5, 1e-3, 0.9), point(0.6, 1e-2, 0.8)],
  ])
  func impossibleTablesAreRefused(points: [Calibration.Point]) {
    #expect(throws: ModelFileError.self) {
      try Calibration(points: points, differentPairs: 10, samePairs: 10, measuredOn: "")
    }
  }

  private func pow10(_ exponent: Double) -> Double {
    var (result, remaining) = (1.0, exponent)
    while remaining >= 1 {
      result *= 10
      remaining -= 1
    }
    // The twentieth root of ten, as often as needed.
    for _ in 0..<Int((remaining * 20).rounded()) { result *= 1.1220184543019633 }
    return result
  }
}
