internal import ArgumentParser
internal import FaceTraining

struct EvaluateFolder: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate-folder",
    abstract: "Evaluate how well a model identifies the people of a folder.",
    discussion: """
      IMAGES holds one folder per person. Of everybody with more than --enrol pictures the first ones are enrolled and \
      the others ask who they are; the share --strangers of them, and all who have fewer pictures, are not enrolled and \
      ask too. Printed are rank-1 of the enrolled people's questions (closed set), and the share that is answered \
      wrongly or not at all (FNIR) at the threshold at which the share --fpir of the strangers' is answered (open set).
      """)

  @OptionGroup var representation: Representation
  @Option(help: "The folder of one sub-folder per person.") var images: String
  @Option(help: "The pictures' landmarks, CSV; IMAGES.landmarks.csv where it is.") var landmarks: String?
  @Option(help: "Without landmarks: the square pictures' side in eye-mouth distances.") var side = 3.7
  @Option(help: "Pictures of each person that are enrolled.") var enrol = 2
  @Option(help: "The share of those who could be enrolled and are not.") var strangers = 0.3
  @Option(help: "The share of strangers' questions that may be answered.") var fpir = 0.01
  @Option(help: "Draws the strangers.") var seed: UInt64 = 1
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    guard enrol >= 1 else { throw ValidationError("--enrol must be at least 1") }
    guard (0...1).contains(strangers), (0...1).contains(fpir) else {
      throw ValidationError("--strangers and --fpir must be 0 to 1")
    }
    guard (1...10).contains(side) else { throw ValidationError("--side must be 1 to 10") }
  }

  func run() throws {
    let folder = try PictureFolder(path: images, landmarks: landmarks)
    let split = IdentificationSplit(identity: folder.identity, enrol: enrol, strangers: strangers, seed: seed)
    let report = try Evaluation.identification(
      try representation.load(), folder: folder, side: side, split: split, falsePositiveRate: fpir)
    if json { return try Output.json(report) }
    Output.line("enrolled          \(report.people) people, \(report.enrolled) pictures")
    Output.line("rank-1            \(report.rank1) of \(report.asked) questions")
    Output.line("FNIR at FPIR      \(report.falseNegativeRate) at \(report.falsePositiveRate)")
    Output.line("strangers         \(report.strangers) pictures; squared distance \(report.threshold)")
  }
}
