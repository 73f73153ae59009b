internal import ArgumentParser
internal import FaceDetection
internal import FaceNet
internal import FaceTraining

struct EvaluateAligner: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure an aligner on pictures of people whom its training was kept from.",
    discussion: """
      The mean distance between found and given landmarks, over the distance between the eyes. Frames are scattered as a \
      detector's are, and faces turned by up to --turn degrees.
      """)

  @Option(help: "The aligner's model file.") var model: String
  @Option(help: "The recipe that it was trained by, which says who was kept.") var recipe: String
  @Option(help: "The folder with the pictures' folders.") var data: String
  @Option(help: "How often the network runs on a face. [as the model says]") var passes: Int?
  @Option(help: "Largest turn of a face in degrees, either way.") var turn = 45.0
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let aligner = try Aligner(try NetworkFile(path: model))
    let recipe = try AlignerRecipe(path: recipe)
    let pictures = try AlignerPictures(folder: data, recipe: recipe, validationOnly: true)
    let report = try AlignerEvaluation.run(
      aligner, pictures, passes: passes ?? aligner.settings.passes, turn: turn, seed: recipe.seed)
    if json { return try Output.json(report) }
    Output.line("mean error \(report.meanError) of the distance between the eyes, \(report.pictures) pictures")
    Output.line("by point   \(report.meanErrorByPoint)")
    Output.line("above 0.1  \(report.failures)")
    for (turn, error) in report.meanErrorByTurn.sorted(by: { $0.key < $1.key }) {
      Output.line("turn from \(turn)  \(error)")
    }
    Output.line(
      "frames scatter by \(report.scatter.shift) of the eye-mouth distance, \(report.scatter.scale) in size and "
        + "\(report.scatter.roll) degrees")
  }
}
