internal import ArgumentParser
internal import FaceDetection
internal import FaceNet
internal import FaceTraining
internal import Networks

struct TrainAligner: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train the network that finds five landmarks of a face and tells faces from other things.",
    discussion: """
      DIR holds the folders that the recipe names, each with its .landmarks.csv beside it, and the detector's photographs. \
      Checkpoints and the log go to the output folder, the model to --model; a run that was stopped goes on with --resume.
      """)

  @Option(help: "The recipe, a JSON file.") var recipe: String
  @Option(help: "The folder with the pictures' folders.") var data: String
  @Option(help: "The detector's model file, for what it takes for faces.") var detector: String
  @Option(help: "The folder for checkpoint and log.") var output: String
  @Option(help: "The model file to write at the end.") var model: String
  @Flag(help: "Go on from the output folder's checkpoint.") var resume = false
  @Option(help: "Threads for the network.") var threads = 2

  func validate() throws {
    guard threads >= 1 else { throw ValidationError("--threads must be at least 1") }
  }

  func run() async throws {
    let recipe = try AlignerRecipe(path: recipe)
    try Output.makeFolder(output)
    BLAS.setThreads(threads)
    let pictures = try AlignerPictures(
      folder: data, recipe: recipe, detector: PyramidDetector(NetworkFile(path: detector)), progress: Output.note)
    Output.note("\(pictures.counts.training) pictures to train on, \(pictures.counts.validation) kept from it")
    let trainer = try TaskTrainer(AlignerTask(recipe, pictures: pictures), folder: output, resume: resume)
    try await trainer.run { record in
      if record.step % 50 == 0 {
        Output.note(Output.describe(record.step, record.loss, record.parts, record.secondsLeft))
      }
    }
    let file = try AlignerTask.export(checkpoint: Checkpoint.path(in: output))
    try file.write(to: model)
    Output.line(model)
  }
}

extension Output {
  /// A line about a step, for people.
  static func describe(_ step: Int, _ loss: Float, _ parts: [String: Float], _ secondsLeft: Double) -> String {
    func short(_ value: Float) -> String { String((value * 10_000).rounded() / 10_000) }
    let figures = parts.sorted { $0.key < $1.key }.map { "  \($0.key) \(short($0.value))" }.joined()
    return "step \(step)  loss \(short(loss))\(figures)  \(Int(secondsLeft / 60)) min left"
  }
}
