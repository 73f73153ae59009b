/// The loss that a recipe asks for: triplets, pairs and target vectors, each with its weight.
struct BatchLoss: Sendable {
  let recipe: Recipe
  init(_ recipe: Recipe) { self.recipe = recipe }

  struct Result {
    /// What is minimised, and its gradient by every number of the embeddings.
    var loss: Float
    var gradient: [Float]
    /// The parts, before their weights; nil for those that the recipe has not.
    var triplets: TripletLoss.Result
    var pairs: Float?
    var targets: Float?
    var relations: Float?
  }

  /// - Parameter step: the steps done before.
  func evaluate(_ embeddings: [Float], batch: Batch, step: Int) -> Result {
    var random = RandomSource(seed: recipe.seed, 4, step)
    let triplets = TripletLoss(margin: recipe.triplets.margin, selection: recipe.selection(step: step))
    let part =
      batch.triplets.isEmpty
      ? triplets.evaluate(embeddings, labels: batch.labels, random: &random)
      : triplets.evaluate(embeddings, labels: batch.labels, triplets: batch.triplets)
    let weight = recipe.tripletWeight(step: step)
    var result = Result(loss: weight * part.loss, gradient: part.gradient.map { $0 * weight }, triplets: part)
    if let plan = recipe.pairs {
      let (loss, _) = ContrastiveLoss.evaluate(
        embeddings, labels: batch.labels, margin: plan.margin, weight: plan.weight, gradient: &result.gradient)
      result.pairs = loss
      result.loss += plan.weight * loss
    }
    if recipe.targetWeight > 0 {
      let loss = TargetLoss.evaluate(
        embeddings, targets: batch.targets, count: batch.count, weight: recipe.targetWeight, gradient: &result.gradient)
      result.targets = loss
      result.loss += recipe.targetWeight * loss
    }
    if let weight = recipe.teaching?.relations, weight > 0 {
      let loss = RelationLoss.evaluate(
        embeddings, targets: batch.targets, count: batch.count, weight: weight, gradient: &result.gradient)
      result.relations = loss
      result.loss += weight * loss
    }
    return result
  }
}
