internal import ArgumentParser
internal import FaceNet
internal import FaceTraining

struct Embed: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the embeddings of a folder's pictures.",
    discussion: """
      The output has one row of 32-bit floats a picture, without a header. Beside a folder of pictures as \
      FOLDER.teacher.f32 it is the targets that a recipe with a targetWeight learns: a new model then comes to vectors \
      that can be compared with this one's. Pictures are cut by --landmarks, or by --side, or else must have the \
      network's input size.
      """)

  @Option(help: "The model file.") var model: String
  @Option(help: "The folder of one sub-folder per person.") var images: String
  @Option(help: "The pictures' landmarks, CSV; it also says which pictures, in which order.") var landmarks: String?
  @Option(help: "Without landmarks: the pictures are squares of so many eye-mouth distances.") var side: Double?
  @Option(help: "The file of embeddings to write.") var output: String
  @Option(help: "A file to write the pictures' names to, one a line.") var names: String?

  func validate() throws {
    guard landmarks == nil || side == nil else { throw ValidationError("give --landmarks or --side, not both") }
    guard (1...10).contains(side ?? 1) else { throw ValidationError("--side must be 1 to 10") }
  }

  func run() throws {
    let embedder = try Embedder(try ModelFile(path: model))
    let place: FolderEmbeddings.Place =
      if let landmarks { .landmarks(landmarks) } else if let side { .square(side: side) } else { .input }
    let embeddings = try FolderEmbeddings(embedder, folder: images, place: place, progress: Output.note)
    guard !embeddings.files.isEmpty else { throw CommandError("'\(images)' has no sub-folders with pictures") }
    try FileBytes.writeAtomically(embeddings.bytes, to: output)
    if let names {
      try FileBytes.writeAtomically(Array(embeddings.files.map { "\($0)\n" }.joined().utf8), to: names)
    }
    Output.line("\(output)  \(embeddings.files.count) rows of \(embedder.metadata.embeddingSize)")
  }
}
