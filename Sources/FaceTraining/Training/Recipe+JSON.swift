internal import FaceNet
internal import FoundationEssentials

extension Recipe {
  /// - Throws: `.badRecipe` with the key that is missing or wrong.
  package init(json bytes: [UInt8]) throws(TrainingError) {
    do {
      self = try JSONDecoder().decode(Recipe.self, from: Data(bytes))
    } catch let error as DecodingError {
      throw TrainingError(.badRecipe, "the recipe is refused: \(Self.explain(error))")
    } catch {
      throw TrainingError(.badRecipe, "the recipe is no JSON: \(error)")
    }
    try check()
  }

  package init(path: String) throws(TrainingError) {
    do {
      try self.init(json: try FileBytes.read(path, limit: 1 << 20))
    } catch let error as TrainingError {
      throw error
    } catch {
      throw TrainingError(.unreadable, "the recipe: \(error)")
    }
  }

  /// The recipe as JSON; equal recipes give equal bytes.
  package func json() throws(TrainingError) -> String {
    try JSONText.encode(self)
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
}

extension Recipe.Optimisation {
  /// What is not said is the paper's, and the schedule a cosine.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    kind = try values.decodeIfPresent(Kind.self, forKey: .kind) ?? .adaGrad
    if kind == .adaGrad {
      learningRate = try values.decodeIfPresent(Float.self, forKey: .learningRate) ?? 0.05
    } else {
      learningRate = try values.decode(Float.self, forKey: .learningRate)
    }
    warmUp = try values.decodeIfPresent(Int.self, forKey: .warmUp) ?? 0
    steps = try values.decode(Int.self, forKey: .steps)
    weightDecay = try values.decodeIfPresent(Float.self, forKey: .weightDecay) ?? 0
    momentum = try values.decodeIfPresent(Float.self, forKey: .momentum) ?? 0.9
    schedule = try values.decodeIfPresent(Schedule.self, forKey: .schedule) ?? .cosine
    drops = try values.decodeIfPresent([Int].self, forKey: .drops) ?? []
    dropFactor = try values.decodeIfPresent(Float.self, forKey: .dropFactor) ?? 0.1
  }
}
