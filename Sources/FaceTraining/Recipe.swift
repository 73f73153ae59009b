public import FaceNet
internal import FoundationEssentials
internal import Networks

/// Everything that decides what a training run does, as one JSON file; together with the pictures it decides the
/// weights.
public struct Recipe: Codable, Hashable, Sendable {
  public struct Pictures: Codable, Hashable, Sendable {
    /// The folder of one sub-folder per identity, below the data folder.
    public var labelled: String
    /// Folders of pictures without labels; they join as random negatives and, with targets, as targets.
    public var unlabelled: [String]
    /// The side of the pictures as a multiple of the eye–mouth distance, where no landmarks are beside them.
    public var side: Double
    /// Pixels that a picture is kept with in memory.
    public var pixels: Int
    /// The share of the identities that is kept for validation.
    public var validationShare: Double
  }

  public struct Batch: Codable, Hashable, Sendable {
    /// Pictures in a batch; what the identities leave over is filled with random negatives.
    public var size: Int
    public var identities: Int
    /// At most so many faces of each.
    public var facesPerIdentity: Int
  }

  public struct Triplets: Codable, Hashable, Sendable {
    /// α of Eq. 2.
    public var margin: Float
    public var selection: TripletSelection
    /// The loss's factor, reached linearly over the first `phaseIn` steps.
    public var weight: Float
    public var phaseIn: Int
  }

  public struct Optimisation: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Hashable, Sendable {
      case adaGrad, sgd, adamW
    }

    public var kind: Kind
    /// The highest learning rate, reached after `warmUp` steps and lowered along a half cosine to 0 at `steps`.
    public var learningRate: Float
    public var warmUp: Int
    public var steps: Int
    public var weightDecay: Float
  }

  public struct Augmentation: Codable, Hashable, Sendable {
    /// Whether half of the pictures are mirrored.
    public var mirror: Bool
    /// Largest shift in pixels of the input, either way on both axes.
    public var shift: Float
    /// Largest relative change of size, either way.
    public var scale: Float
    /// Largest rotation in degrees, either way.
    public var rotation: Float
    /// Largest relative change of contrast, either way.
    public var contrast: Float
    /// Largest change of brightness, either way, of 255.
    public var brightness: Float
    /// The share of pictures that are blurred.
    public var blur: Float
  }

  public var name: String
  /// A name that `Architecture.named(_:)` knows.
  public var architecture: String
  /// The model's crop as a multiple of the eye–mouth distance.
  public var cropSide: Double
  /// How far above the frame's centre the crop's centre lies, in the same unit; 0 where it is not said.
  public var cropRaise: Double?
  /// `upright` for crops that the landmarks turn upright; `none` where it is not said.
  public var alignment: InputSpecification.Alignment?
  public var seed: UInt64
  public var pictures: Pictures
  public var batch: Batch
  public var triplets: Triplets
  /// The factor of the squared distance to the target vectors (`*.teacher.f32`); 0 for none.
  public var targetWeight: Float
  public var optimisation: Optimisation
  public var augmentation: Augmentation
  /// Steps between two looks at the validation identities.
  public var validateEvery: Int

  /// - Throws: `.badRecipe` with the key that is missing or wrong.
  public init(json bytes: [UInt8]) throws(TrainingError) {
    do {
      self = try JSONDecoder().decode(Recipe.self, from: Data(bytes))
    } catch let error as DecodingError {
      throw TrainingError(.badRecipe, "the recipe is refused: \(Self.explain(error))")
    } catch {
      throw TrainingError(.badRecipe, "the recipe is no JSON: \(error)")
    }
    try check()
  }

  public init(path: String) throws(TrainingError) {
    do {
      try self.init(json: try FileBytes.read(path, limit: 1 << 20))
    } catch let error as TrainingError {
      throw error
    } catch {
      throw TrainingError(.unreadable, "the recipe: \(error)")
    }
  }

  /// The recipe as JSON; equal recipes give equal bytes.
  public func json() throws(TrainingError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else {
      throw TrainingError(.badRecipe, "the recipe holds numbers that JSON cannot say")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// What the recipe's network expects of a picture.
  func input(_ architecture: Architecture) -> InputSpecification {
    InputSpecification(
      height: architecture.definition.inputHeight, width: architecture.definition.inputWidth, cropSide: cropSide,
      cropRaise: cropRaise ?? 0, alignment: alignment ?? .none)
  }

  /// The learning rate of a step: linear warm-up, then half a cosine to 0.
  public func learningRate(step: Int) -> Float {
    let plan = optimisation
    if step < plan.warmUp { return plan.learningRate * Float(step + 1) / Float(plan.warmUp) }
    let progress = Float(step - plan.warmUp) / Float(max(1, plan.steps - plan.warmUp))
    return plan.learningRate * 0.5 * (1 + halfCosine(min(1, progress)))
  }

  /// The triplet loss's factor at a step.
  func tripletWeight(step: Int) -> Float {
    triplets.weight * (step < triplets.phaseIn ? Float(step) / Float(triplets.phaseIn) : 1)
  }

  private static func explain(_ error: DecodingError) -> String {
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context): return "'\(key.stringValue)' is missing in '\(path(context))'"
    case .typeMismatch(_, let context), .valueNotFound(_, let context): return "'\(path(context))' is of the wrong type"
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty ? "it is no JSON" : "'\(path(context))' is no value that is known"
    @unknown default: return "\(error)"
    }
  }

  private func check() throws(TrainingError) {
    let rules: [(Bool, String)] = [
      ((2...4096).contains(batch.size), "batch.size must be 2 to 4096"),
      (
        (0...batch.size).contains(batch.identities * batch.facesPerIdentity),
        "batch.identities x batch.facesPerIdentity must not exceed batch.size"
      ),
      (batch.identities >= 0 && batch.facesPerIdentity >= 1, "batch.facesPerIdentity must be at least 1"),
      (triplets.margin > 0 && triplets.margin <= 4, "triplets.margin must be above 0 and at most 4"),
      (triplets.weight >= 0 && targetWeight >= 0, "weights must not be negative"),
      (triplets.weight > 0 || targetWeight > 0, "triplets.weight and targetWeight are both 0: nothing to learn"),
      (triplets.phaseIn >= 0, "triplets.phaseIn must not be negative"),
      (optimisation.learningRate > 0, "optimisation.learningRate must be above 0"),
      (
        optimisation.steps > 0 && (0...optimisation.steps).contains(optimisation.warmUp),
        "optimisation.warmUp must be 0 to optimisation.steps"
      ),
      (optimisation.weightDecay >= 0, "optimisation.weightDecay must not be negative"),
      (optimisation.kind != .adaGrad || optimisation.weightDecay == 0, "AdaGrad has no weight decay: set it to 0"),
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
    ]
    for (holds, rule) in rules where !holds { throw TrainingError(.badRecipe, "the recipe is refused: \(rule)") }
  }
}
