internal import FaceDetection
package import FaceNet
package import Networks

/// Learning the detector on crops of photographs.
package struct DetectorTask: NetworkTask {
  package let definition: NetworkDefinition
  package let recipe: String
  private let plan: DetectorRecipe
  private let data: DetectorPictures

  package init(_ recipe: DetectorRecipe, data: DetectorPictures) throws(TrainingError) {
    self.recipe = try recipe.json()
    definition = DetectionNetwork.detector(height: recipe.crops.pixels, width: recipe.crops.pixels)
    plan = recipe
    self.data = data
  }

  package func continues(_ other: String) throws(TrainingError) -> Bool {
    var other = try DetectorRecipe(json: Array(other.utf8))
    other.optimisation.steps = plan.optimisation.steps
    return other == plan
  }

  package var schedule: TaskSchedule { plan.optimisation }
  package var seed: UInt64 { plan.seed }

  /// Nearly every cell has no face: the first steps should not go into learning that.
  package func prepare(_ network: TrainableNetwork) {
    network.parameters.first { $0.name == "\(DetectionNetwork.outputLayer).bias" }?.values[0] = -4
  }

  package func batch(step: Int) -> TaskBatch {
    let side = plan.crops.pixels
    let area = 3 * side * side
    let numbers = (side / FaceCode.stride) * (side / FaceCode.stride) * FaceCode.channels
    let sample = DetectorSample(recipe: plan, data: data)
    var targets = [Float](repeating: 0, count: plan.batch * numbers)
    let pixels = [Float](unsafeUninitializedCapacity: plan.batch * area) { planes, initialised in
      guard let planes = planes.baseAddress else { return }
      data.pictures.bytes.withUnsafeBufferPointer { bytes in
        targets.withUnsafeMutableBufferPointer { targets in
          guard let bytes = bytes.baseAddress, let targets = targets.baseAddress else { return }
          for index in 0..<plan.batch {
            var random = RandomSource(seed: plan.seed, 12, step, index)
            sample.write(
              base: bytes, to: planes + index * area, targets: targets + index * numbers, random: &random)
          }
        }
      }
      initialised = plan.batch * area
    }
    return TaskBatch(pixels: pixels, count: plan.batch, targets: targets)
  }

  package func loss(_ outputs: [Float], _ batch: TaskBatch) -> TaskLoss {
    DetectorLoss(focus: plan.focus, placeWeight: plan.placeWeight).evaluate(outputs, batch.targets)
  }

  /// The model of a run's checkpoint, its threshold a guess.
  package static func export(checkpoint path: String) throws -> NetworkFile {
    let checkpoint = try Checkpoint(path: path)
    let recipe = try DetectorRecipe(json: Array(checkpoint.recipe.utf8))
    let side = recipe.crops.pixels
    return try NetworkFile(
      kind: .detector, name: "detector-octave", definition: DetectionNetwork.detector(height: side, width: side),
      settings: DetectorSettings(smallestFace: recipe.sizes.smallest, largestFace: recipe.sizes.largest),
      training: "recipe \(recipe.name); \(checkpoint.step) of \(recipe.optimisation.steps) steps; "
        + "\(checkpoint.step * recipe.batch) crops seen; seed \(recipe.seed)",
      tensors: checkpoint.network)
  }
}
