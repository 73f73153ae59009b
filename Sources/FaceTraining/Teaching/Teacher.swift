package import FaceNet
internal import FaceTypes
package import Images

/// Makes banks: draws a bank's views and asks the teacher network for its vector of each.
package struct Teacher: Sendable {
  let embedder: Embedder
  let sampler: ViewSampler
  let maker: ViewMaker
  let plan: Recipe.Teaching
  /// See `TargetBank.key`.
  let key: String

  /// Numbers in a vector.
  package var size: Int { embedder.metadata.embeddingSize }

  /// - Throws: `.badData` when pictures have no landmarks, or there are none to train on; `.badRecipe` for a recipe without
  ///   `teaching`.
  package init(recipe: Recipe, data: FaceDataset, model: ModelFile, input: InputSpecification) throws(TrainingError) {
    guard let plan = recipe.teaching else {
      throw TrainingError(.badRecipe, "the recipe has no 'teaching', which says what views to make")
    }
    do {
      embedder = try Embedder(model)
    } catch {
      throw TrainingError(.network, "the teacher cannot be used: \(error)")
    }
    let split = IdentitySplit(identity: data.identity, share: recipe.pictures.validationShare, seed: recipe.seed)
    let pictures = split.training.flatMap { $0 } + split.unlabelled
    guard !pictures.isEmpty else { throw TrainingError(.badData, "there are no pictures to train on") }
    let frames = try data.frames(input)
    self.plan = plan
    sampler = ViewSampler(
      pictures: pictures, partners: PosePartners(landmarks: data.landmarks, frames: frames, pictures: pictures),
      plan: plan, seed: recipe.seed)
    maker = ViewMaker(data: data, frames: frames, augmentation: recipe.augmentation, plan: plan, input: input)
    key = try Self.key(recipe, data, model, input)
  }

  /// The vectors of a bank's views, row by row.
  package func targets(bank: Int) throws(TrainingError) -> [Float] {
    var targets: [Float] = []
    targets.reserveCapacity(plan.bank * size)
    do {
      for start in stride(from: 0, to: plan.bank, by: Embedder.maximumBatch) {
        let views = start..<min(start + Embedder.maximumBatch, plan.bank)
        let crops = views.map { seenCrop(bank: bank, view: $0) }
        for embedding in try embedder.embed(crops: crops) { targets += embedding.values }
      }
    } catch {
      throw TrainingError(.network, "the teacher cannot embed a view: \(error)")
    }
    return targets
  }

  /// What a view shows.
  package func draw(bank: Int, view: Int) -> ViewDraw { sampler.draw(bank: bank, view: view) }

  /// What the teacher sees of a view.
  package func seenCrop(bank: Int, view: Int) -> Image {
    let draw = sampler.draw(bank: bank, view: view)
    if draw.isClean { return maker.clean(draw).crop(embedder.metadata.input) }
    var random = sampler.changes(bank: bank, view: view, epoch: 0, isClean: false)
    return maker.changed(draw, random: &random).crop(embedder.metadata.input)
  }

  /// What the student sees of a view in an epoch of its bank.
  package func shownCrop(bank: Int, view: Int, epoch: Int) -> Image {
    let draw = sampler.draw(bank: bank, view: view)
    var random = sampler.changes(bank: bank, view: view, epoch: epoch, isClean: draw.isClean)
    return maker.changed(draw, random: &random).crop(maker.input)
  }

  private static func key(
    _ recipe: Recipe, _ data: FaceDataset, _ model: ModelFile, _ input: InputSpecification
  ) throws(TrainingError) -> String {
    // Only what views and vectors depend on: a bank outlives a change of the schedule.
    struct Key: Encodable {
      var seed: UInt64
      var pictures: Recipe.Pictures
      var count: Int
      var augmentation: Recipe.Augmentation
      var teaching: Recipe.Teaching
      var input: InputSpecification
      var teacher: String
    }
    var teaching = recipe.teaching
    teaching?.epochs = 0
    teaching?.relations = 0
    guard let teaching else { return "" }
    return try JSONText.encode(
      Key(
        seed: recipe.seed, pictures: recipe.pictures, count: data.count, augmentation: recipe.augmentation,
        teaching: teaching, input: input, teacher: model.id.hex))
  }
}
