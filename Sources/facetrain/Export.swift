internal import ArgumentParser
internal import FaceNet
internal import FaceTraining

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the model of a run's checkpoint as a model file.",
    discussion: "The model is not calibrated yet: 'facetrain calibrate' does that.")

  @Option(name: .customLong("run"), help: "The run's folder.") var folder: String
  @Option(help: "The model file to write.") var output: String

  func run() throws {
    let model = try ModelExport.file(checkpoint: Trainer.checkpointPath(folder))
    try model.write(to: output)
    Output.line("\(output)  \(model.bytes.count) bytes  \(model.id)")
  }
}
