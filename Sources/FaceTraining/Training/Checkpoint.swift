internal import FaceNet
internal import Networks

/// All that a run needs to go on: the network, the optimizer, the step, the recipe and triplets chosen before. Batches and augmentation draw
/// from the recipe's seed and the step alone, so there is no generator to save.
struct Checkpoint {
  static let maximumBytes = 1 << 30
  static let formatVersion = "1"

  var recipe: Recipe
  /// Steps done.
  var step: Int
  /// Pictures seen.
  var images: Int
  var network: [NamedTensor]
  var optimizer: [NamedTensor]
  /// The triplets that the next steps take, where the recipe chooses them offline.
  var offline: OfflineTriplets?

  init(
    recipe: Recipe, step: Int, images: Int, network: [NamedTensor], optimizer: [NamedTensor], offline: OfflineTriplets?
  ) {
    (self.recipe, self.step, self.images) = (recipe, step, images)
    (self.network, self.optimizer, self.offline) = (network, optimizer, offline)
  }

  /// Writes the file whole: after a crash there is the checkpoint before it or this one.
  func write(to path: String) throws(TrainingError) {
    let tensors =
      network.map { Self.renamed($0, "network/\($0.name)") }
      + optimizer.map { Self.renamed($0, "optimizer/\($0.name)") } + (offline.map { [$0.tensor] } ?? [])
    do {
      let bytes = try Safetensors.serialise(
        tensors,
        metadata: [
          "format": "faced-checkpoint", "format_version": Self.formatVersion, "recipe": try recipe.json(),
          "step": String(step), "images": String(images),
        ])
      try FileBytes.writeAtomically(bytes, to: path)
    } catch {
      throw TrainingError(.unreadable, "the checkpoint cannot be written: \(error)")
    }
  }

  init(path: String) throws(TrainingError) {
    do {
      let (tensors, texts, _) = try Safetensors.parse(try FileBytes.read(path, limit: Self.maximumBytes))
      guard texts["format"] == "faced-checkpoint", texts["format_version"] == Self.formatVersion,
        let step = texts["step"].flatMap({ Int($0) }), let images = texts["images"].flatMap({ Int($0) }),
        step >= 0, images >= 0, let recipe = texts["recipe"]
      else { throw TrainingError(.badCheckpoint, "'\(path)' is no checkpoint of this version of facetrain") }
      func part(_ prefix: String) -> [NamedTensor] {
        tensors.filter { $0.name.hasPrefix(prefix) }.map { Self.renamed($0, String($0.name.dropFirst(prefix.count))) }
      }
      self.init(
        recipe: try Recipe(json: Array(recipe.utf8)), step: step, images: images, network: part("network/"),
        optimizer: part("optimizer/"),
        offline: try tensors.first { $0.name.hasPrefix(OfflineTriplets.tensorPrefix) }.map(OfflineTriplets.init))
    } catch let error as TrainingError {
      throw error
    } catch {
      throw TrainingError(.badCheckpoint, "the checkpoint '\(path)' is refused: \(error)")
    }
  }

  /// - Throws: `.badCheckpoint` when more than the schedule has changed.
  func check(isContinuedBy new: Recipe) throws(TrainingError) {
    var adapted = recipe
    adapted.optimisation.steps = new.optimisation.steps
    adapted.optimisation.learningRate = new.optimisation.learningRate
    adapted.optimisation.drops = new.optimisation.drops
    adapted.validateEvery = new.validateEvery
    guard adapted == new else {
      throw TrainingError(
        .badCheckpoint,
        "the checkpoint was written by another recipe ('\(recipe.name)'): resume with that one, or start in a new folder"
      )
    }
  }

  private static func renamed(_ tensor: NamedTensor, _ name: String) -> NamedTensor {
    NamedTensor(name: name, shape: tensor.shape, values: tensor.values)
  }
}
