internal import ArgumentParser
internal import FaceNet
internal import FaceTraining
internal import Networks

struct TrainDetector: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train the network that finds faces in photographs.",
    discussion: """
      DIR holds the folders that the recipe names. Checkpoints and the log go to the output folder, the model to --model; \
      a run that was stopped goes on with --resume. The model's threshold is set by 'evaluate-detector --set-threshold'.
      """)

  @Option(help: "The recipe, a JSON file.") var recipe: String
  @Option(help: "The folder with the pictures' folders.") var data: String
  @Option(help: "The folder for checkpoint and log.") var output: String
  @Option(help: "The model file to write at the end.") var model: String
  @Flag(help: "Go on from the output folder's checkpoint.") var resume = false
  @Option(help: "Threads for the network.") var threads = 2

  @Option(help: "Write a picture of the first step's crops and what they should say to this PNG file, and stop.")
  var show: String?

  func validate() throws {
    guard threads >= 1 else { throw ValidationError("--threads must be at least 1") }
  }

  func run() async throws {
    let recipe = try DetectorRecipe(path: recipe)
    try Output.makeFolder(output)
    BLAS.setThreads(threads)
    let pictures = try DetectorPictures(folder: data, recipe: recipe, progress: Output.note)
    let task = try DetectorTask(recipe, data: pictures)
    if let show { return try FileBytes.writeAtomically(try task.picture(step: 0), to: show) }
    let trainer = try TaskTrainer(task, folder: output, resume: resume)
    try await trainer.run { record in
      if record.step % 50 == 0 {
        Output.note(Output.describe(record.step, record.loss, record.parts, record.secondsLeft))
      }
    }
    let file = try DetectorTask.export(checkpoint: Checkpoint.path(in: output))
    try file.write(to: model)
    Output.line(model)
  }
}
