internal import ArgumentParser
internal import FaceDetection
internal import FaceNet
internal import FaceTraining
internal import Images

extension DetectorEvaluation.Sources: ExpressibleByArgument {}

struct EvaluateDetector: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure a detector on the photographs that its training was kept from.",
    discussion: """
      Recall of faces from --smallest pixels up (the root of the box's area; intersection over union at least 0.5) at the \
      threshold that gives --false-boxes boxes a photograph without faces.
      """)

  @Option(help: "The detector's model file.") var model: String
  @Option(help: "The recipe that it was trained by, which says what was kept.") var recipe: String
  @Option(help: "The folder with the pictures' folders.") var data: String
  @Option(help: "False boxes a photograph without faces.") var falseBoxes = 0.05
  @Option(help: "Faces below this size do not count.") var smallest = 24.0
  @Option(help: "Degrees to turn every photograph by first.") var turn = 0.0
  @Option(help: "Take photographs of sets that training saw a part of (same), nothing of (other), or all.")
  var sources = DetectorEvaluation.Sources.all
  @Option(help: "Measure on this folder's photographs instead, one main person each, at the detectors' own thresholds.")
  var photos: String?
  @Option(help: "The faces of --photos, CSV like a recipe's .faces.csv.") var faces: String?
  @Flag(help: "Use the model's own threshold instead of one for --false-boxes.") var ownThreshold = false
  @Flag(help: "Write the threshold into the model's file.") var setThreshold = false
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    guard falseBoxes > 0, falseBoxes < 10 else { throw ValidationError("--false-boxes must be above 0 and below 10") }
    guard !(setThreshold && (turn != 0 || ownThreshold)) else {
      throw ValidationError("--set-threshold goes with upright photographs and a threshold to be found")
    }
  }

  func run() throws {
    var file = try NetworkFile(path: model)
    let finder = try PyramidDetector(file)
    if let photos { return try measurePhotographs(photos, finder) }
    let photographs = try Photographs(folder: data, recipe: try DetectorRecipe(path: recipe))
    var reports: [DetectorReport] = []
    func measure(_ name: String, own: Double?, _ detect: (Image) throws -> [DetectorScores.Found]) throws {
      reports.append(
        try DetectorEvaluation.run(
          name, on: photographs, smallest: smallest, turn: turn, rate: falseBoxes, threshold: ownThreshold ? own : nil,
          sources: sources, detect: detect))
    }
    try measure("faced", own: Double(finder.settings.threshold)) { try finder.search($0, threshold: -4).map(\.found) }
    if setThreshold {
      var settings = finder.settings
      settings.threshold = Float(reports[0].threshold)
      settings.measuredOn =
        "\(reports[0].falseBoxes) boxes on \(reports[0].backgrounds) photographs without faces and "
        + "\(reports[0].recall) of \(reports[0].faces) faces from \(smallest) pixels found, all kept from training"
      file = try NetworkFile(
        kind: file.kind, name: file.name, definition: file.definition, numbers: file.numbers, settings: settings,
        training: file.training, tensors: file.tensors)
      try file.write(to: model)
    }
    if json { return try Output.json(reports) }
    for report in reports {
      Output.line(
        "\(report.detector): recall \(report.recall) of \(report.faces) faces at threshold \(report.threshold)")
      Output.line("  \(report.falseBoxes) boxes on \(report.backgrounds) backgrounds, \(report.strayBoxes) stray ones")
      for (size, recall) in report.recallBySize.sorted(by: { $0.key < $1.key }) { Output.line("  \(size)  \(recall)") }
      Output.line("  \(report.millisecondsPerPhoto) ms a photograph")
    }
  }

  private func measurePhotographs(_ photos: String, _ finder: PyramidDetector) throws {
    guard let faces else { throw CommandError("--photos needs --faces, a CSV of the photographs' faces") }
    let table = try SceneTable(path: faces)
    let own = Double(finder.settings.threshold)
    let reports = [
      try DetectorEvaluation.run("faced", folder: photos, table: table, threshold: own) {
        try finder.search($0, threshold: Float(own)).map(\.found)
      }
    ]
    if json { return try Output.json(reports) }
    for report in reports {
      Output.line(
        "\(report.detector): \(report.found) of \(report.photographs) main faces, \(report.falseBoxes) false boxes")
      Output.line("  \(report.millisecondsPerPhoto) ms a photograph")
      for file in report.missed { Output.line("  missed \(file)") }
      for file in report.falselyFound { Output.line("  false  \(file)") }
    }
  }
}
