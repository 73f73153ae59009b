internal import ArgumentParser
internal import FaceDetection
internal import FaceNet
internal import FaceTraining
internal import Images

extension DetectorEvaluation.Sources: ExpressibleByArgument {}

struct EvaluateDetector: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure a detector with its aligner on the photographs that its training was kept from.",
    discussion: """
      Recall of faces from --smallest pixels up (the root of the box's area; intersection over union at least 0.5) at the \
      threshold that gives --false-boxes boxes a photograph without faces: of the detector alone, and of what the aligner \
      takes for faces among its candidates.
      """)

  @Option(help: "The detector's model file.") var model: String
  @Option(help: "The aligner's model file.") var aligner: String
  @Option(help: "The recipe that the detector was trained by, which says what was kept.") var recipe: String
  @Option(help: "The folder with the pictures' folders.") var data: String
  @Option(help: "False boxes a photograph without faces.") var falseBoxes = 0.05
  @Option(help: "Candidates that the aligner looks at, a photograph without faces.") var candidates = 0.5
  @Option(help: "Faces below this size do not count.") var smallest = 24.0
  @Option(help: "Degrees to turn every photograph by first.") var turn = 0.0
  @Option(help: "Take photographs of sets that training saw a part of (same), nothing of (other), or all.")
  var sources = DetectorEvaluation.Sources.all
  @Option(help: "Measure on this folder's photographs instead, one main person each, at the detectors' own thresholds.")
  var photos: String?
  @Option(help: "The faces of --photos, CSV like a recipe's .faces.csv.") var faces: String?
  @Flag(help: "Use the model's own thresholds instead of those for --candidates and --false-boxes.")
  var ownThreshold = false
  @Flag(help: "Write the thresholds into the detector's file.") var setThreshold = false
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    guard falseBoxes > 0, falseBoxes < 10 else { throw ValidationError("--false-boxes must be above 0 and below 10") }
    guard !(setThreshold && (turn != 0 || ownThreshold)) else {
      throw ValidationError("--set-threshold goes with upright photographs and a threshold to be found")
    }
  }

  func run() throws {
    var file = try NetworkFile(path: model)
    let detector = try FacedDetector(detector: file, aligner: NetworkFile(path: aligner))
    if let photos { return try measurePhotographs(photos, detector) }
    let photographs = try Photographs(folder: data, try DetectorRecipe(path: recipe).pictures.photographs)
    var settings = detector.finder.settings
    func measure(
      _ name: String, rate: Double, own: Float, _ detect: (Image) throws -> [Candidate]
    ) throws -> DetectorReport {
      try DetectorEvaluation.run(
        name, on: photographs, smallest: smallest, turn: turn, rate: rate, threshold: ownThreshold ? Double(own) : nil,
        sources: sources
      ) { try detect($0).map(\.found) }
    }
    let finder = try measure("candidates", rate: candidates, own: settings.candidates) {
      try detector.finder.search($0, threshold: -4)
    }
    settings.candidates = Float(finder.threshold)
    let whole = try measure("faces", rate: falseBoxes, own: settings.threshold) {
      try detector.faces($0, candidates: settings.candidates, threshold: -.infinity)
    }
    let reports = [finder, whole]
    if setThreshold {
      settings.threshold = Float(whole.threshold)
      settings.measuredOn =
        "\(whole.falseBoxes) boxes on \(whole.backgrounds) photographs without faces and "
        + "\(whole.recall) of \(whole.faces) faces from \(smallest) pixels found, all kept from training"
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

  private func measurePhotographs(_ photos: String, _ detector: FacedDetector) throws {
    guard let faces else { throw CommandError("--photos needs --faces, a CSV of the photographs' faces") }
    let table = try SceneTable(path: faces)
    let settings = detector.finder.settings
    let reports = [
      try DetectorEvaluation.run("faced", folder: photos, table: table, threshold: Double(settings.threshold)) {
        try detector.faces($0, candidates: settings.candidates, threshold: settings.threshold).map(\.found)
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
