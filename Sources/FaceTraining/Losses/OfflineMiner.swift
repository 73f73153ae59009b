/// Chooses triplets over a subset of the training pictures.
struct OfflineMiner: Sendable {
  private let plan: Recipe.Triplets.Offline
  private let sampler: BatchSampler
  private let miner: TripletMiner
  private let seed: UInt64

  /// - Returns: nil for a recipe whose steps choose from their own batches.
  init?(_ recipe: Recipe, split: IdentitySplit) throws(TrainingError) {
    guard let plan = recipe.triplets.offline else { return nil }
    self.plan = plan
    seed = recipe.seed
    miner = TripletMiner(selection: recipe.triplets.selection, margin: recipe.triplets.margin)
    var subset = recipe.batch
    subset.size = plan.pictures
    subset.identities = plan.pictures * recipe.batch.identities / recipe.batch.size
    sampler = try BatchSampler(split: split, plan: subset, seed: recipe.seed)
  }

  /// Whether triplets are chosen when so many steps are done.
  func isDue(step: Int) -> Bool { step % plan.every == 0 }

  /// - Parameters:
  ///   - step: the steps done.
  ///   - embed: from places in the data to their embeddings, row by row.
  /// - Throws: `.badData` when the subset holds nobody twice.
  func mine(step: Int, embed: ([Int]) throws -> [Float]) throws -> OfflineTriplets {
    let faces = sampler.faces(step: step / plan.every)
    let labels = faces.map(\.label)
    let distances = squaredDistances(try embed(faces.map(\.picture)), count: faces.count)
    var random = RandomSource(seed: seed, 6, step)
    var chosen = miner.triplets(labels: labels, distances: distances, random: &random)
    if chosen.isEmpty {
      // Nothing violates the margin any more: any triplet of the subset does as well as another.
      chosen = TripletMiner(selection: .random, margin: miner.margin)
        .triplets(labels: labels, distances: distances, random: &random)
    }
    guard !chosen.isEmpty else {
      throw TrainingError(
        .badData, "no two of \(faces.count) pictures are of one person: raise triplets.offline.pictures")
    }
    return OfflineTriplets(
      step: step,
      triplets: chosen.map {
        Triplet(
          anchor: faces[$0.anchor].picture, positive: faces[$0.positive].picture, negative: faces[$0.negative].picture)
      })
  }

  /// The triplets that a run was stopped with; nil when it chooses anew before its next step.
  ///
  /// - Throws: `.badCheckpoint` when there are none, or none of this data.
  func takeBack(_ saved: OfflineTriplets?, step: Int, pictures: Int) throws(TrainingError) -> OfflineTriplets? {
    if isDue(step: step) { return nil }
    guard let saved, saved.triplets.allSatisfy({ max($0.anchor, $0.positive, $0.negative) < pictures }) else {
      throw TrainingError(.badCheckpoint, "the checkpoint's triplets are missing or were chosen from other pictures")
    }
    return saved
  }
}
