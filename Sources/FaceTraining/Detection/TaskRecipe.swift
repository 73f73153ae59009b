internal import FaceNet
internal import FoundationEssentials

/// A task's recipe: one JSON file that, together with the pictures, decides the weights.
package protocol TaskRecipe: Codable, Sendable {
  /// - Throws: `.badRecipe` with the rule that is broken.
  func check() throws(TrainingError)
}

extension TaskRecipe {
  package init(path: String) throws(TrainingError) {
    let bytes: [UInt8]
    do {
      bytes = try FileBytes.read(path, limit: 1 << 20)
    } catch {
      throw TrainingError(.unreadable, "the recipe: \(error)")
    }
    try self.init(json: bytes)
  }

  package init(json bytes: [UInt8]) throws(TrainingError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(bytes))
    } catch {
      throw TrainingError(.badRecipe, "the recipe is refused: \(error)")
    }
    try check()
  }

  /// The recipe as JSON; equal recipes give equal bytes.
  package func json() throws(TrainingError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else {
      throw TrainingError(.badRecipe, "the recipe holds numbers that JSON cannot say")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// Throws the first rule that does not hold.
  func require(_ rules: [(Bool, String)]) throws(TrainingError) {
    for (holds, rule) in rules where !holds { throw TrainingError(.badRecipe, "the recipe is refused: \(rule)") }
  }
}

/// Which pictures are kept from training, by their names alone: whatever is added later, they stay.
package enum HeldOut {
  /// Whether a name falls into the `share` that is kept (FNV-1a, 64 bits).
  package static func contains(_ name: some StringProtocol, share: Double) -> Bool {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    // The low bits of FNV are the well mixed ones; fold the upper ones in.
    return Double((hash ^ (hash >> 32)) % 10_000) < share * 10_000
  }
}
