internal import ArgumentParser
internal import FaceNet
internal import FaceTraining
internal import FaceTypes
internal import Images
internal import Networks

/// `facetrain quantise`: a model whose layers work on bytes where its embeddings bear it.
struct Quantise: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Make a model's layers work on bytes, which is faster where the processor has instructions for it (VNNI).",
    discussion: """
      Weights become whole numbers of 8 bits with a scale for each filter, and so does what a layer is given, by what it \
      is given over the pictures: use pictures like those to come, and never those that the model is evaluated on. Which \
      layers work on bytes is measured: those that change the embeddings most stay as they are until the mean squared \
      distance to the float model's embeddings is at most --error. All else is stored in half precision. Imported models \
      can be made so too. The calibration is taken over, and a reindex from the float model switches at once, since both \
      models' embeddings may be compared.
      """)

  @Option(help: "The model file, whose layers are floats.") var model: String
  @Option(help: "A folder of one sub-folder per person, with square crops about faces.") var pictures: String
  @Option(help: "The pictures' landmarks, CSV; PICTURES.landmarks.csv where it is.") var landmarks: String?
  @Option(help: "Without landmarks: the square pictures' side in eye-mouth distances.") var side = 3.7
  @Option(help: "How many pictures are used, spread over the folder.") var count = 256
  @Option(help: "The mean squared distance that embeddings may have from the float model's.") var error: Float = 0.004
  @Option(help: "The model file to write.") var output: String
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    guard (8...100_000).contains(count) else { throw ValidationError("--count must be 8 to 100000") }
    guard error > 0, error < 1 else { throw ValidationError("--error must be above 0 and below 1") }
    guard (1...10).contains(side) else { throw ValidationError("--side must be 1 to 10") }
  }

  func run() throws {
    BLAS.setThreads(1)
    let file = try ModelFile(path: model)
    let crops = try CalibrationCrops.read(
      try PictureFolder(path: pictures, landmarks: landmarks), side: side, count: count, input: file.metadata.input)
    let result = try Quantiser(file, crops: crops, progress: Output.note).quantised(limit: error)
    guard result.layers.contains(where: \.worksOnBytes) else {
      throw CommandError("no layer can work on bytes within --error \(error); nothing is written")
    }
    try result.model.write(to: output)
    let report = QuantiseReport(result, bytes: result.model.bytes.count)
    if json { return try Output.json(report) }
    for layer in report.layers {
      let kind = layer.bytes ? "bytes " : "floats"
      Output.line("\(kind)  \(layer.name)  error \(layer.error)  \(layer.share) of the work")
    }
    Output.line(
      "\(report.byteShare) of the multiply-adds on bytes; mean squared distance to the float model \(report.error), "
        + "\(report.largestError) at most")
    Output.line("\(output)  \(report.fileBytes) bytes  \(result.model.id)")
  }
}

private struct QuantiseReport: Encodable {
  struct Layer: Encodable {
    var name: String
    var bytes: Bool
    var error: Float
    /// Of all multiply-adds.
    var share: Double
  }

  var layers: [Layer]
  var byteShare: Double
  var error: Float
  var largestError: Float
  var fileBytes: Int

  init(_ result: Quantiser.Result, bytes: Int) {
    let all = Double(result.layers.reduce(0) { $0 + $1.multiplyAdds })
    func rounded(_ share: Double) -> Double { (share * 10_000).rounded() / 10_000 }
    layers = result.layers.map {
      Layer(name: $0.name, bytes: $0.worksOnBytes, error: $0.error, share: rounded(Double($0.multiplyAdds) / all))
    }
    byteShare = rounded(Double(result.layers.filter(\.worksOnBytes).reduce(0) { $0 + $1.multiplyAdds }) / all)
    (error, largestError, fileBytes) = (result.meanError, result.largestError, bytes)
  }
}
