import FaceNet
import FaceTraining
import FaceTypes
import Foundation
import Networks
import Testing

@Suite(.serialized) struct TrainerTests {
  /// Small pictures of 30 people: a grey pattern of each, under noise.
  static func data(targets: Bool = false, landmarks: Bool = false) -> FaceDataset {
    var random = RandomSource(seed: 11)
    var bytes: [UInt8] = []
    var identity: [Int] = []
    for person in 0..<30 {
      let pattern = (0..<32 * 32 * 3).map { _ in Int.random(in: 40..<200, using: &random) }
      for _ in 0..<(person % 5 + 2) {
        identity.append(person)
        bytes += pattern.map { UInt8($0 + Int.random(in: 0..<50, using: &random)) }
      }
    }
    identity += [Int](repeating: -1, count: 10)
    bytes += (0..<10 * 32 * 32 * 3).map { _ in UInt8.random(in: 0...255, using: &random) }
    let count = targets ? identity.count * 128 : 0
    return FaceDataset(
      pixels: 32, side: 3.7, bytes: bytes, identity: identity,
      targets: (0..<count).map { _ in Float.random(in: -0.1...0.1, using: &random) }, targetSize: targets ? 128 : 0,
      landmarks: landmarks ? identity.indices.map(Self.landmarks) : [])
  }

  /// Of a face that is turned by up to 0.3 radians to either side.
  static func landmarks(_ picture: Int) -> Landmarks {
    let roll = 0.3 * sin(Double(picture))
    func point(_ right: Double, _ down: Double) -> Point {
      Point(x: 16 + right * cos(roll) - down * sin(roll), y: 16 + right * sin(roll) + down * cos(roll))
    }
    return Landmarks(
      rightEye: point(-4, -4), leftEye: point(4, -4), nose: point(0, 0), rightMouth: point(-3, 4),
      leftMouth: point(3, 4))
  }

