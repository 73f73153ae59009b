import FaceNet
import FaceTraining
import FaceTypes
import Foundation
import Images
import Testing

/// A folder of made pictures, an earlier model's embeddings of them, and a network that learns them.
@Suite struct CompatibleTrainingTests {
  /// Ten people of four pictures each, 40 × 40 pixels: a colour of everybody's own, under noise.
  static func pictures(_ folder: String) throws {
    var random = RandomSource(seed: 21)
    for person in 0..<10 {
      let path = "\(folder)/train/person\(person)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      let colour = (0..<3).map { _ in Int.random(in: 30..<200, using: &random) }
      for number in 0..<4 {
        let pixels = (0..<40 * 40 * 3).map { UInt8(colour[$0 % 3] + Int.random(in: 0..<50, using: &random)) }
        let picture = Image(width: 40, height: 40, pixels: pixels)
        try Data(try picture.encodePNG()).write(to: URL(filePath: "\(path)/\(number).png"))
      }
    }
  }

  static func recipe() throws -> Recipe {
    var recipe = try TrainerTests.recipe(targetWeight: 1)
    recipe.triplets.weight = 0
    recipe.pictures.targets = "previous"
    (recipe.batch.size, recipe.batch.identities, recipe.batch.facesPerIdentity) = (16, 8, 2)
    recipe.optimisation.steps = 12
    return recipe
  }

  @Test func aNetworkLearnsAnEarlierModelsVectors() async throws {
    let folder = try TrainerTests.folder()
    try Self.pictures(folder)
    // The earlier model: another seed's random weights, after one step.
    var earlier = try TrainerTests.recipe()
    earlier.seed = 99
    let run = try TrainerTests.folder()
    try await Trainer(recipe: earlier, data: TrainerTests.data(), folder: run, resume: false).run(until: 1)
    let model = try Embedder(try ModelExport.file(checkpoint: Checkpoint.path(in: run)))
    let pictures = try PictureFolder(path: "\(folder)/train")
    #expect(pictures.files.count == 40 && pictures.identity == (0..<40).map { $0 / 4 })
    let bytes = try Evaluation.targets(model, folder: pictures, side: 3.7)
    #expect(bytes.count == 40 * 128 * 4)

    let recipe = try Self.recipe()
    // Without the file the reason names it.
    #expect {
      try FaceDataset(folder: folder, recipe: recipe, targetSize: 128)
    } throws: { "\($0)".contains("train.previous.f32") }
    try Data(bytes).write(to: URL(filePath: "\(folder)/train.previous.f32"))
    let data = try FaceDataset(folder: folder, recipe: recipe, targetSize: 128)
    #expect(data.count == 40 && data.targetSize == 128)
    var losses: [Float] = []
    try await Trainer(recipe: recipe, data: data, folder: try TrainerTests.folder(), resume: false) {
      losses.append($0.targetLoss ?? .nan)
    }.run()
    #expect(losses.count == 12)
    #expect(losses[11] < 0.5 * losses[0], "\(losses)")
  }

  /// Colours tell these people apart even for an untrained network; a stranger's picture is nobody's.
  @Test func aFolderIsIdentified() async throws {
    let folder = try TrainerTests.folder()
    try Self.pictures(folder)
    let run = try TrainerTests.folder()
    try await Trainer(recipe: try TrainerTests.recipe(), data: TrainerTests.data(), folder: run, resume: false)
      .run(until: 1)
    let model = try Embedder(try ModelExport.file(checkpoint: Checkpoint.path(in: run)))
    let pictures = try PictureFolder(path: "\(folder)/train")
    let split = IdentificationSplit(identity: pictures.identity, enrol: 2, strangers: 0.3, seed: 1)
    let report = try Evaluation.identification(
      FlipAveraged(model), folder: pictures, side: 3.7, split: split, falsePositiveRate: 0.1)
    #expect(report.people == 7 && report.enrolled == 14 && report.asked == 14 && report.strangers == 12)
    #expect(report.rank1 > 0.7)
    #expect(report.falsePositiveRate <= 0.1 && report.falseNegativeRate >= 1 - report.rank1)
    // Baselines are turned upright, for which there are no landmarks here.
    #expect(throws: TrainingError.self) { try Evaluation.targets(RawPixels(), folder: pictures, side: 3.7) }
  }
}
