internal import FoundationEssentials
internal import Networks

/// Trains a network on a task: batch, loss, gradient, step; a checkpoint and a log in the run's folder.
package final class TaskTrainer<Task: NetworkTask> {
  package let task: Task
  /// Steps done.
  package private(set) var step = 0

  private let network: TrainableNetwork
  private var optimizer: any Optimizer
  private let folder: String
  private let log: RunLog

  /// One line of the log.
  package struct Record: Encodable {
    package var step: Int
    package var loss: Float
    package var parts: [String: Float]
    package var learningRate: Float
    package var secondsLeft: Double
  }

  /// - Parameters:
  ///   - folder: where `checkpoint.safetensors` and `log.jsonl` go; it must exist.
  ///   - resume: whether to go on from the folder's checkpoint, whose recipe may differ in `optimisation.steps` alone.
  package init(_ task: Task, folder: String, resume: Bool) throws(TrainingError) {
    self.task = task
    self.folder = folder
    optimizer = AdamW(weightDecay: task.schedule.weightDecay)
    do {
      network = try TrainableNetwork(task.definition, seed: task.seed)
    } catch {
      throw TrainingError(.network, "the network cannot be made: \(error)")
    }
    if resume {
      let checkpoint = try Checkpoint(path: Checkpoint.path(in: folder))
      guard try task.continues(checkpoint.recipe) else { throw Checkpoint.ofAnotherRecipe }
      try checkpoint.load(into: network, &optimizer)
      step = checkpoint.step
    } else {
      task.prepare(network)
    }
    log = try RunLog(path: "\(folder)/log.jsonl", keeping: step)
  }

  /// Trains up to the recipe's last step, or to `last`, and leaves a checkpoint.
  /// - Parameter report: called after every step.
  package func run(
    until last: Int? = nil, checkpointSeconds: Double = 60, report: (Record) -> Void = { _ in }
  ) async throws {
    let end = min(last ?? task.schedule.steps, task.schedule.steps)
    var clock = StepClock()
    guard step < end else { return }
    var next = prefetch(step)
    while step < end {
      clock.stepBegins()
      let batch = await next.value
      if step + 1 < end { next = prefetch(step + 1) }
      var record = try take(batch)
      clock.stepEnds()
      record.secondsLeft = clock.seconds(forSteps: task.schedule.steps - step)
      log.write(Self.json(record))
      report(record)
      guard record.loss.isFinite else {
        throw TrainingError(.collapsed, "the loss of step \(step) is no number: lower optimisation.learningRate")
      }
      if clock.isCheckpointDue(every: checkpointSeconds) { try save() }
    }
    try save()
  }

  private func take(_ batch: TaskBatch) throws -> Record {
    let outputs = try network.forward(batch.pixels, count: batch.count, training: true)
    let loss = task.loss(outputs, batch)
    network.zeroGradients()
    try network.backward(loss.gradient)
    let rate = task.schedule.rate(step: step)
    optimizer.step(parameters: network.parameters, learningRate: rate)
    step += 1
    return Record(step: step, loss: loss.value, parts: loss.parts, learningRate: rate, secondsLeft: 0)
  }

  private func prefetch(_ step: Int) -> _Concurrency.Task<TaskBatch, Never> {
    let task = task
    return _Concurrency.Task.detached { task.batch(step: step) }
  }

  /// Writes the checkpoint now.
  package func save() throws(TrainingError) {
    try Checkpoint(recipe: task.recipe, step: step, network: network.state(), optimizer: optimizer.state())
      .write(to: Checkpoint.path(in: folder))
  }

  private static func json(_ record: Record) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(record) else {
      return "{\"step\":\(record.step),\"error\":\"a value is no number\"}"
    }
    return String(decoding: data, as: UTF8.self)
  }
}
