extension Recipe {
  /// - Throws: `.badRecipe` with the first rule that is broken.
  func check() throws(TrainingError) {
    let rules: [(Bool, String)] = [
      ((2...4096).contains(batch.size), "batch.size must be 2 to 4096"),
      (
        (0...batch.size).contains(batch.identities * batch.facesPerIdentity),
        "batch.identities x batch.facesPerIdentity must not exceed batch.size"
      ),
      (batch.identities >= 0 && batch.facesPerIdentity >= 1, "batch.facesPerIdentity must be at least 1"),
      (triplets.margin > 0 && triplets.margin <= 4, "triplets.margin must be above 0 and at most 4"),
      ((batch.chunk ?? 1) >= 1, "batch.chunk must be at least 1"),
      (triplets.weight >= 0 && targetWeight >= 0 && (pairs?.weight ?? 0) >= 0, "weights must not be negative"),
      (
        triplets.weight > 0 || targetWeight > 0 || (pairs?.weight ?? 0) > 0,
        "triplets.weight, pairs.weight and targetWeight are all 0: nothing to learn"
      ),
      ((pairs?.margin ?? 1) > 0 && (pairs?.margin ?? 1) <= 2, "pairs.margin must be above 0 and at most 2"),
      ((triplets.hardestFrom ?? 0) >= 0, "triplets.hardestFrom must not be negative"),
      (triplets.phaseIn >= 0, "triplets.phaseIn must not be negative"),
      (optimisation.learningRate > 0, "optimisation.learningRate must be above 0"),
      (
        optimisation.steps > 0 && (0...optimisation.steps).contains(optimisation.warmUp),
        "optimisation.warmUp must be 0 to optimisation.steps"
      ),
      (optimisation.weightDecay >= 0, "optimisation.weightDecay must not be negative"),
      ((0..<1).contains(optimisation.momentum), "optimisation.momentum must be 0 to below 1"),
      (
        optimisation.drops == optimisation.drops.sorted() && optimisation.dropFactor > 0 && optimisation.dropFactor < 1,
        "optimisation.drops must rise, and dropFactor must be within 0 to 1"
      ),
      (cropSide >= 1 && cropSide <= 4.8, "cropSide must be 1 to 4.8 eye-mouth distances"),
      ((-1...1).contains(cropRaise ?? 0), "cropRaise must be -1 to 1 eye-mouth distances"),
      (pictures.side >= cropSide, "pictures.side must be at least cropSide"),
      ((16...512).contains(pictures.pixels), "pictures.pixels must be 16 to 512"),
      (
        pictures.validationShare > 0 && pictures.validationShare < 0.5,
        "pictures.validationShare must be within 0 to 0.5"
      ),
      (validateEvery > 0, "validateEvery must be above 0"),
      (
        (0..<1).contains(augmentation.scale) && (0..<1).contains(augmentation.contrast),
        "augmentation.scale and .contrast must be 0 to below 1"
      ),
      (augmentation.light?.isSound ?? true, "augmentation.light: shares must be 0 to 1, levels 0 to 128"),
      ((0...1).contains(augmentation.occlusion ?? 0), "augmentation.occlusion must be 0 to 1"),
    ]
    for (holds, rule) in rules + offlineRules + teachingRules where !holds {
      throw TrainingError(.badRecipe, "the recipe is refused: \(rule)")
    }
  }

  private var offlineRules: [(Bool, String)] {
    guard let offline = triplets.offline else { return [] }
    return [
      (triplets.hardestFrom == nil, "triplets.hardestFrom goes with triplets of each batch, not with triplets.offline"),
      (offline.every >= 1, "triplets.offline.every must be at least 1"),
      (
        (batch.size...10_000).contains(offline.pictures),
        "triplets.offline.pictures must be batch.size to 10000: all pairs of them are compared"
      ),
      (
        batch.size >= 3 && batch.identities >= 1 && triplets.weight > 0,
        "triplets.offline needs batches of 3 pictures at least, batch.identities and triplets.weight"
      ),
    ]
  }
}
