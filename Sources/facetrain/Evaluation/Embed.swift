internal import ArgumentParser
internal import FaceDetection
internal import FaceNet
internal import FaceTraining
internal import FaceTypes
internal import Images
internal import Networks

struct Embed: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the embeddings of crops that have the network's input size already.",
    discussion: """
      CROPS has one sub-folder per person. The output is a safetensors file whose tensor 'embeddings' has one row a \
      picture, in the order of the paths' bytes: what another program makes of the same pixels can be compared with it. Of \
      a detector these are its cells.
      """)

  @Option(help: "The model file.") var model: String
  @Option(help: "The folder of one sub-folder per person.") var crops: String
  @Option(help: "The safetensors file to write.") var output: String

  func run() throws {
    let files = try Folder.pictures(crops)
    guard !files.isEmpty else { throw CommandError("'\(crops)' has no sub-folders with JPEG or PNG pictures") }
    if let file = try? NetworkFile(path: model) { return try write(cells: file, files) }
    let embedder = try Embedder(try ModelFile(path: model))
    var values: [Float] = []
    for start in stride(from: 0, to: files.count, by: Embedder.maximumBatch) {
      let batch = try files[start..<min(start + Embedder.maximumBatch, files.count)].map { file in
        try ImageDecoder.decode(try FileBytes.read("\(crops)/\(file)", limit: ImageLimits.default.bytes))
      }
      for embedding in try embedder.embed(crops: batch) { values += embedding.values }
    }
    let shape = [files.count, embedder.metadata.embeddingSize]
    let bytes = try Safetensors.serialise(
      [NamedTensor(name: "embeddings", shape: shape, values: values)], metadata: ["model": embedder.modelID.hex])
    try FileBytes.writeAtomically(bytes, to: output)
    Output.line("\(output)  \(shape[0]) rows of \(shape[1])")
  }

  private func write(cells file: NetworkFile, _ files: [String]) throws {
    let finder = try PyramidDetector(file)
    var values: [Float] = []
    for name in files {
      let crop = try ImageDecoder.decode(try FileBytes.read("\(crops)/\(name)", limit: ImageLimits.default.bytes))
      values += try finder.cells(crop)
    }
    let shape = [files.count, values.count / files.count]
    let bytes = try Safetensors.serialise(
      [NamedTensor(name: "embeddings", shape: shape, values: values)], metadata: ["model": file.name])
    try FileBytes.writeAtomically(bytes, to: output)
    Output.line("\(output)  \(shape[0]) rows of \(shape[1])")
  }
}
