/// Chooses the pictures of a batch: P identities × up to K faces, filled up with random negatives (FaceNet, 3.2).
///
/// What a batch holds depends on the seed and the step alone.
package struct BatchSampler: Sendable {
  package struct Face: Hashable, Sendable {
    /// A place in the data set.
    package var picture: Int
    /// Equal labels are one identity; a picture without a label has one of its own, below 0.
    package var label: Int
  }

  private let people: [[Int]]
  /// Identities with at least two pictures, each as often as it has K of them, so that every picture is used about
  /// equally often.
  private let slots: [Int]
  /// Pictures that stand alone: of identities with one picture, and without a label.
  private let others: [Face]
  /// The label of every picture that belongs to somebody.
  private let labels: [Int: Int]
  private let plan: Recipe.Batch
  private let seed: UInt64

  /// - Throws: `.badData` when there are fewer pictures than a batch takes, or nobody has two.
  package init(split: IdentitySplit, plan: Recipe.Batch, seed: UInt64) throws(TrainingError) {
    people = split.training
    self.plan = plan
    self.seed = seed
    var slots: [Int] = []
    var others: [Face] = []
    for (label, pictures) in people.enumerated() {
      if pictures.count < 2 {
        others += pictures.map { Face(picture: $0, label: label) }
      } else {
        let times = max(1, (pictures.count + plan.facesPerIdentity / 2) / plan.facesPerIdentity)
        slots += [Int](repeating: label, count: times)
      }
    }
    labels = Dictionary(
      uniqueKeysWithValues: people.enumerated().flatMap { label, pictures in pictures.map { ($0, label) } })
    others += split.unlabelled.map { Face(picture: $0, label: -1 - $0) }
    (self.slots, self.others) = (slots, others)
    if plan.identities > 0 && Set(slots).count < 2 {
      throw TrainingError(.badData, "triplets need at least two identities with two pictures each to train on")
    }
    if others.count < plan.size && slots.count < plan.identities {
      throw TrainingError(.badData, "the data has too few pictures for batches of \(plan.size): lower batch.size")
    }
  }

  /// A picture of the training identities, or without a label, with its label.
  func face(_ picture: Int) -> Face { Face(picture: picture, label: labels[picture] ?? -1 - picture) }

  /// The faces of a step; `batch.size` of them unless the data runs out.
  package func faces(step: Int) -> [Face] {
    var faces: [Face] = []
    var taken: Set<Int> = []
    var random = RandomSource(seed: seed, 1, step)
    var order: (epoch: Int, slots: [Int]) = (-1, [])
    for index in 0..<(slots.isEmpty ? 0 : plan.identities) {
      let (epoch, place) = (step * plan.identities + index).quotientAndRemainder(dividingBy: slots.count)
      if order.epoch != epoch {
        var shuffle = RandomSource(seed: seed, 2, epoch)
        order = (epoch, slots.shuffled(using: &shuffle))
      }
      let label = order.slots[place]
      let fresh = people[label].filter { !taken.contains($0) }.shuffled(using: &random)
      for picture in fresh.prefix(plan.facesPerIdentity) {
        taken.insert(picture)
        faces.append(Face(picture: picture, label: label))
      }
    }
    // Random negatives are drawn without replacement; with few of them left, the batch is a little smaller.
    var attempts = 0
    while faces.count < plan.size, !others.isEmpty, attempts < 20 * plan.size {
      attempts += 1
      let face = others[Int.random(in: 0..<others.count, using: &random)]
      if taken.insert(face.picture).inserted { faces.append(face) }
    }
    return faces
  }
}
