internal import FaceNet

extension Recipe {
  /// Teaching a function instead of a list of vectors: a stream of views, each with the teacher network's own vector for
  /// it. Views come in banks, so that the teacher's work can be kept and used again.
  package struct Teaching: Codable, Hashable, Sendable {
    /// Views in a bank, a multiple of `batch.size`.
    package var bank: Int
    /// How often a bank is gone through before the next one.
    package var epochs: Int
    /// The share of views that blend two faces (`BlendMask`); the others show one.
    package var blends: Float
    /// Partners that are drawn for a blend; the one of the most similar pose is taken.
    package var candidates: Int
    /// The share of views whose vector is that of the view before it was moved and harmed: the student sees another
    /// version of them in every epoch and learns that these changes do not matter. Of the others the teacher sees
    /// exactly what the student sees.
    package var clean: Float
    /// The share of views that are shrunk to 24 to 64 pixels and enlarged again.
    package var lowResolution: Float
    /// The share of views that are saved as JPEG of quality 15 to 60.
    package var compression: Float
    /// The factor of `RelationLoss`.
    package var relations: Float

    package init(
      bank: Int, epochs: Int, blends: Float, candidates: Int, clean: Float, lowResolution: Float, compression: Float,
      relations: Float
    ) {
      (self.bank, self.epochs, self.blends, self.candidates) = (bank, epochs, blends, candidates)
      (self.clean, self.lowResolution, self.compression) = (clean, lowResolution, compression)
      self.relations = relations
    }
  }

  /// What a recipe with `teaching` has to keep to.
  var teachingRules: [(Bool, String)] {
    guard let teaching else { return [] }
    let shares = [teaching.blends, teaching.clean, teaching.lowResolution, teaching.compression]
    return [
      (
        (batch.size...1 << 20).contains(teaching.bank) && teaching.bank.isMultiple(of: batch.size),
        "teaching.bank must be a multiple of batch.size, at most 1048576"
      ),
      ((1...100).contains(teaching.epochs), "teaching.epochs must be 1 to 100"),
      (
        shares.allSatisfy { (0...1).contains($0) },
        "teaching.blends, .clean, .lowResolution and .compression are shares: 0 to 1"
      ),
      ((1...1000).contains(teaching.candidates), "teaching.candidates must be 1 to 1000"),
      ((0...1000).contains(teaching.relations), "teaching.relations must be 0 to 1000"),
      (targetWeight > 0, "teaching needs a targetWeight above 0"),
      (
        triplets.weight == 0 && (pairs?.weight ?? 0) == 0,
        "teaching goes without triplets and pairs: a blend belongs to nobody"
      ),
      (alignment == .upright, "teaching needs 'alignment': 'upright'"),
    ]
  }
}
