internal import ArgumentParser
internal import FaceNet
internal import FaceTraining
internal import Images
internal import Networks

struct Targets: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a model's embeddings as target vectors: of a folder of pictures, or of a recipe's views.",
    discussion: """
      With --images: one vector per picture. A recipe with a 'targetWeight' regresses a network to them, so that its \
      embeddings can be compared with those of the model that wrote them. Recipes read FOLDER.teacher.f32, or what \
      'pictures.targets' says instead of 'teacher'.

      With --recipe, --data and --banks: banks of the views that the recipe's 'teaching' asks for, as files in the folder \
      --output. 'facetrain train --banks' reads them, and makes those that are missing.
      """)

  @OptionGroup var representation: Representation
  @Option(help: "The folder of one sub-folder per person.") var images: String?
  @Option(help: "The pictures' landmarks, CSV; IMAGES.landmarks.csv where it is.") var landmarks: String?
  @Option(help: "Without landmarks: the square pictures' side in eye-mouth distances.") var side = 3.7
  @Option(help: "A recipe with 'teaching'.") var recipe: String?
  @Option(help: "The folder with the recipe's pictures' folders.") var data: String?
  @Option(help: "Numbers of the banks to make, as 0-9.") var banks: String?
  @Option(help: "A JPEG file to draw the first views of the first bank on, as teacher and student see them.")
  var sheet: String?
  @Option(help: "The file to write, or the folder of banks.") var output: String

  func validate() throws {
    guard (1...10).contains(side) else { throw ValidationError("--side must be 1 to 10") }
    guard (images == nil) != (recipe == nil) else {
      throw ValidationError("give --images for a folder of pictures, or --recipe for a recipe's views")
    }
    if recipe != nil {
      guard data != nil, Self.range(banks) != nil else {
        throw ValidationError("--recipe goes with --data and --banks, as --banks 0-9")
      }
    }
  }

  func run() throws {
    if let images { return try writeFolder(images) }
    guard let recipe, let data, let banks = Self.range(banks) else { return }
    let plan = try Recipe(path: recipe)
    let dataset = try FaceDataset(
      folder: data, recipe: plan, targetSize: Architecture.named(plan.architecture).definition.outputDimension(),
      progress: Output.note)
    try Output.makeFolder(output)
    let maker = try BankMaker(
      recipe: plan, data: dataset, teacher: try ModelFile(path: representation.model), folder: output)
    if let sheet {
      try FileBytes.writeAtomically(
        try maker.sheet(bank: banks.lowerBound, count: 48).render().encodeJPEG(), to: sheet)
    }
    for bank in banks {
      try maker.make(bank)
      Output.note("bank \(bank)")
    }
    Output.line("\(output)  \(banks.count) banks")
  }

  private func writeFolder(_ images: String) throws {
    let folder = try PictureFolder(path: images, landmarks: landmarks)
    let bytes = try Evaluation.targets(try representation.load(), folder: folder, side: side)
    try FileBytes.writeAtomically(bytes, to: output)
    Output.line("\(output)  \(folder.files.count) vectors  \(bytes.count) bytes")
  }

  /// `3-7`, or `3` alone.
  static func range(_ text: String?) -> ClosedRange<Int>? {
    let ends = (text ?? "").split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first >= 0, first <= last,
      last < 1 << 20
    else { return nil }
    return first...last
  }
}
