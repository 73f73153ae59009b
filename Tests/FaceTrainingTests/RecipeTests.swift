import FaceTraining
import Foundation
import Testing

@Suite struct RecipeTests {
  static let text = """
    {
      "name": "test", "architecture": "NN4-tiny", "cropSide": 3.0, "seed": 7,
      "pictures": {"labelled": "train", "unlabelled": [], "side": 3.7, "pixels": 32, "validationShare": 0.1},
      "batch": {"size": 24, "identities": 5, "facesPerIdentity": 4},
      "triplets": {"margin": 0.2, "selection": "semiHard", "weight": 1, "phaseIn": 4},
      "targetWeight": 0,
      "optimisation": {"kind": "adamW", "learningRate": 0.002, "warmUp": 2, "steps": 6, "weightDecay": 0.0005},
      "augmentation": {"mirror": true, "shift": 3, "scale": 0.1, "rotation": 6, "contrast": 0.25, "brightness": 15,
        "blur": 0.5},
      "validateEvery": 3
    }
    """

  @Test func aRecipeReadsAndWritesTheSame() throws {
    let recipe = try Recipe(json: Array(Self.text.utf8))
    #expect(recipe.batch.size == 24 && recipe.triplets.selection == .semiHard)
    #expect(try Recipe(json: Array(recipe.json().utf8)) == recipe)
  }

  /// What a recipe of an earlier version does not say changes nothing.
  @Test func whatIsNotSaidIsAsItWas() throws {
    let recipe = try Recipe(json: Array(Self.text.utf8))
    #expect(recipe.batch.chunk == nil && recipe.pairs == nil && recipe.triplets.offline == nil && recipe.start == nil)
    #expect(recipe.augmentation.occlusion == nil && recipe.optimisation.schedule == .cosine)
    #expect(recipe.optimisation.momentum == 0.9 && recipe.optimisation.drops.isEmpty)
  }

  @Test func theOptimizerIsThePapersWhereNothingIsSaid() throws {
    let text = Self.text.replacing(
      "{\"kind\": \"adamW\", \"learningRate\": 0.002, \"warmUp\": 2, \"steps\": 6, \"weightDecay\": 0.0005}",
      with: "{\"steps\": 6}")
    let plan = try Recipe(json: Array(text.utf8)).optimisation
    #expect(plan.kind == .adaGrad && plan.learningRate == 0.05 && plan.warmUp == 0 && plan.weightDecay == 0)
    // Other optimizers have no rate that suits most.
    let other = text.replacing("{\"steps\": 6}", with: "{\"kind\": \"sgd\", \"steps\": 6}")
    #expect(throws: TrainingError.self) { try Recipe(json: Array(other.utf8)) }
  }

  @Test func ratesFollowTheirSchedule() throws {
    var recipe = try Recipe(json: Array(Self.text.utf8))
    recipe.optimisation.steps = 100
    recipe.optimisation.schedule = .constant
    #expect(recipe.learningRate(step: 0) == 0.001 && recipe.learningRate(step: 99) == 0.002)
    recipe.optimisation.schedule = .steps
    recipe.optimisation.drops = [10, 50]
    recipe.optimisation.dropFactor = 0.5
    #expect([0, 9, 10, 49, 50, 99].map { recipe.learningRate(step: $0) } == [0.001, 0.002, 0.001, 0.001, 5e-4, 5e-4])
  }

  @Test func theRateWarmsUpAndFallsToNothing() throws {
    var recipe = try Recipe(json: Array(Self.text.utf8))
    recipe.optimisation.steps = 102
    #expect(recipe.learningRate(step: 0) == 0.001)
    #expect(recipe.learningRate(step: 1) == 0.002)
    #expect(abs(recipe.learningRate(step: 52) - 0.001) < 1e-6)
    #expect(recipe.learningRate(step: 101) < 1e-5)
    for step in 2..<101 { #expect(recipe.learningRate(step: step) >= recipe.learningRate(step: step + 1)) }
  }

  @Test(arguments: [
    ("\"size\": 24", "\"size\": 1", "batch.size"), ("\"margin\": 0.2", "\"margin\": 0", "margin"),
    ("\"semiHard\"", "\"softest\"", "selection"), ("\"seed\": 7", "\"sead\": 7", "seed"),
    ("\"weight\": 1", "\"weight\": 0", "nothing to learn"), ("\"warmUp\": 2", "\"warmUp\": 9", "warmUp"),
    ("\"size\": 24,", "\"size\": 24, \"chunk\": 0,", "batch.chunk"),
    ("\"margin\": 0.2,", "\"margin\": 0.2, \"offline\": {\"every\": 9, \"pictures\": 5},", "offline.pictures"),
    ("\"targetWeight\": 0", "\"targetWeight\": 0, \"pairs\": {\"margin\": 3, \"weight\": 1}", "pairs.margin"),
    ("\"steps\": 6,", "\"steps\": 6, \"schedule\": \"sine\",", "schedule"),
    ("\"steps\": 6,", "\"steps\": 6, \"drops\": [5, 2],", "drops"),
    ("\"blur\": 0.5", "\"blur\": 0.5, \"occlusion\": 2", "occlusion"),
    ("\"side\": 3.7", "\"side\": 2.0", "pictures.side"), ("\"seed\": 7", "\"seed\": \"x\"", "seed"),
    ("{", "", "JSON"),
  ])
  func wrongRecipesSayWhatIsWrong(old: String, new: String, says: String) {
    var text = Self.text
    if let range = text.range(of: old) { text.replaceSubrange(range, with: new) }
    #expect {
      try Recipe(json: Array(text.utf8))
    } throws: { error in
      guard let error = error as? TrainingError else { return false }
      return error.code == .badRecipe && error.message.contains(says)
    }
  }

  /// The comparison is one of like with like: its recipes read the same pictures, show as many of them and are changed
  /// in the same ways.
  @Test func theComparisonsRecipesDifferInWhatTheyCompare() throws {
    let folder = ShippedModelTests.root.appending(path: "recipes/report").path
    let files = try Folder.names(folder)
    let recipes = try files.map { try Recipe(path: "\(folder)/\($0)") }
    let first = try #require(recipes.first)
    #expect(recipes.count == 12 && Set(recipes.map(\.name)).count == 12)
    for (file, recipe) in zip(files, recipes) {
      #expect(file.hasSuffix("-\(recipe.name).json"))
      #expect(recipe.pictures == first.pictures && recipe.augmentation == first.augmentation)
      #expect(recipe.batch == first.batch && recipe.seed == first.seed && recipe.architecture.hasPrefix("NN4@0.15"))
      let start = recipes.first { $0.name == recipe.start }?.optimisation.steps ?? 0
      #expect(recipe.optimisation.steps + start == 500 || recipe.name == "distilled-half")
    }
  }

  /// The recipes that the repository ships.
  @Test(arguments: ["triplet", "wide", "taught", "paper"])
  func shippedRecipesRead(name: String) throws {
    let recipe = try Recipe(path: ShippedModelTests.root.appending(path: "recipes/\(name).json").path)
    #expect(recipe.name == name)
    #expect(recipe.triplets.weight > 0 || recipe.targetWeight > 0)
  }
}
