/// Why training, evaluation or calibration could not go on; the message says what to do.
package struct TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: String, Hashable, Sendable {
    /// A file or folder is missing or unreadable.
    case unreadable
    /// The recipe does not parse or leaves its limits.
    case badRecipe
    /// The pictures, landmarks, targets or pairs do not fit together.
    case badData
    /// The checkpoint is damaged or belongs to another recipe.
    case badCheckpoint
    /// The embeddings have become all alike, or the loss is no number.
    case collapsed
    /// The network refused its input.
    case network
  }

  package let code: Code
  package let message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { message }
}
