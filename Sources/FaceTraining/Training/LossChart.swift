internal import FaceNet
internal import FoundationEssentials

extension LineChart {
  /// The course of a run, from its log.
  ///
  /// - Parameter path: the run's `log.jsonl`.
  package static func course(log path: String) throws(TrainingError) -> LineChart {
    let bytes: [UInt8]
    do {
      bytes = try FileBytes.read(path, limit: 1 << 30)
    } catch {
      throw TrainingError(.unreadable, "the log: \(error)")
    }
    // A line that says an error instead of a step is left out.
    let decoder = JSONDecoder()
    let records = bytes.split(separator: UInt8(ascii: "\n")).compactMap {
      try? decoder.decode(StepRecord.self, from: Data($0))
    }
    func line(_ name: String, _ value: (StepRecord) -> Double?) -> Line? {
      let points = records.compactMap { record in value(record).map { (x: Double(record.step), y: $0) } }
      return points.isEmpty ? nil : Line(name: name, points: points)
    }
    let lines = [
      line("loss") { Double($0.loss) },
      line("share of active triplets") { Double($0.activeTriplets) },
      line("mean squared distance, same person") { Double($0.meanPositive) },
      line("mean squared distance, different people") { Double($0.meanNegative) },
      line("VAL at FAR 1e-3, validation identities") { $0.validationRate },
    ]
    return LineChart(title: "Training", xLabel: "step", yLabel: "", lines: lines.compactMap { $0 })
  }

  /// VAL over FAR, from FAR 1e-4 to 1.
  package static func receiverOperatingCharacteristic(_ scores: [(name: String, scores: PairScores)]) -> LineChart {
    let rates = (0...80).map { powerOf10(-4 + Double($0) / 20) }
    var chart = LineChart(
      title: "Receiver operating characteristic", xLabel: "FAR: different people accepted",
      yLabel: "VAL: same person accepted",
      lines: scores.map { name, scores in
        // Below one pair in all, a rate was not measured.
        let lowest = 1 / Double(max(1, scores.different.count))
        let points = rates.filter { $0 >= lowest * 0.999 }
          .map { (x: $0, y: scores.validationRate(atFalseAcceptRate: $0)) }
        return Line(name: name, points: points)
      })
    chart.logarithmicX = true
    chart.xRange = 1e-4...1
    chart.yRange = 0...1
    return chart
  }
}
