internal import FaceDetection
package import FaceNet
internal import Glibc
package import Networks

/// Learning the aligner: Huber's loss on the ten coordinates of faces, and the logistic loss on whether there is one.
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
    var targets = [Float](repeating: 0, count: Aligner.outputs * count)
    let pixels = [Float](unsafeUninitializedCapacity: count * area) { planes, initialised in
      guard let planes = planes.baseAddress else { return }
      pictures.bytes.withUnsafeBufferPointer { bytes in
        targets.withUnsafeMutableBufferPointer { targets in
          guard let bytes = bytes.baseAddress, let targets = targets.baseAddress else { return }
          for index in 0..<count {
            var random = RandomSource(seed: plan.seed, 11, step, index)
            let (place, isFace) = choose(&random)
            func square(_ place: Int) -> PictureBytes {
              PictureBytes(start: bytes + place * size, width: pictures.pixels, height: pictures.pixels)
            }
            let target = targets + Aligner.outputs * index
            sample.write(
              square(place), landmarks: pictures.landmarks[place], over: square(choose(&random).place),
              to: planes + index * area, target: target, random: &random)
            target[Aligner.outputs - 1] = isFace ? 1 : 0
          }
        }
      }
      initialised = count * area
    }
    return TaskBatch(pixels: pixels, count: count, targets: targets)
  }

  private func choose(_ random: inout RandomSource) -> (place: Int, isFace: Bool) {
    func one(of places: [Int]) -> Int { places[Int.random(in: 0..<places.count, using: &random)] }
    func happens(_ share: Float) -> Bool { Float.random(in: 0..<1, using: &random) < share }
    if happens(plan.others.share), !pictures.others.isEmpty { return (one(of: pictures.others), false) }
    let isOfScene = happens(plan.others.sceneShare) && !pictures.scenes.isEmpty
    return (one(of: isOfScene ? pictures.scenes : pictures.training), true)
  }

  package func loss(_ outputs: [Float], _ batch: TaskBatch) -> TaskLoss {
    var loss = Huber(turn: Self.turn)
    var (distance, doubt): (Float, Float) = (0, 0)
    var (faces, errors) = (0, 0)
    let share = 1 / Float(batch.count)
    var gradient = [Float](repeating: 0, count: outputs.count)
    for index in 0..<batch.count {
      let start = index * Aligner.outputs
      let verdict = start + Aligner.outputs - 1
      let isFace = batch.targets[verdict] == 1
      let (logit, sign): (Float, Float) = (outputs[verdict], isFace ? 1 : -1)
      doubt += softplus(-sign * logit)
      gradient[verdict] = -sign * share * plan.others.weight / (1 + expf(sign * logit))
      if sign * logit < 0 { errors += 1 }
      guard isFace else { continue }
      faces += 1
      for place in start..<verdict {
        let error = outputs[place] - batch.targets[place]
        gradient[place] = share * loss.take(error)
        distance += abs(error)
      }
    }
    return TaskLoss(
      gradient: gradient, value: share * (loss.sum + plan.others.weight * doubt),
      parts: [
        "meanError": distance / Float(max(1, 10 * faces)), "doubt": share * doubt, "wrong": share * Float(errors),
      ])
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

/// log(1 + eˣ), without overflow.
private func softplus(_ x: Float) -> Float { max(x, 0) + log1pf(expf(-abs(x))) }