  static func folder() throws -> String {
    let url = FileManager.default.temporaryDirectory.appending(path: "faced-training-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url.path
  }

  static func recipe(targetWeight: Float = 0) throws -> Recipe {
    var recipe = try Recipe(json: Array(RecipeTests.text.utf8))
    recipe.targetWeight = targetWeight
    return recipe
  }

  static func bytes(_ folder: String) throws -> Data {
    try Data(contentsOf: URL(filePath: Checkpoint.path(in: folder)))
  }

  /// Six steps at once, and six steps with a new process's start after two and after five.
  @Test func aResumedRunEndsWithTheSameWeights() async throws {
    let recipe = try Self.recipe(targetWeight: 1)
    let (straight, broken) = (try Self.folder(), try Self.folder())
    let data = Self.data(targets: true)
    try await Trainer(recipe: recipe, data: data, folder: straight, resume: false).run()
    try await Trainer(recipe: recipe, data: data, folder: broken, resume: false).run(until: 2)
    let early = try Self.bytes(broken)
    try await Trainer(recipe: recipe, data: data, folder: broken, resume: true).run(until: 5)
    try await Trainer(recipe: recipe, data: data, folder: broken, resume: true).run()
    #expect(try Self.bytes(straight) == Self.bytes(broken))
    #expect(try Self.bytes(straight) != early)
    // The log has every step once, and what does not depend on the clock is the same.
    func steps(_ folder: String) throws -> [[String: Double]] {
      try String(contentsOfFile: "\(folder)/log.jsonl", encoding: .utf8).split(separator: "\n").map { line in
        var object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Double])
        object["imagesPerSecond"] = nil
        object["secondsLeft"] = nil
        return object
      }
    }
    #expect(try steps(straight).map { $0["step"] } == [1, 2, 3, 4, 5, 6])
    #expect(try steps(straight) == steps(broken))
  }

  @Test func anotherSeedEndsWithOtherWeights() async throws {
    var recipe = try Self.recipe()
    let (first, second) = (try Self.folder(), try Self.folder())
    try await Trainer(recipe: recipe, data: Self.data(), folder: first, resume: false).run(until: 1)
    recipe.seed = 8
    try await Trainer(recipe: recipe, data: Self.data(), folder: second, resume: false).run(until: 1)
    let (a, b) = (
      try ModelExport.file(checkpoint: Checkpoint.path(in: first)),
      try ModelExport.file(checkpoint: Checkpoint.path(in: second))
    )
    #expect(a.tensors.map(\.name) == b.tensors.map(\.name))
    #expect(a.tensors.map(\.values) != b.tensors.map(\.values))
  }

  @Test func trainingLowersTheLoss() async throws {
    var recipe = try Self.recipe()
    recipe.optimisation.steps = 25
    recipe.validateEvery = 25
    var records: [StepRecord] = []
    let folder = try Self.folder()
    try await Trainer(recipe: recipe, data: Self.data(), folder: folder, resume: false) { records.append($0) }.run()
    func mean(_ records: some Collection<StepRecord>) -> Float {
      records.map { $0.meanNegative - $0.meanPositive }.reduce(0, +) / Float(records.count)
    }
    // Different people end farther apart than one person's pictures, and more so than at first.
    #expect(mean(records.suffix(5)) > mean(records.prefix(5)) + 0.05)
    let last = try #require(records.last)
    #expect(last.step == 25 && last.validationRate != nil && last.secondsLeft == 0)
    // The model file of the run works.
    let model = try ModelExport.file(checkpoint: Checkpoint.path(in: folder))
    #expect(model.metadata.input.cropSide == 3 && model.metadata.embeddingSize == 128)
    let calibrated = try Calibrator.calibrate(
      model, recipe: recipe, data: Self.data(), detector: .init(shift: 0.03, scale: 0.05), variants: 4)
    let table = try #require(calibrated.metadata.calibration)
    #expect(table.lowestMeasuredRate * Double(table.differentPairs) >= 9)
    #expect(table.threshold(falseAcceptRate: 1e-1) > 0)
  }

  @Test func anotherRecipesCheckpointIsRefused() async throws {
    let folder = try Self.folder()
    var recipe = try Self.recipe()
    try await Trainer(recipe: recipe, data: Self.data(), folder: folder, resume: false).run(until: 1)
    recipe.optimisation.steps = 8
    _ = try Trainer(recipe: recipe, data: Self.data(), folder: folder, resume: true)
    recipe.triplets.margin = 0.3
    #expect {
      try Trainer(recipe: recipe, data: Self.data(), folder: folder, resume: true)
    } throws: { ($0 as? TrainingError)?.code == .badCheckpoint }
    recipe = try Self.recipe()
    try Data([1, 2, 3]).write(to: URL(filePath: Checkpoint.path(in: folder)))
    #expect {
      try Trainer(recipe: recipe, data: Self.data(), folder: folder, resume: true)
    } throws: { ($0 as? TrainingError)?.code == .badCheckpoint }
  }

  @Test func collapseStopsTheRunWithAdvice() throws {
    func record(_ step: Int, negative: Float, loss: Float = 0.2) -> StepRecord {
      StepRecord(
        step: step, images: step, loss: loss, tripletLoss: loss, activeTriplets: 1, meanPositive: 0,
        meanNegative: negative, learningRate: 1, imagesPerSecond: 1, secondsLeft: 1)
    }
    var watch = CollapseWatch()
    for step in 1..<CollapseWatch.patience { try watch.look(record(step, negative: 0.001)) }
    try watch.look(record(500, negative: 0.5))
    for step in 1..<CollapseWatch.patience { try watch.look(record(step, negative: 0.001)) }
    #expect {
      try watch.look(record(900, negative: 0.001))
    } throws: { ($0 as? TrainingError)?.code == .collapsed && "\($0)".contains("semiHard") }
    #expect {
      try watch.look(record(901, negative: 1, loss: .nan))
    } throws: { ($0 as? TrainingError)?.code == .collapsed }
  }

  /// A network whose output does not depend on its input never comes out of it: the run stops by itself, and says what to
  /// try.
  @Test func aRunThatHasCollapsedStops() async throws {
    var recipe = try Self.recipe()
    (recipe.batch.size, recipe.batch.identities, recipe.batch.facesPerIdentity) = (6, 2, 2)
    recipe.optimisation.steps = 2 * CollapseWatch.patience
    recipe.optimisation.learningRate = 1e-9
    recipe.validateEvery = 1000
    let folder = try Self.folder()
    try await Trainer(recipe: recipe, data: Self.data(), folder: folder, resume: false).run(until: 1)
    let model = try ModelExport.file(checkpoint: Checkpoint.path(in: folder))
    let tensors = model.tensors.map { tensor in
      let value: Float = tensor.name == "embedding.bias" ? 1 : 0
      return tensor.name.hasPrefix("embedding.")
        ? NamedTensor(
          name: tensor.name, shape: tensor.shape, values: [Float](repeating: value, count: tensor.values.count))
        : tensor
    }
    let flat = try ModelFile(metadata: model.metadata, tensors: tensors)
    var last: StepRecord?
    let trainer = try Trainer(
      recipe: recipe, data: Self.data(), folder: try Self.folder(), resume: false, start: flat
    ) { last = $0 }
    let error = await #expect(throws: TrainingError.self) { try await trainer.run() }
    #expect(error?.code == .collapsed && error?.message.contains("semiHard") == true)
    // The loss stands at the margin.
    #expect(trainer.step == CollapseWatch.patience)
    #expect(abs((last?.tripletLoss ?? 0) - recipe.triplets.margin) < 1e-3)
  }

  /// In chunks, with pairs and with every other option at once, a run still goes on as if it had not been stopped.
  @Test func aResumedRunInChunksEndsWithTheSameWeights() async throws {
    var recipe = try Self.recipe(targetWeight: 0.5)
    recipe.batch.chunk = 10
    recipe.pairs = .init(margin: 1, weight: 0.5)
    recipe.augmentation.occlusion = 0.5
    recipe.optimisation.kind = .adam
    recipe.optimisation.schedule = .steps
    recipe.optimisation.drops = [3]
    recipe.optimisation.steps = 4
    let (straight, broken) = (try Self.folder(), try Self.folder())
    let data = Self.data(targets: true)
    var records: [StepRecord] = []
    try await Trainer(recipe: recipe, data: data, folder: straight, resume: false) { records.append($0) }.run()
    try await Trainer(recipe: recipe, data: data, folder: broken, resume: false).run(until: 2)
    try await Trainer(recipe: recipe, data: data, folder: broken, resume: true).run()
    #expect(try Self.bytes(straight) == Self.bytes(broken))
    for record in records {
      let parts = record.tripletLoss * min(1, Float(record.step - 1) / 4) + 0.5 * (record.pairLoss ?? .nan)
      #expect(abs(record.loss - parts - 0.5 * (record.targetLoss ?? .nan)) < 1e-5)
    }
    for (record, rate) in zip(records, [0.001, 0.002, 0.002, 0.0002] as [Float]) {
      #expect(abs(record.learningRate - rate) < 1e-8)
    }
  }
}
