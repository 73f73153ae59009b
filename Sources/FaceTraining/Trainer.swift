public import FaceNet
internal import Networks

/// One training run: batches, loss, gradient, step; checkpoints and a log in its folder.
public final class Trainer {
  public let recipe: Recipe
  /// Steps done.
  public private(set) var step = 0
  public private(set) var images = 0

  let architecture: Architecture
  private let network: TrainableNetwork
  private var optimizer: any Optimizer
  private let builder: BatchBuilder
  private let validation: ValidationPictures
  private let loss: TripletLoss
  private let folder: String
  private let log: RunLog
  private let report: (StepRecord) -> Void
  private var watch = CollapseWatch()

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - folder: where `checkpoint.safetensors` and `log.jsonl` go; it must exist.
  ///   - resume: whether to go on from the folder's checkpoint. Of the recipe only `optimisation.steps` and
  ///     `optimisation.learningRate` may have changed since.
  ///   - start: a model of the same architecture to start from instead of random weights; unused when resuming.
  ///   - report: called after every step.
  public init(
    recipe: Recipe, data: FaceDataset, folder: String, resume: Bool, start: ModelFile? = nil,
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
      data: data, frames: try data.frames(input), sampler: try BatchSampler(split: split, plan: recipe.batch, seed: recipe.seed),
      augmenter: Augmenter(recipe: recipe, source: data.pixels, input: input), seed: recipe.seed)
    loss = TripletLoss(margin: recipe.triplets.margin, selection: recipe.triplets.selection)
    optimizer = Self.optimizer(recipe.optimisation)
    if resume {
      let checkpoint = try Checkpoint(path: Self.checkpointPath(folder))
      try Self.check(checkpoint.recipe, isContinuedBy: recipe)
      do {
        try network.load(checkpoint.network)
        try optimizer.load(checkpoint.optimizer)
      } catch {
        throw TrainingError(.badCheckpoint, "the checkpoint does not fit the network: \(error)")
      }
      (step, images) = (checkpoint.step, checkpoint.images)
    } else if let start {
      do {
        try network.load(start.tensors)
      } catch {
        throw TrainingError(.network, "the model to start from is no \(architecture.name): \(error)")
      }
    }
    log = try RunLog(path: "\(folder)/log.jsonl", keeping: step)
  }

  public static func checkpointPath(_ folder: String) -> String { "\(folder)/checkpoint.safetensors" }

  /// Trains up to the recipe's last step, or to `last`, and leaves a checkpoint.
  ///
  /// - Parameter checkpointSeconds: the time between two checkpoints.
  public func run(until last: Int? = nil, checkpointSeconds: Double = 120) async throws {
    let end = min(last ?? recipe.optimisation.steps, recipe.optimisation.steps)
    let clock = ContinuousClock()
    var saved = clock.now
    // Average speed of the last few steps.
    var secondsPerStep = 0.0
    guard step < end else { return }
    var next = prefetch(step)
    while step < end {
      let started = clock.now
      let batch = await next.value
      if step + 1 < end { next = prefetch(step + 1) }
      var record = try take(batch)
      let seconds = (clock.now - started) / .seconds(1)
      secondsPerStep = secondsPerStep == 0 ? seconds : 0.95 * secondsPerStep + 0.05 * seconds
      record.imagesPerSecond = (Double(batch.count) / secondsPerStep * 10).rounded() / 10
      record.secondsLeft = (Double(recipe.optimisation.steps - step) * secondsPerStep).rounded()
      if step % recipe.validateEvery == 0 || step == recipe.optimisation.steps {
        let scores = try validation.scores(Embedder(try model(training: "")))
        record.validationRate = scores.validationRate(atFalseAcceptRate: 1e-3)
        record.validationAccuracy = scores.balancedAccuracy()
      }
      log.write(record.json())
      report(record)
      try watch.look(record)
      if clock.now - saved >= .seconds(checkpointSeconds) {
        try save()
        saved = clock.now
      }
    }
    try save()
  }

  /// One step on one batch.
  private func take(_ batch: Batch) throws -> StepRecord {
    let embeddings = try network.forward(batch.pixels, count: batch.count, training: true)
    var random = RandomSource(seed: recipe.seed, 4, step)
    var result = loss.evaluate(embeddings, labels: batch.labels, random: &random)
    let weight = recipe.tripletWeight(step: step)
    for index in result.gradient.indices { result.gradient[index] *= weight }
    var targetLoss: Float?
    if recipe.targetWeight > 0 {
      targetLoss = TargetLoss.evaluate(
        embeddings, targets: batch.targets, count: batch.count, weight: recipe.targetWeight, gradient: &result.gradient)
    }
    network.zeroGradients()
    try network.backward(result.gradient)
    let rate = recipe.learningRate(step: step)
    optimizer.step(parameters: network.parameters, learningRate: rate)
    step += 1
    images += batch.count
    return StepRecord(
      step: step, images: images, loss: weight * result.loss + recipe.targetWeight * (targetLoss ?? 0),
      tripletLoss: result.loss, targetLoss: targetLoss, activeTriplets: result.active,
      meanPositive: result.meanPositive, meanNegative: result.meanNegative, learningRate: rate, imagesPerSecond: 0,
      secondsLeft: 0)
  }

  private func prefetch(_ step: Int) -> Task<Batch, Never> {
    let builder = builder
    return Task.detached { builder.batch(step: step) }
  }

  /// Writes the checkpoint now.
  public func save() throws(TrainingError) {
    let checkpoint = Checkpoint(
      recipe: recipe, step: step, images: images, network: network.state(), optimizer: optimizer.state())
    try checkpoint.write(to: Self.checkpointPath(folder))
  }

  /// The network as it stands, as a model file without calibration.
  func model(training: String) throws(TrainingError) -> ModelFile {
    try ModelExport.file(architecture: architecture, recipe: recipe, state: network.state(), training: training)
  }

  private static func optimizer(_ plan: Recipe.Optimisation) -> any Optimizer {
    switch plan.kind {
    case .adaGrad: AdaGrad()
    case .sgd: SGDMomentum(weightDecay: plan.weightDecay)
    case .adamW: AdamW(weightDecay: plan.weightDecay)
    }
  }

  /// - Throws: `.badCheckpoint` when more than the schedule has changed.
  private static func check(_ old: Recipe, isContinuedBy new: Recipe) throws(TrainingError) {
    var adapted = old
    adapted.optimisation.steps = new.optimisation.steps
    adapted.optimisation.learningRate = new.optimisation.learningRate
    adapted.validateEvery = new.validateEvery
    guard adapted == new else {
      throw TrainingError(
        .badCheckpoint,
        "the checkpoint was written by another recipe ('\(old.name)'): resume with that one, or start in a new folder")
    }
  }
}
