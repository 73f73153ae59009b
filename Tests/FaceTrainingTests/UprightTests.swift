import FaceNet
import FaceTraining
import Testing

/// Training and calibrating with crops that landmarks turn upright.
@Suite struct UprightTests {
  static func recipe() throws -> Recipe {
    var recipe = try TrainerTests.recipe()
    recipe.alignment = .upright
    recipe.cropSide = 2.8
    recipe.cropRaise = 0.3
    recipe.validateEvery = 100
    return recipe
  }

  @Test func uprightCropsNeedLandmarks() throws {
    #expect {
      try Trainer(
        recipe: try Self.recipe(), data: TrainerTests.data(), folder: try TrainerTests.folder(), resume: false)
    } throws: { ($0 as? TrainingError)?.code == .badData && "\($0)".contains("landmarks") }
  }

  @Test func calibrationCutsAsTheDetectorWould() async throws {
    let recipe = try Self.recipe()
    let data = TrainerTests.data(landmarks: true)
    let folder = try TrainerTests.folder()
    try await Trainer(recipe: recipe, data: data, folder: folder, resume: false).run(until: 1)
    let model = try ModelExport.file(checkpoint: Checkpoint.path(in: folder))
    #expect(model.metadata.input.alignment == .upright && model.metadata.input.cropRaise == 0.3)
    func table(_ detector: Calibrator.Detector, _ data: FaceDataset) throws -> Calibration {
      let file = try Calibrator.calibrate(model, recipe: recipe, data: data, detector: detector, variants: 4)
      return try #require(file.metadata.calibration)
    }
    let exact = try table(.init(shift: 0, scale: 0), data)
    #expect(try table(.init(shift: 0, scale: 0), data) == exact)
    // Boxes alone leave faces turned, and landmarks that scatter turn them wrongly: other distances.
    let boxes = try table(.init(shift: 0, scale: 0, hasLandmarks: false), data)
    #expect(boxes.points != exact.points && boxes.measuredOn.contains("without landmarks"))
    let scattered = try table(.init(shift: 0, scale: 0, roll: 0.1), data)
    #expect(scattered.points != exact.points && scattered.measuredOn.contains("radians"))
    // Boxes need no landmarks; upright crops do.
    let bare = TrainerTests.data()
    #expect(try table(.init(shift: 0, scale: 0, hasLandmarks: false), bare).points == boxes.points)
    #expect(throws: TrainingError.self) { try table(.init(shift: 0, scale: 0), bare) }
  }
}
