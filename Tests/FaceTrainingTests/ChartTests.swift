import FaceTraining
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct ChartTests {
  /// Every line's points as numbers of the picture.
  static func points(_ svg: String) -> [[(x: Double, y: Double)]] {
    svg.components(separatedBy: "<polyline").dropFirst().map { part in
      let text = part.components(separatedBy: "points=\"")[1].prefix { $0 != "\"" }
      return text.split(separator: " ").map { pair in
        let numbers = pair.split(separator: ",").compactMap { Double($0) }
        return (numbers[0], numbers[1])
      }
    }
  }

  @Test func aLineLiesWhereItsNumbersSay() {
    let chart = LineChart(
      title: "A & B", xLabel: "x", yLabel: "y",
      lines: [.init(name: "<a>", points: [(0, 0), (5, 1), (10, 2)]), .init(name: "b", points: [(0, 2), (10, .nan)])])
    let svg = chart.svg()
    let lines = Self.points(svg)
    #expect(lines.map(\.count) == [3, 1])
    #expect(lines[0][1].x == (lines[0][0].x + lines[0][2].x) / 2)
    #expect(lines[0][1].y == (lines[0][0].y + lines[0][2].y) / 2)
    // Upward in numbers is downward in pixels.
    #expect(lines[0][0].y > lines[0][2].y && lines[1][0].y == lines[0][2].y)
    #expect(svg.contains("A &amp; B") && svg.contains("&lt;a&gt;") && !svg.contains("<a>"))
    #expect(XMLParser(data: Data(svg.utf8)).parse())
  }

  @Test func powersOfTenAreEquallyFarApart() {
    var chart = LineChart(
      title: "t", xLabel: "x", yLabel: "y",
      lines: [.init(name: "a", points: [(0, 1), (1e-3, 0), (1e-2, 0.5), (1e-1, 1)])])
    chart.logarithmicX = true
    let line = Self.points(chart.svg())[0]
    #expect(line.count == 3)
    #expect(abs(line[1].x - line[0].x - (line[2].x - line[1].x)) < 0.02)
    #expect(chart.svg().contains(">1e-2<"))
  }

  @Test func longAndEmptyLinesAreDrawn() {
    let long = LineChart(
      title: "", xLabel: "", yLabel: "",
      lines: [
        .init(name: "long", points: (0..<100_000).map { (x: Double($0), y: Double($0 % 7)) }),
        .init(name: "none", points: []),
      ])
    #expect(long.svg().utf8.count < 100_000)
    #expect(XMLParser(data: Data(LineChart(title: "", xLabel: "", yLabel: "", lines: []).svg().utf8)).parse())
  }

  @Test func theROCIsThatOfTheScores() {
    let scores = PairScores(
      same: (0..<1000).map { Float($0) / 1000 }, different: (0..<1000).map { 0.5 + Float($0) / 1000 })
    let chart = LineChart.receiverOperatingCharacteristic([("a", scores)])
    let points = chart.lines[0].points
    // A rate below one pair of a thousand was not measured.
    #expect(abs(points[0].x / 1e-3 - 1) < 1e-6 && points.last?.x == 1 && points.last?.y == 1)
    for (point, next) in zip(points, points.dropFirst()) { #expect(point.y <= next.y) }
    #expect(points.first.map { abs($0.y - 0.5) < 0.002 } == true)
  }

  @Test func theCourseOfARunIsReadFromItsLog() async throws {
    let folder = try TrainerTests.folder()
    let recipe = try TrainerTests.recipe()
    try await Trainer(recipe: recipe, data: TrainerTests.data(), folder: folder, resume: false).run()
    let chart = try LineChart.course(log: Trainer.logPath(folder))
    #expect(chart.lines.count == 5)
    #expect(chart.lines[0].points.map(\.x) == [1, 2, 3, 4, 5, 6])
    #expect(chart.lines[4].points.map(\.x) == [3, 6])
    #expect(throws: TrainingError.self) { try LineChart.course(log: "\(folder)/none") }
  }
}
