import FaceNet
import FaceTraining
import FaceTypes
import Foundation
import Testing

/// Learning a teacher's function over a stream of views.
@Suite(.serialized) struct TeachingTests {
  static let text = """
    {"bank": 48, "epochs": 2, "blends": 0.7, "candidates": 4, "clean": 0.5, "lowResolution": 0.2, "compression": 0.2,
     "relations": 0.5}
    """

  static func recipe() throws -> Recipe {
    var recipe = try UprightTests.recipe()
    recipe.teaching = try JSONDecoder().decode(Recipe.Teaching.self, from: Data(text.utf8))
    recipe.targetWeight = 1
    recipe.triplets.weight = 0
    recipe.augmentation.occlusion = 0.2
    return try Recipe(json: Array(recipe.json().utf8))
  }

  static func model() throws -> ModelFile { try ModelFile.random(Architecture.named("NN4-tiny")) }

  static func teacher(_ recipe: Recipe, _ data: FaceDataset) throws -> Teacher {
    let input = InputSpecification(height: 96, width: 96, cropSide: 2.8, cropRaise: 0.3, alignment: .upright)
    return try Teacher(recipe: recipe, data: data, model: try model(), input: input)
  }

  @Test func everyVectorIsTheNetworksOwnForThatView() throws {
    let teacher = try Self.teacher(try Self.recipe(), TrainerTests.data(landmarks: true))
    let embedder = try Embedder(try Self.model())
    let targets = try teacher.targets(bank: 3)
    #expect(targets.count == 48 * 128)
    for view in [0, 1, 31, 32, 47] {
      let alone = try embedder.embed(crops: [teacher.seenCrop(bank: 3, view: view)])[0].values
      let difference = zip(alone, targets[view * 128..<(view + 1) * 128]).map { abs($0 - $1) }.max() ?? 1
      #expect(difference < 1e-5, "view \(view): \(difference)")
    }
  }

  @Test func viewsAreAFunctionOfSeedBankAndNumber() throws {
    let data = TrainerTests.data(landmarks: true)
    let recipe = try Self.recipe()
    let (first, second) = (try Self.teacher(recipe, data), try Self.teacher(recipe, data))
    var other = recipe
    other.seed = 8
    let third = try Self.teacher(other, data)
    var changed = 0
    for view in 0..<20 {
      let crop = first.shownCrop(bank: 1, view: view, epoch: 0)
      #expect(second.shownCrop(bank: 1, view: view, epoch: 0) == crop)
      #expect(first.shownCrop(bank: 2, view: view, epoch: 0) != crop)
      #expect(third.shownCrop(bank: 1, view: view, epoch: 0) != crop)
      if first.shownCrop(bank: 1, view: view, epoch: 1) != crop { changed += 1 }
      #expect(first.seenCrop(bank: 1, view: view) == second.seenCrop(bank: 1, view: view))
    }
    // Those that are taught to be the same under changes are changed anew; the others are what the teacher saw.
    #expect((3...17).contains(changed))
  }

  @Test func nobodyKeptForValidationIsInAView() throws {
    let data = TrainerTests.data(landmarks: true)
    let recipe = try Self.recipe()
    let split = IdentitySplit(identity: data.identity, share: recipe.pictures.validationShare, seed: recipe.seed)
    let kept = Set(split.validation.flatMap { $0 })
    let teacher = try Self.teacher(recipe, data)
    var (blends, seen) = (0, Set<Int>())
    for view in 0..<600 {
      let draw = teacher.draw(bank: 0, view: view)
      seen.insert(draw.picture)
      if let partner = draw.partner {
        blends += 1
        seen.insert(partner)
        #expect(partner != draw.picture && draw.mask != nil)
      }
    }
    #expect(!kept.isEmpty && seen.isDisjoint(with: kept))
    #expect((300...500).contains(blends) && seen.count > (data.count - kept.count) / 2)
  }

