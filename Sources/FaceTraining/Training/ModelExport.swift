package import FaceNet
internal import Networks

/// From a training run to a model file.
package enum ModelExport {
  /// The model that a run's checkpoint holds, not yet calibrated.
  package static func file(checkpoint path: String) throws(TrainingError) -> ModelFile {
    let checkpoint = try EmbeddingCheckpoint(path: path)
    let architecture: Architecture
    do {
      architecture = try Architecture.named(checkpoint.recipe.architecture)
    } catch {
      throw TrainingError(.badCheckpoint, error.message)
    }
    return try file(
      architecture: architecture, recipe: checkpoint.recipe, state: checkpoint.run.network,
      training: summary(checkpoint.recipe, step: checkpoint.run.step, images: checkpoint.images))
  }

  /// The recipe of a checkpoint.
  package static func recipe(checkpoint path: String) throws(TrainingError) -> Recipe {
    try EmbeddingCheckpoint(path: path).recipe
  }

  static func file(
    architecture: Architecture, recipe: Recipe, state: [NamedTensor], training: String
  ) throws(TrainingError) -> ModelFile {
    let definition = architecture.definition
    do {
      return try ModelFile(
        metadata: ModelMetadata(
          architecture: architecture,
          input: recipe.input(architecture),
          embeddingSize: try definition.outputDimension(), training: training),
        tensors: state)
    } catch {
      throw TrainingError(.network, "the network makes no model file: \(error)")
    }
  }

  /// One line for the model's header.
  static func summary(_ recipe: Recipe, step: Int, images: Int) -> String {
    var parts = ["recipe \(recipe.name)", "\(step) of \(recipe.optimisation.steps) steps", "\(images) pictures seen"]
    if recipe.triplets.weight > 0 {
      let later = recipe.triplets.hardestFrom.map { ", hardest from step \($0)" } ?? ""
      parts.append("triplet loss (\(recipe.triplets.selection.rawValue)\(later), margin \(recipe.triplets.margin))")
    }
    if recipe.targetWeight > 0 { parts.append("regression to target vectors (weight \(recipe.targetWeight))") }
    parts.append("seed \(recipe.seed)")
    return parts.joined(separator: "; ")
  }
}
