internal import FaceNet
internal import Networks

extension Recipe {
  /// What the recipe's network expects of a picture.
  func input(_ architecture: Architecture) -> InputSpecification {
    InputSpecification(
      height: architecture.definition.inputHeight, width: architecture.definition.inputWidth, cropSide: cropSide,
      cropRaise: cropRaise ?? 0, alignment: alignment ?? .none)
  }

  /// Whether every picture has one target vector, read from a file.
  var hasFixedTargets: Bool { targetWeight > 0 && teaching == nil }

  /// The learning rate of a step: linear warm-up, then the schedule.
  package func learningRate(step: Int) -> Float {
    let plan = optimisation
    if step < plan.warmUp { return plan.learningRate * Float(step + 1) / Float(plan.warmUp) }
    switch plan.schedule {
    case .constant: return plan.learningRate
    case .cosine:
      let progress = Float(step - plan.warmUp) / Float(max(1, plan.steps - plan.warmUp))
      return plan.learningRate * 0.5 * (1 + halfCosine(min(1, progress)))
    case .steps: return plan.drops.filter { $0 <= step }.reduce(plan.learningRate) { rate, _ in rate * plan.dropFactor }
    }
  }

  /// The triplet loss's factor at a step.
  func tripletWeight(step: Int) -> Float {
    triplets.weight * (step < triplets.phaseIn ? Float(step) / Float(triplets.phaseIn) : 1)
  }

  /// How triplets are chosen at a step.
  func selection(step: Int) -> TripletSelection {
    step >= triplets.hardestFrom ?? .max ? .hardest : triplets.selection
  }

  /// The optimizer that the recipe names.
  func optimizer() -> any Optimizer {
    let plan = optimisation
    switch plan.kind {
    case .adaGrad: return AdaGrad(weightDecay: plan.weightDecay)
    case .sgd: return SGDMomentum(momentum: plan.momentum, weightDecay: plan.weightDecay)
    case .adam: return Adam(weightDecay: plan.weightDecay)
    case .adamW: return AdamW(weightDecay: plan.weightDecay)
    }
  }
}
