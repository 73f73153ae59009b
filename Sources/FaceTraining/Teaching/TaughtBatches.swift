internal import FaceNet
internal import Images

/// The batches of a run that is taught: bank after bank, each in several epochs.
struct TaughtBatches: Sendable {
  let teacher: Teacher
  let banks: TargetBanks
  let size: Int

  init(teacher: Teacher, folder: String, recipe: Recipe) {
    self.teacher = teacher
    size = recipe.batch.size
    let steps = teacher.plan.bank / size * teacher.plan.epochs
    banks = TargetBanks(
      teacher: teacher, folder: folder, count: (recipe.optimisation.steps + steps - 1) / max(1, steps))
  }

  /// The batch of a step; what it holds depends on recipe, data, teacher and step alone. Waits for the step's bank.
  func batch(step: Int) throws(TrainingError) -> Batch {
    let (plan, input) = (teacher.plan, teacher.maker.input)
    let perEpoch = plan.bank / size
    let (bank, within) = step.quotientAndRemainder(dividingBy: perEpoch * plan.epochs)
    let (epoch, position) = within.quotientAndRemainder(dividingBy: perEpoch)
    let targets = try banks.targets(bank: bank)
    let views = teacher.sampler.order(bank: bank, epoch: epoch)[position * size..<(position + 1) * size]
    var batch = Batch(pixels: [], labels: [], targets: [], triplets: [])
    batch.pixels.reserveCapacity(size * 3 * input.height * input.width)
    for (index, view) in views.enumerated() {
      input.append(teacher.shownCrop(bank: bank, view: view, epoch: epoch).pixels, to: &batch.pixels)
      batch.targets += targets[view * teacher.size..<(view + 1) * teacher.size]
      // Nobody is in it twice: a blend belongs to nobody.
      batch.labels.append(-1 - index)
    }
    return batch
  }
}
