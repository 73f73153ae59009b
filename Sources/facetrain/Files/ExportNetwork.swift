internal import ArgumentParser
internal import FaceNet
internal import FaceTraining

struct ExportDetector: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the detector of a run's checkpoint as a model file; its threshold is a guess.")

  @Option(name: .customLong("run"), help: "The run's folder.") var folder: String
  @Option(help: "The model file to write.") var output: String

  func run() throws { try DetectorTask.export(checkpoint: Checkpoint.path(in: folder)).write(to: output) }
}

struct ExportAligner: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the aligner of a run's checkpoint as a model file.")

  @Option(name: .customLong("run"), help: "The run's folder.") var folder: String
  @Option(help: "The model file to write.") var output: String

  func run() throws { try AlignerTask.export(checkpoint: Checkpoint.path(in: folder)).write(to: output) }
}
