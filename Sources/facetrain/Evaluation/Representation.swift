internal import ArgumentParser
internal import FaceNet
internal import FaceTraining
internal import FaceTypes
internal import Networks

/// What is evaluated: a model file or a baseline.
struct Representation: ParsableArguments {
  @Option(help: "A model file, 'raw-pixels' or 'eigenfaces'.") var model: String
  @Option(help: "Training pictures with landmarks beside them: what eigenfaces, PCA and the like are fitted to.")
  var fit: String?
  @Flag(help: "Average the embeddings of every picture and its mirror image.") var flip = false
  @Option(help: "Threads for the matrix products.") var threads = 1

  func load() throws -> AnyRepresentation {
    BLAS.setThreads(threads)
    let base: any FaceRepresentation
    switch model {
    case "raw-pixels": base = RawPixels()
    case "eigenfaces":
      guard let fit else { throw CommandError("eigenfaces need --fit, a folder of training pictures") }
      base = try Eigenfaces(folder: fit)
    default: base = try Embedder(try ModelFile(path: model))
    }
    return AnyRepresentation(base: flip ? AnyRepresentation(base: base).averaged() : base)
  }
}

/// Any of them, chosen when the command runs.
struct AnyRepresentation: FaceRepresentation {
  let base: any FaceRepresentation

  var input: InputSpecification { base.input }
  func embeddings(of faces: [FaceViews]) throws -> [Embedding] { try base.embeddings(of: faces) }
  /// A model's own.
  var calibration: Calibration? { (base as? Embedder)?.metadata.calibration }
  func averaged() -> any FaceRepresentation { FlipAveraged(self) }
}
