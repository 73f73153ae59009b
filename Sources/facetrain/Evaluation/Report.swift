internal import ArgumentParser
internal import FaceNet
internal import FaceTraining
internal import Networks

struct Report: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a folder of recipes and compare what they reach in one table.",
    discussion: """
      Every recipe of --recipes is trained to its end, in the order of the files' names, and evaluated on its validation \
      identities and by LFW's protocol. A recipe that goes on from another one finds that one's network. A report that \
      was stopped goes on where it was when the command is given again. The recipes must read the same pictures.
      """)

  @Option(help: "The folder of the recipes, JSON.") var recipes: String
  @Option(help: "The folder with the pictures' folders.") var data: String
  @Option(help: "The folder for the runs; one sub-folder per recipe.") var output: String
  @Option(help: "The folder that the pairs' pictures lie in.") var images: String
  @Option(help: "The pairs' pictures' landmarks, CSV.") var landmarks: String
  @Option(help: "The pairs, as LFW lists them.") var pairs: String
  @Option(help: "Threads for the matrix products.") var threads = 2

  func run() async throws {
    BLAS.setThreads(threads)
    let folder = self.recipes
    let recipes = try Folder.names(folder).filter { $0.hasSuffix(".json") }.map { try Recipe(path: "\(folder)/\($0)") }
    try check(recipes)
    try Output.makeFolder(output)
    let (table, list) = (try LandmarkTable(path: landmarks), try PairList(path: pairs))
    // Read once for all: targets lie beside, where some recipe wants them.
    var reading = recipes[0]
    reading.targetWeight = recipes.map(\.targetWeight).max() ?? 0
    let dataset = try FaceDataset(
      folder: data, recipe: reading, targetSize: try targetSize(recipes), progress: Output.note)
    var rows: [ComparisonRow] = []
    for recipe in recipes {
      let row = try await row(recipe, dataset) {
        try Evaluation.folds($0, images: images, landmarks: table, pairs: list)
      }
      rows.append(row)
      try FileBytes.writeAtomically(Array((ComparisonRow.table(rows) + "\n").utf8), to: "\(output)/table.md")
      Output.note(ComparisonRow.table(rows))
    }
    Output.line(ComparisonRow.table(rows))
  }

  /// Trains to the recipe's end, or on from where an earlier call was stopped, and evaluates what came out.
  private func row(
    _ recipe: Recipe, _ dataset: FaceDataset, folds: (Embedder) throws -> [[(distance: Float, same: Bool)]]
  ) async throws -> ComparisonRow {
    let folder = "\(output)/\(recipe.name)"
    try Output.makeFolder(folder)
    let checkpoint = Checkpoint.path(in: folder)
    let start = try recipe.start.map { try ModelExport.file(checkpoint: Checkpoint.path(in: "\(output)/\($0)")) }
    let trainer = try Trainer(
      recipe: recipe, data: dataset, folder: folder, resume: Folder.exists(checkpoint), start: start
    ) { record in
      if record.step % 50 == 0 || record.validationRate != nil {
        Output.note("\(recipe.name)  \(Train.describe(record, recipe))")
      }
    }
    let finished = "\(folder)/row.json"
    if Folder.exists(finished) {
      let row = try ComparisonRow(json: try FileBytes.read(finished, limit: 1 << 20))
      if trainer.step == recipe.optimisation.steps || row.collapsed != nil { return row }
    }
    var collapsed: String?
    do {
      try await trainer.run(checkpointSeconds: 15)
    } catch let error as TrainingError where error.code == .collapsed {
      // Reported like the others: that a way of choosing triplets collapses is a result.
      try trainer.save()
      collapsed = error.message
    }
    try Train.draw(folder)
    let row = try ComparisonRow(checkpoint: checkpoint, data: dataset, collapsed: collapsed, folds: folds)
    try FileBytes.writeAtomically(Array(try row.json().utf8), to: finished)
    return row
  }

  private func check(_ recipes: [Recipe]) throws {
    guard let first = recipes.first else { throw CommandError("'\(self.recipes)' has no recipes") }
    var names: Set<String> = []
    for recipe in recipes {
      guard recipe.pictures == first.pictures else {
        throw CommandError(
          "'\(recipe.name)' reads other pictures than '\(first.name)': the report compares on the same")
      }
      if let start = recipe.start, !names.contains(start) {
        throw CommandError("'\(recipe.name)' goes on from '\(start)', which no recipe before it is called")
      }
      guard names.insert(recipe.name).inserted else { throw CommandError("two recipes are called '\(recipe.name)'") }
    }
  }

  /// Components of a target vector: the embedding's of the recipes that weigh it.
  private func targetSize(_ recipes: [Recipe]) throws -> Int {
    let sizes = Set(
      try recipes.filter { $0.targetWeight > 0 }
        .map { try Architecture.named($0.architecture).definition.outputDimension() })
    guard sizes.count <= 1 else { throw CommandError("recipes with target vectors must have embeddings of one size") }
    return sizes.first ?? 0
  }
}
