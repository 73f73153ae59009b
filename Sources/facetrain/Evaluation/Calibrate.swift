internal import ArgumentParser
internal import FaceNet
internal import FaceTraining

struct Calibrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure a model's distance to FAR table and write it into the model file.",
    discussion: """
      Measured on the identities that the recipe keeps from training. The frames are scattered as the detector's are, \
      whose boxes are less exact than landmarks.
      """)

  @Option(help: "The model file; it is replaced.") var model: String
  @Option(help: "The recipe that it was trained by.") var recipe: String
  @Option(help: "The folder with the pictures' folders.") var data: String
  @Option(help: "Standard deviation of the frame's centre, as a share of the crop's side.") var shift = 0.03
  @Option(help: "Standard deviation of the frame's size, relative.") var scale = 0.09
  @Option(help: "Standard deviation of the frame's roll, in degrees.") var roll = 0.0
  @Flag(help: "The detector finds boxes only: no crop is turned upright.") var boxesOnly = false
  @Option(help: "How often every picture is cut.") var variants = 2

  func validate() throws {
    guard (0...0.5).contains(shift), (0...0.5).contains(scale) else {
      throw ValidationError("--shift and --scale must be 0 to 0.5")
    }
    guard (0...45).contains(roll) else { throw ValidationError("--roll must be 0 to 45") }
    guard (1...20).contains(variants) else { throw ValidationError("--variants must be 1 to 20") }
  }

  func run() throws {
    var recipe = try Recipe(path: recipe)
    // Only the labelled pictures are needed, without their targets.
    recipe.pictures.unlabelled = []
    recipe.targetWeight = 0
    let file = try ModelFile(path: model)
    let dataset = try FaceDataset(
      folder: data, recipe: recipe, targetSize: file.metadata.embeddingSize, progress: Output.note)
    let calibrated = try Calibrator.calibrate(
      file, recipe: recipe, data: dataset,
      detector: .init(shift: shift, scale: scale, hasLandmarks: !boxesOnly, roll: roll * .pi / 180), variants: variants)
    try calibrated.write(to: model)
    Output.line("\(model)  \(calibrated.bytes.count) bytes  \(calibrated.id)")
    guard let table = calibrated.metadata.calibration else { return }
    Output.line("measured on \(table.measuredOn)")
    for rate in [1e-5, 1e-4, 1e-3, 1e-2, 1e-1] where rate >= table.lowestMeasuredRate {
      let threshold = table.threshold(falseAcceptRate: rate)
      let accepted = table.points.first { $0.squaredDistance >= threshold }?.validationRate ?? 0
      Output.line("FAR \(rate)  squared distance \(threshold)  VAL \(accepted)")
    }
    for search in table.search.tables {
      let first = search.points[0]
      Output.line(
        "templates of \(search.faces): \(search.points.count) points from FAR \(first.falseAcceptRate) at \(first.squaredDistance)"
      )
    }
  }
}