  @Test func aBankIsKeptAndCanBeMadeAgain() throws {
    let data = TrainerTests.data(landmarks: true)
    var recipe = try Self.recipe()
    let folder = try TrainerTests.folder()
    let path = "\(folder)/bank-2.safetensors"
    try BankMaker(recipe: recipe, data: data, teacher: try Self.model(), folder: folder).make(2)
    let bytes = try Data(contentsOf: URL(filePath: path))
    try FileManager.default.removeItem(atPath: path)
    // The schedule is not part of what a bank is.
    recipe.optimisation.steps = 99
    recipe.teaching?.epochs = 7
    let maker = try BankMaker(recipe: recipe, data: data, teacher: try Self.model(), folder: folder)
    try maker.make(2)
    #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
    // A bank that is there is read, and one of another recipe refused.
    try maker.make(2)
    recipe.teaching?.blends = 0
    #expect {
      try BankMaker(recipe: recipe, data: data, teacher: try Self.model(), folder: folder).make(2)
    } throws: { ($0 as? TrainingError)?.code == .badData && "\($0)".contains("another recipe") }
    try bytes.prefix(bytes.count / 2).write(to: URL(filePath: path))
    #expect { try maker.make(2) } throws: { ($0 as? TrainingError)?.code == .badData }
  }

  /// Six steps of 24 at once, and with stops within a bank and at its end.
  @Test func aResumedRunEndsWithTheSameWeights() async throws {
    let recipe = try Self.recipe()
    let data = TrainerTests.data(landmarks: true)
    let model = try Self.model()
    let (straight, broken) = (try TrainerTests.folder(), try TrainerTests.folder())
    func run(_ folder: String, resume: Bool, until last: Int? = nil) async throws {
      try await Trainer(recipe: recipe, data: data, folder: folder, resume: resume, teacher: model).run(until: last)
    }
    try await run(straight, resume: false)
    try await run(broken, resume: false, until: 1)
    try await run(broken, resume: true, until: 4)
    try await run(broken, resume: true)
    #expect(try TrainerTests.bytes(straight) == TrainerTests.bytes(broken))
    #expect(FileManager.default.fileExists(atPath: "\(straight)/bank-1.safetensors"))
  }

  @Test func studentsComeNearerToTheirTeacher() async throws {
    var recipe = try Self.recipe()
    recipe.optimisation.steps = 24
    var records: [StepRecord] = []
    try await Trainer(
      recipe: recipe, data: TrainerTests.data(landmarks: true), folder: try TrainerTests.folder(), resume: false,
      teacher: try Self.model()
    ) { records.append($0) }.run()
    let losses = records.compactMap(\.targetLoss)
    #expect(losses.count == 24 && records.allSatisfy { $0.relationLoss != nil })
    #expect(losses.suffix(4).reduce(0, +) < losses.prefix(4).reduce(0, +))
  }

  @Test func aTeachingRecipeNeedsATeacher() throws {
    #expect {
      try Trainer(
        recipe: try Self.recipe(), data: TrainerTests.data(landmarks: true), folder: try TrainerTests.folder(),
        resume: false)
    } throws: { "\($0)".contains("teacher") }
    #expect {
      try Self.teacher(try Self.recipe(), TrainerTests.data())
    } throws: { "\($0)".contains("landmarks") }
  }

  @Test(arguments: [
    ("\"bank\": 48", "\"bank\": 50", "multiple"), ("\"epochs\": 2", "\"epochs\": 0", "epochs"),
    ("\"clean\": 0.5", "\"clean\": 1.5", "shares"), ("\"relations\": 0.5", "\"relations\": -1", "relations"),
  ])
  func badPlansAreRefused(_ old: String, _ new: String, _ word: String) throws {
    var recipe = try Self.recipe()
    recipe.teaching = try JSONDecoder().decode(
      Recipe.Teaching.self, from: Data(Self.text.replacing(old, with: new).utf8))
    let json = try recipe.json()
    #expect { try Recipe(json: Array(json.utf8)) } throws: { "\($0)".contains(word) }
  }
}
