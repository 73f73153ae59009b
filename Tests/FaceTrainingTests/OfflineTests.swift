import FaceNet
import FaceTraining
import Foundation
import Networks
import Testing

@Suite struct OfflineTests {
  static func recipe(every: Int) throws -> Recipe {
    var recipe = try TrainerTests.recipe()
    recipe.triplets.offline = .init(every: every, pictures: 40)
    return recipe
  }

  /// Stopped within a period, at its end and at its start: the triplets go on where they were.
  @Test func aResumedRunEndsWithTheSameWeights() async throws {
    let recipe = try Self.recipe(every: 3)
    let data = TrainerTests.data()
    let straight = try TrainerTests.folder()
    try await Trainer(recipe: recipe, data: data, folder: straight, resume: false).run()
    let broken = try TrainerTests.folder()
    try await Trainer(recipe: recipe, data: data, folder: broken, resume: false).run(until: 1)
    for stop in [3, 4, 6] {
      try await Trainer(recipe: recipe, data: data, folder: broken, resume: true).run(until: stop)
    }
    #expect(try TrainerTests.bytes(straight) == TrainerTests.bytes(broken))
    // Triplets of the batch end elsewhere.
    let online = try TrainerTests.folder()
    try await Trainer(recipe: try TrainerTests.recipe(), data: data, folder: online, resume: false).run()
    let (a, b) = (
      try ModelExport.file(checkpoint: Checkpoint.path(in: straight)),
      try ModelExport.file(checkpoint: Checkpoint.path(in: online))
    )
    #expect(a.tensors.map(\.values) != b.tensors.map(\.values))
  }

  @Test func aCheckpointWithoutItsTripletsIsRefused() async throws {
    let folder = try TrainerTests.folder()
    let data = TrainerTests.data()
    let recipe = try Self.recipe(every: 3)
    try await Trainer(recipe: recipe, data: data, folder: folder, resume: false).run(until: 1)
    let (tensors, texts, _) = try Safetensors.parse(Array(try TrainerTests.bytes(folder)))
    let kept = tensors.filter { !$0.name.hasPrefix("offline/") }
    #expect(kept.count == tensors.count - 1)
    let bytes = try Safetensors.serialise(kept, metadata: texts)
    try Data(bytes).write(to: URL(filePath: Checkpoint.path(in: folder)))
    #expect {
      try Trainer(recipe: recipe, data: data, folder: folder, resume: true)
    } throws: { ($0 as? TrainingError)?.code == .badCheckpoint }
  }

  /// A step's share of active triplets counts the batch's own triplets, which were chosen to violate the margin.
  @Test func whatIsChosenHasALoss() async throws {
    var records: [StepRecord] = []
    var recipe = try Self.recipe(every: 100)
    recipe.optimisation.learningRate = 1e-6
    recipe.augmentation.mirror = false
    try await Trainer(
      recipe: recipe, data: TrainerTests.data(), folder: try TrainerTests.folder(), resume: false
    ) { records.append($0) }.run()
    #expect(records.count == 6)
    for record in records { #expect(record.activeTriplets > 0.5 && record.tripletLoss > 0) }
  }
}
