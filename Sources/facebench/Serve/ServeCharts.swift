import FaceTraining
import Foundation

/// Two charts for each kind: what became of the calls, and how long they took.
enum ServeCharts {
  static func write(_ figures: ServeFigures, to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for kind in figures.kinds {
      let name = kind.kind.rawValue
      func line(_ title: String, _ value: (LoadStep) -> Double?) -> LineChart.Line {
        .init(name: title, points: kind.steps.compactMap { step in value(step).map { (step.offered, $0) } })
      }
      let throughput = LineChart(
        title: "Identify \(name), \(figures.faces) faces", xLabel: "calls a second, offered", yLabel: "calls a second",
        lines: [line("answered", \.answered), line("refused", \.refused), line("late", \.late)])
      let latency = LineChart(
        title: "Identify \(name), \(figures.faces) faces", xLabel: "calls a second, offered", yLabel: "milliseconds",
        lines: [line("p50", \.p50Ms), line("p99", \.p99Ms), line("p99 of refusals", \.refusalP99Ms)])
      try Data(throughput.svg().utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)-throughput.svg"))
      try Data(latency.svg().utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)-latency.svg"))
    }
  }
}
