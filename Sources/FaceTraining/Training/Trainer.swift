package import FaceNet
internal import FaceTypes
internal import Networks

/// One training run: batches, loss, gradient, step; checkpoints and a log in its folder.
package final class Trainer {
  package let recipe: Recipe
  /// Steps done.
  package private(set) var step = 0
  package private(set) var images = 0

  let architecture: Architecture
  private let network: TrainableNetwork
  private var optimizer: any Optimizer
  private let builder: BatchBuilder
  private let taught: TaughtBatches?
  private let validation: ValidationPictures
  private let loss: BatchLoss
  private let miner: OfflineMiner?
  /// The triplets that steps take, where the recipe chooses them offline.
  private var offline: OfflineTriplets?
  private let folder: String
  private let log: RunLog
  private let report: (StepRecord) -> Void
  private var watch = CollapseWatch()

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - folder: where `checkpoint.safetensors` and `log.jsonl` go; it must exist.
  ///   - resume: whether to go on from the folder's checkpoint. Of the recipe only `validateEvery` and of
  ///     `optimisation` the `steps`, `learningRate` and `drops` may have changed since.
  ///   - teacher: the model that a recipe with `teaching` imitates.
  ///   - banks: the folder of the teacher's banks; nil for `folder`.
  ///   - start: a model of the same architecture to start from instead of random weights; unused when resuming.
  ///   - report: called after every step.
  package init(
    recipe: Recipe, data: FaceDataset, folder: String, resume: Bool, start: ModelFile? = nil, teacher: ModelFile? = nil,
    banks: String? = nil,
    report: @escaping (StepRecord) -> Void = { _ in }
  ) throws(TrainingError) {
    self.recipe = recipe
    self.folder = folder
    self.report = report
    let split = IdentitySplit(identity: data.identity, share: recipe.pictures.validationShare, seed: recipe.seed)
    do {
      architecture = try Architecture.named(recipe.architecture)
      network = try TrainableNetwork(architecture.definition, seed: recipe.seed)
    } catch {
      throw TrainingError(.network, "the network cannot be made: \(error)")
    }
    let input = recipe.input(architecture)
    validation = ValidationPictures(data: data, split: split)
    builder = BatchBuilder(
      data: data, frames: try data.frames(input),
      sampler: try BatchSampler(split: split, plan: recipe.batch, seed: recipe.seed),
      augmenter: Augmenter(recipe: recipe, source: data.pixels, input: input), seed: recipe.seed)
    taught = try Self.taught(recipe, data, teacher, input, folder: banks ?? folder, network)
    loss = BatchLoss(recipe)
    miner = try OfflineMiner(recipe, split: split)
    optimizer = recipe.optimizer()
    if resume {
      let checkpoint = try EmbeddingCheckpoint(path: Checkpoint.path(in: folder))
      guard recipe.continues(checkpoint.recipe) else { throw Checkpoint.ofAnotherRecipe }
      try checkpoint.run.load(into: network, &optimizer)
      (step, images) = (checkpoint.run.step, checkpoint.images)
      offline = try miner?.takeBack(checkpoint.offline, step: step, pictures: data.count)
    } else if let start {
      do {
        try network.load(
          StartingWeights.tensors(of: start, like: network.state(), architecture.definition, seed: recipe.seed))
      } catch {
        throw TrainingError(.network, "the model to start from is no \(architecture.name): \(error)")
      }
    }
    log = try RunLog(path: "\(folder)/log.jsonl", keeping: step)
  }

  private static func taught(
    _ recipe: Recipe, _ data: FaceDataset, _ teacher: ModelFile?, _ input: InputSpecification, folder: String,
    _ network: TrainableNetwork
  ) throws(TrainingError) -> TaughtBatches? {
    guard recipe.teaching != nil else { return nil }
    guard let teacher else {
      throw TrainingError(.badRecipe, "the recipe has 'teaching', and there is no teacher: give its model file")
    }
    let made = try Teacher(recipe: recipe, data: data, model: teacher, input: input)
    guard made.size == network.outputDimension else {
      throw TrainingError(
        .badRecipe, "the teacher's vectors have \(made.size) components, the network's \(network.outputDimension)")
    }
    return TaughtBatches(teacher: made, folder: folder, recipe: recipe)
  }

  package static func logPath(_ folder: String) -> String { "\(folder)/log.jsonl" }

  /// Trains up to the recipe's last step, or to `last`, and leaves a checkpoint.
  ///
  /// - Parameter checkpointSeconds: the time between two checkpoints.
  package func run(until last: Int? = nil, checkpointSeconds: Double = 120) async throws {
    let end = min(last ?? recipe.optimisation.steps, recipe.optimisation.steps)
    var clock = StepClock()
    var next: Task<Batch, any Error>?
    while step < end {
      clock.stepBegins()
      try mineIfDue()
      let batch = try await (next ?? prefetch(step)).value
      // Triplets that are yet to be chosen cannot be fetched.
      next = step + 1 < end && miner?.isDue(step: step + 1) != true ? prefetch(step + 1) : nil
      var record = try take(batch)
      clock.stepEnds()
      record.imagesPerSecond = (Double(batch.count) / clock.secondsPerStep * 10).rounded() / 10
      record.secondsLeft = clock.seconds(forSteps: recipe.optimisation.steps - step)
      if step % recipe.validateEvery == 0 || step == recipe.optimisation.steps {
        let scores = try validation.scores(embedder())
        record.validationRate = scores.validationRate(atFalseAcceptRate: 1e-3)
        record.validationAccuracy = scores.balancedAccuracy()
      }
      log.write(record.json())
      report(record)
      try watch.look(record)
      if clock.isCheckpointDue(every: checkpointSeconds) { try save() }
    }
    try save()
  }

  /// One step on one batch.
  private func take(_ batch: Batch) throws -> StepRecord {
    var result: BatchLoss.Result?
    try ChunkedPass(network, chunk: recipe.batch.chunk).run(batch.pixels, count: batch.count) { embeddings in
      let evaluated = loss.evaluate(embeddings, batch: batch, step: step)
      result = evaluated
      return evaluated.gradient
    }
    let rate = recipe.learningRate(step: step)
    optimizer.step(parameters: network.parameters, learningRate: rate)
    step += 1
    images += batch.count
    return StepRecord(
      step: step, images: images, loss: result?.loss ?? .nan, tripletLoss: result?.triplets.loss ?? .nan,
      targetLoss: result?.targets, pairLoss: result?.pairs, relationLoss: result?.relations,
      activeTriplets: result?.triplets.active ?? 0,
      meanPositive: result?.triplets.meanPositive ?? 0, meanNegative: result?.triplets.meanNegative ?? 0,
      learningRate: rate, imagesPerSecond: 0, secondsLeft: 0)
  }

  private func prefetch(_ step: Int) -> Task<Batch, any Error> {
    let (builder, taught, offline, size) = (builder, taught, offline, recipe.batch.size)
    return Task.detached {
      if let taught { return try taught.batch(step: step) }
      return builder.batch(step: step, offline: offline, size: size)
    }
  }

  /// Chooses triplets by the network as it stands, at the steps that the recipe wants it.
  private func mineIfDue() throws {
    guard let miner, miner.isDue(step: step) else { return }
    let embedder = try embedder()
    offline = try miner.mine(step: step) { pictures in
      try builder.data.embeddings(of: pictures, frames: builder.frames, embedder).flatMap(\.values)
    }
  }

  /// Writes the checkpoint now.
  package func save() throws(TrainingError) {
    let run = Checkpoint(
      recipe: try recipe.json(), step: step, network: network.state(), optimizer: optimizer.state())
    try EmbeddingCheckpoint(run, recipe, images: images, offline).run.write(to: Checkpoint.path(in: folder))
  }

  /// The network as it stands, for inference.
  private func embedder() throws -> Embedder {
    try Embedder(
      try ModelExport.file(architecture: architecture, recipe: recipe, state: network.state(), training: ""))
  }
}
