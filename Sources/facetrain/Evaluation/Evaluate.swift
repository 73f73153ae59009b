internal import ArgumentParser
internal import FaceNet
internal import FaceTraining
internal import Networks

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Evaluate a model by LFW's verification protocol.",
    discussion: """
      Ten folds; what a fold is judged by comes from the other nine. Crops are cut by the landmarks. Instead of a model \
      file, 'raw-pixels' and 'eigenfaces' are baselines; eigenfaces are fitted to the pictures of --fit, never to the \
      evaluated ones.
      """)

  @OptionGroup var representation: Representation
  @Option(help: "The folder that the pairs' pictures lie in.") var images: String
  @Option(help: "The pictures' landmarks, CSV.") var landmarks: String
  @Option(help: "The pairs, as LFW lists them.") var pairs: String
  @Option(help: "A file to draw the ROC to, SVG.") var roc: String?
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let folds = try Evaluation.folds(
      try representation.load(), images: images, landmarks: try LandmarkTable(path: landmarks),
      pairs: try PairList(path: pairs))
    if let roc {
      let chart = LineChart.receiverOperatingCharacteristic([(representation.model, PairScores(folds.joined()))])
      try FileBytes.writeAtomically(Array(chart.svg().utf8), to: roc)
    }
    let report = VerificationReport(folds: folds)
    if json { return try Output.json(report) }
    Output.line("accuracy          \(report.accuracy) ± \(report.accuracyDeviation)")
    Output.line("VAL at FAR 1e-3   \(report.validationRate) ± \(report.validationRateDeviation)")
    Output.line("equal error rate  \(report.equalErrorRate)")
    Output.line("pairs             \(report.pairs)")
  }
}
