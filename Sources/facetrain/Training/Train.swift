internal import ArgumentParser
internal import FaceNet
internal import FaceTraining
internal import Networks

struct Train: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a network by a recipe.",
    discussion: """
      DIR holds one folder per identity inside the folder that the recipe names. Checkpoints and the log \
      (log.jsonl, one JSON object per step; loss.svg, its curve) go to the output folder; a run that was stopped goes on \
      with --resume.
      """)

  @Option(help: "The recipe, a JSON file.") var recipe: String
  @Option(help: "The folder with the pictures' folders.") var data: String
  @Option(help: "The folder for checkpoint and log.") var output: String
  @Flag(help: "Go on from the output folder's checkpoint.") var resume = false
  @Option(help: "A model of the same architecture to start from, instead of random weights.") var startFrom: String?
  @Option(help: "The model file to learn from, for a recipe with 'teaching'.") var teacher: String?
  @Option(help: "The folder of the teacher's banks of targets. [the output folder's 'banks']") var banks: String?
  @Option(help: "Seconds between two checkpoints.") var checkpointEvery = 120.0
  @Option(help: "Threads for the matrix products.") var threads = 2
  @Option(help: "Stop after this step, as if interrupted.") var stopAfter: Int?

  func validate() throws {
    guard threads >= 1 else { throw ValidationError("--threads must be at least 1") }
    guard checkpointEvery > 0 else { throw ValidationError("--checkpoint-every must be above 0") }
  }

  func run() async throws {
    let recipe = try Recipe(path: recipe)
    let architecture = try Architecture.named(recipe.architecture)
    try Output.makeFolder(output)
    BLAS.setThreads(threads)
    let dataset = try FaceDataset(
      folder: data, recipe: recipe, targetSize: architecture.definition.outputDimension(), progress: Output.note)
    Output.note("\(dataset.count) pictures, \(dataset.identities) identities; \(architecture.name)")
    if let start = recipe.start, startFrom == nil, !resume {
      throw CommandError("the recipe goes on from '\(start)': say --start-from the model that was trained by it")
    }
    let start = try startFrom.map { try ModelFile(path: $0) }
    let banks = banks ?? "\(output)/banks"
    if recipe.teaching != nil { try Output.makeFolder(banks) }
    let trainer = try Trainer(
      recipe: recipe, data: dataset, folder: output, resume: resume, start: start,
      teacher: try teacher.map { try ModelFile(path: $0) }, banks: banks
    ) { record in
      if record.step % 20 == 0 || record.validationRate != nil { Output.note(Self.describe(record, recipe)) }
      if record.validationRate != nil { try? Self.draw(output) }
    }
    try await trainer.run(until: stopAfter, checkpointSeconds: checkpointEvery)
    try Self.draw(output)
    Output.note("step \(trainer.step): \(Checkpoint.path(in: output))")
  }

  /// The log's curves, beside it.
  static func draw(_ folder: String) throws {
    let chart = try LineChart.course(log: Trainer.logPath(folder))
    try FileBytes.writeAtomically(Array(chart.svg().utf8), to: "\(folder)/loss.svg")
  }

  static func describe(_ record: StepRecord, _ recipe: Recipe) -> String {
    func short(_ value: Float) -> String { String((value * 10_000).rounded() / 10_000) }
    var text = "step \(record.step)/\(recipe.optimisation.steps)  loss \(short(record.loss))"
    text += "  active \(short(record.activeTriplets))  positive \(short(record.meanPositive))"
    text += "  negative \(short(record.meanNegative))"
    if let target = record.targetLoss { text += "  target \(short(target))" }
    if let pairs = record.pairLoss { text += "  pairs \(short(pairs))" }
    if let relations = record.relationLoss { text += "  relations \(short(relations))" }
    text += "  \(record.imagesPerSecond) images/s  \(Int(record.secondsLeft / 60)) min left"
    if let rate = record.validationRate, let accuracy = record.validationAccuracy {
      text += "  | validation VAL@1e-3 \(short(Float(rate))) accuracy \(short(Float(accuracy)))"
    }
    return text
  }
}
