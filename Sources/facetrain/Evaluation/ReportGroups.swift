internal import ArgumentParser
internal import FaceNet
internal import FaceTraining

struct ReportGroups: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure a model by group: pose, sharpness, brightness, size, estimated skin tone, and labels.",
    discussion: """
      IMAGES holds one folder per person. A pair of one person counts for the groups of either picture, a pair of two \
      people for the groups of both; a question to the gallery for those of the picture that asks. Thresholds are the \
      same for all groups. Intervals (95 %) come from leaving out the people of one block in twenty. With --fit, PCA and Joint \
      Bayesian are fitted to these training pictures and measured on --pairs, which lie in IMAGES too.
      """)

  @OptionGroup var representation: Representation
  @Option(help: "The folder of one sub-folder per person.") var images: String
  @Option(help: "The pictures' landmarks, CSV; IMAGES.landmarks.csv where it is.") var landmarks: String?
  @Option(help: "A CSV of what is known of the pictures: 'file', then one column for each grouping, such as age.")
  var labels: String?
  @Option(help: "Pairs as LFW lists them, to compare PCA and Joint Bayesian on.") var pairs: String?
  @Option(help: "Pictures of each person that are enrolled.") var enrol = 2
  @Option(help: "The share of those who could be enrolled and are not.") var strangers = 0.3
  @Option(help: "Draws the strangers.") var seed: UInt64 = 1
  @Option(help: "Pixels from eyes to mouth that the asked pictures are shrunk to.")
  var size: [Double] = [8, 12, 16, 24]
  @Option(help: "Principal components to try.") var components: [Int] = [32, 64]
  @Option(help: "A folder for the charts, SVG.") var charts: String?
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    guard enrol >= 1 else { throw ValidationError("--enrol must be at least 1") }
    guard (0...1).contains(strangers) else { throw ValidationError("--strangers must be 0 to 1") }
    guard size.allSatisfy({ (4...1000).contains($0) }) else { throw ValidationError("--size must be 4 to 1000") }
    guard (pairs == nil) == (representation.fit == nil) else {
      throw ValidationError("--pairs and --fit go together: what is fitted to the one is measured on the other")
    }
  }

  func run() throws {
    let folder = try PictureFolder(path: images, landmarks: landmarks)
    let split = IdentificationSplit(identity: folder.identity, enrol: enrol, strangers: strangers, seed: seed)
    let loaded = try representation.load()
    var rivals: [GroupReport.Rival] = []
    if let pairs, let fit = representation.fit, let table = folder.table {
      rivals = try Rivals.rows(
        loaded, images: images, landmarks: table, pairs: try PairList(path: pairs), fit: try PictureFolder(path: fit),
        components: components)
      Output.note("PCA and Joint Bayesian measured")
    }
    let evaluation = try GroupEvaluation(
      loaded, name: representation.model.split(separator: "/").last.map(String.init) ?? representation.model,
      folder: folder, split: split, labels: try labels.map { try LabelTable(path: $0).columns(folder.files) } ?? [],
      sizes: size.sorted(), calibration: loaded.calibration, rivals: rivals, progress: Output.note)
    if let charts {
      try Output.makeFolder(charts)
      for (name, chart) in evaluation.charts {
        try FileBytes.writeAtomically(Array(chart.svg().utf8), to: "\(charts)/\(name)")
      }
    }
    if json { return try Output.json(evaluation.report) }
    Output.line(evaluation.report.markdown)
  }
}
