internal import FaceDetection
package import FaceNet
package import Networks

/// Learning the aligner: Huber's loss on the ten coordinates.
package struct AlignerTask: NetworkTask {
  package let definition = DetectionNetwork.aligner()
  package let recipe: String
  private let plan: AlignerRecipe
  private let pictures: AlignerPictures

  package init(_ recipe: AlignerRecipe, pictures: AlignerPictures) throws(TrainingError) {
    self.recipe = try recipe.json()
    plan = recipe
    self.pictures = pictures
  }

  package func continues(_ other: String) throws(TrainingError) -> Bool {
    var other = try AlignerRecipe(json: Array(other.utf8))
    other.optimisation.steps = plan.optimisation.steps
    return other == plan
  }

  package var schedule: TaskSchedule { plan.optimisation }
  package var seed: UInt64 { plan.seed }

  /// Half sides at which the loss turns from square to linear: about 3 % of the distance between the eyes. Landmarks
  /// are good to about that, and those that are worse should not rule.
  static let turn: Float = 0.02

  package func batch(step: Int) -> TaskBatch {
    let side = definition.inputWidth
    let area = 3 * side * side
    let count = plan.batch
    let size = 3 * pictures.pixels * pictures.pixels
    let sample = AlignerSample(recipe: plan, output: side)
    var targets = [Float](repeating: 0, count: 10 * count)
    let pixels = [Float](unsafeUninitializedCapacity: count * area) { planes, initialised in
      guard let planes = planes.baseAddress else { return }
      pictures.bytes.withUnsafeBufferPointer { bytes in
        targets.withUnsafeMutableBufferPointer { targets in
          guard let bytes = bytes.baseAddress, let targets = targets.baseAddress else { return }
          for index in 0..<count {
            var random = RandomSource(seed: plan.seed, 11, step, index)
            let place = pictures.training[Int.random(in: 0..<pictures.training.count, using: &random)]
            sample.write(
              PictureBytes(start: bytes + place * size, width: pictures.pixels, height: pictures.pixels),
              landmarks: pictures.landmarks[place], to: planes + index * area, target: targets + 10 * index,
              random: &random)
          }
        }
      }
      initialised = count * area
    }
    return TaskBatch(pixels: pixels, count: count, targets: targets)
  }

  package func loss(_ outputs: [Float], _ batch: TaskBatch) -> TaskLoss {
    var loss = Huber(turn: Self.turn)
    var distance: Float = 0
    let share = 1 / Float(batch.count)
    var gradient = [Float](repeating: 0, count: outputs.count)
    for index in outputs.indices {
      let error = outputs[index] - batch.targets[index]
      gradient[index] = share * loss.take(error)
      distance += abs(error)
    }
    return TaskLoss(
      gradient: gradient, value: loss.sum * share, parts: ["meanError": distance / Float(outputs.count)])
  }

  /// The model of a run's checkpoint.
  package static func export(checkpoint path: String) throws -> NetworkFile {
    let checkpoint = try Checkpoint(path: path)
    let recipe = try AlignerRecipe(json: Array(checkpoint.recipe.utf8))
    return try NetworkFile(
      kind: .aligner, name: "aligner-96", definition: DetectionNetwork.aligner(),
      settings: AlignerSettings(cropSide: recipe.cropSide, passes: recipe.passes),
      training: "recipe \(recipe.name); \(checkpoint.step) of \(recipe.optimisation.steps) steps; "
        + "\(checkpoint.step * recipe.batch) crops seen; seed \(recipe.seed)",
      tensors: checkpoint.network)
  }
}

/// Huber's loss, scaled to slope 1 where it is linear: x²/2t within ±t, |x| − t/2 beyond.
struct Huber {
  let turn: Float
  private(set) var sum: Float = 0

  init(turn: Float) { self.turn = turn }

  /// Adds the loss of an error and returns its slope.
  @inline(__always)
  mutating func take(_ error: Float) -> Float {
    if abs(error) < turn {
      sum += error * error / (2 * turn)
      return error / turn
    }
    sum += abs(error) - turn / 2
    return error > 0 ? 1 : -1
  }
}
