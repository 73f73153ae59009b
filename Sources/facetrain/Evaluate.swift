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

  @Option(help: "A model file, 'raw-pixels' or 'eigenfaces'.") var model: String
  @Option(help: "The folder that the pairs' pictures lie in.") var images: String
  @Option(help: "The pictures' landmarks, CSV.") var landmarks: String
  @Option(help: "The pairs, as LFW lists them.") var pairs: String
  @Option(help: "For eigenfaces: a folder of training pictures with landmarks beside it.") var fit: String?
  @Flag(help: "Print JSON.") var json = false
  @Option(help: "Threads for the matrix products.") var threads = 1

  func run() throws {
    BLAS.setThreads(threads)
    let table = try LandmarkTable(path: landmarks)
    let list = try PairList(path: pairs)
    let report: VerificationReport
    switch model {
    case "raw-pixels":
      report = try Evaluation.run(RawPixels(), images: images, landmarks: table, pairs: list)
    case "eigenfaces":
      guard let fit else { throw CommandError("eigenfaces need --fit, a folder of training pictures") }
      report = try Evaluation.run(try Eigenfaces(folder: fit), images: images, landmarks: table, pairs: list)
    default:
      let embedder = try Embedder(try ModelFile(path: model))
      report = try Evaluation.run(embedder, images: images, landmarks: table, pairs: list)
    }
    if json { return try Output.json(report) }
    Output.line("accuracy          \(report.accuracy) ± \(report.accuracyDeviation)")
    Output.line("VAL at FAR 1e-3   \(report.validationRate)")
    Output.line("equal error rate  \(report.equalErrorRate)")
    Output.line("pairs             \(report.pairs)")
  }
}
