internal import Networks

/// A checkpoint of an embedding network's run, with what such runs keep beside.
struct EmbeddingCheckpoint {
  let run: Checkpoint
  let recipe: Recipe
  /// Pictures seen.
  let images: Int
  /// The triplets that the next steps take, where the recipe chooses them offline.
  let offline: OfflineTriplets?

  init(_ run: Checkpoint, _ recipe: Recipe, images: Int, _ offline: OfflineTriplets?) {
    var run = run
    run.texts["images"] = String(images)
    run.tensors = offline.map { [$0.tensor] } ?? []
    (self.run, self.recipe, self.images, self.offline) = (run, recipe, images, offline)
  }

  init(path: String) throws(TrainingError) {
    run = try Checkpoint(path: path)
    guard let images = run.texts["images"].flatMap({ Int($0) }), images >= 0 else {
      throw TrainingError(.badCheckpoint, "'\(path)' is no checkpoint of an embedding network's run")
    }
    self.images = images
    recipe = try Recipe(json: Array(run.recipe.utf8))
    let triplets = run.tensors.first { $0.name.hasPrefix(OfflineTriplets.tensorPrefix) }
    offline = if let triplets { try OfflineTriplets(triplets) } else { nil }
  }
}

extension Recipe {
  /// Whether a run with this recipe may go on where one with `other` stopped: only its schedule has changed.
  func continues(_ other: Recipe) -> Bool {
    var adapted = other
    adapted.optimisation.steps = optimisation.steps
    adapted.optimisation.learningRate = optimisation.learningRate
    adapted.optimisation.drops = optimisation.drops
    adapted.validateEvery = validateEvery
    return adapted == self
  }
}
