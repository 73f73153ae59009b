internal import ArgumentParser
internal import FaceNet
internal import FaceTraining

struct Targets: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a model's embeddings of a folder of pictures as target vectors.",
    discussion: """
      A recipe with a 'targetWeight' regresses a network to them, so that its embeddings can be compared with those of \
      the model that wrote them. Recipes read FOLDER.teacher.f32, or what 'pictures.targets' says instead of 'teacher'.
      """)

  @OptionGroup var representation: Representation
  @Option(help: "The folder of one sub-folder per person.") var images: String
  @Option(help: "The pictures' landmarks, CSV; IMAGES.landmarks.csv where it is.") var landmarks: String?
  @Option(help: "Without landmarks: the square pictures' side in eye-mouth distances.") var side = 3.7
  @Option(help: "The file to write.") var output: String

  func validate() throws {
    guard (1...10).contains(side) else { throw ValidationError("--side must be 1 to 10") }
  }

  func run() throws {
    let folder = try PictureFolder(path: images, landmarks: landmarks)
    let bytes = try Evaluation.targets(try representation.load(), folder: folder, side: side)
    try FileBytes.writeAtomically(bytes, to: output)
    Output.line("\(output)  \(folder.files.count) vectors  \(bytes.count) bytes")
  }
}
