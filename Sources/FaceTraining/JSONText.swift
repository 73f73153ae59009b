internal import FoundationEssentials

/// Values as JSON; equal values give equal text.
enum JSONText {
  static func encode(_ value: some Encodable) throws(TrainingError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else {
      throw TrainingError(.badRecipe, "the recipe holds numbers that JSON cannot say")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
