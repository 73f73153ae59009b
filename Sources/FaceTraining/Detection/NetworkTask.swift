package import Networks

/// Pictures and what the network should say of them.
package struct TaskBatch: Sendable {
  /// Planes of numbers: picture, channel, row, column.
  package var pixels: [Float]
  package var count: Int
  /// What the task's loss makes of them is its own.
  package var targets: [Float]

  package init(pixels: [Float], count: Int, targets: [Float]) {
    (self.pixels, self.count, self.targets) = (pixels, count, targets)
  }
}

/// A loss with its gradient by the network's outputs.
package struct TaskLoss {
  package var gradient: [Float]
  package var value: Float
  /// Parts of it, and other figures for the log.
  package var parts: [String: Float]
}

/// What a network learns: the batch of every step and the loss of what it says about it. Both depend on the step and
/// the recipe alone, so that a resumed run goes on as an uninterrupted one would have.
package protocol NetworkTask: Sendable {
  var definition: NetworkDefinition { get }
  var schedule: TaskSchedule { get }
  var seed: UInt64 { get }
  /// The recipe as JSON.
  var recipe: String { get }
  /// Whether this recipe may go on where another, in JSON, stopped: all but the number of steps is equal.
  func continues(_ recipe: String) throws(TrainingError) -> Bool
  /// Changes fresh weights where the task knows better than their random values.
  func prepare(_ network: TrainableNetwork)
  func batch(step: Int) -> TaskBatch
  func loss(_ outputs: [Float], _ batch: TaskBatch) -> TaskLoss
}

extension NetworkTask {
  package func prepare(_ network: TrainableNetwork) {}
}

/// AdamW with a linear warm-up and half a cosine to nothing.
package struct TaskSchedule: Codable, Hashable, Sendable {
  package var learningRate: Float
  package var warmUp: Int
  package var steps: Int
  package var weightDecay: Float

  package func rate(step: Int) -> Float {
    if step < warmUp { return learningRate * Float(step + 1) / Float(warmUp) }
    let progress = Float(step - warmUp) / Float(max(1, steps - warmUp))
    return learningRate * 0.5 * (1 + halfCosine(min(1, progress)))
  }

  func check() throws(TrainingError) {
    guard learningRate > 0, weightDecay >= 0, steps > 0, (0...steps).contains(warmUp) else {
      throw TrainingError(
        .badRecipe,
        "the recipe is refused: optimisation needs a learningRate above 0, a weightDecay of at least 0 and a warmUp of 0 "
          + "to steps")
    }
  }
}
