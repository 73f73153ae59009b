internal import FaceNet

extension LineChart {
  /// How often distances occur, of one person's pairs and of different people's.
  static func distances(_ scores: PairScores) -> LineChart {
    let bins = 80
    func line(_ name: String, _ distances: [Float]) -> Line {
      var counts = [Int](repeating: 0, count: bins)
      for distance in distances { counts[max(0, min(bins - 1, Int(distance * Float(bins) / 4)))] += 1 }
      return Line(
        name: name,
        points: counts.enumerated().map { bin, count in
          (x: (Double(bin) + 0.5) * 4 / Double(bins), y: Double(count) / Double(max(1, distances.count)))
        })
    }
    return LineChart(
      title: "Distances", xLabel: "squared distance", yLabel: "share of the pairs in each twentieth",
      lines: [line("same person", scores.same), line("different people", scores.different)])
  }

  /// The share of strangers who are answered against the share that was asked for (FPIR), at the thresholds that the
  /// calibration gives for a gallery of `people`.
  static func falsePositives(strangers: [Float], people: Int, calibration: Calibration) -> LineChart {
    let sorted = PairScores(same: [], different: strangers)
    let wanted = (0...40).map { powerOf10(-3 + Double($0) / 20) }.filter { $0 < 0.5 }
    let observed = wanted.map { rate in
      let each = SearchRates.falseAcceptRate(falsePositiveRate: rate, comparisons: people)
      return (x: rate, y: sorted.falseAcceptRate(at: calibration.threshold(falseAcceptRate: each)))
    }
    var chart = LineChart(
      title: "Strangers answered, \(people) people enrolled", xLabel: "FPIR asked for", yLabel: "FPIR observed",
      lines: [
        Line(name: "observed", points: observed), Line(name: "as asked for", points: wanted.map { (x: $0, y: $0) }),
      ])
    chart.logarithmicX = true
    return chart
  }
}
