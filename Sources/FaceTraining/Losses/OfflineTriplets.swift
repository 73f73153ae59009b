internal import Networks

/// Triplets that were chosen before their steps: over a subset of the training pictures, by the network as it stood at
/// one step (FaceNet, section 3.2: "generate triplets offline every n steps, using the most recent network checkpoint").
struct OfflineTriplets: Hashable, Sendable {
  /// The steps done when they were chosen.
  var step: Int
  /// Places in the data.
  var triplets: [Triplet]

  /// The triplets of a later step, `count` of them: every one comes up once before any comes up again.
  func batch(step now: Int, count: Int, seed: UInt64) -> [Triplet] {
    guard !triplets.isEmpty else { return [] }
    var order: (round: Int, triplets: [Triplet]) = (-1, [])
    return (0..<count).map { index in
      let (round, place) = ((now - step) * count + index).quotientAndRemainder(dividingBy: triplets.count)
      if order.round != round {
        var random = RandomSource(seed: seed, 7, step, round)
        order = (round, triplets.shuffled(using: &random))
      }
      return order.triplets[place]
    }
  }
}

/// As they lie in a checkpoint: a tensor of n × 3 places, whose name says the step.
extension OfflineTriplets {
  static let tensorPrefix = "offline/"
  /// A float counts exactly only so far.
  private static let places = 0..<1 << 24

  var tensor: NamedTensor {
    NamedTensor(
      name: "\(Self.tensorPrefix)\(step)", shape: [triplets.count, 3],
      values: triplets.flatMap { [Float($0.anchor), Float($0.positive), Float($0.negative)] })
  }

  init(_ tensor: NamedTensor) throws(TrainingError) {
    let places = tensor.values.compactMap { Int(exactly: $0) }
    guard let step = Int(tensor.name.dropFirst(Self.tensorPrefix.count)), tensor.shape.count == 2,
      tensor.shape[1] == 3, places.count == tensor.values.count, places.allSatisfy(Self.places.contains)
    else { throw TrainingError(.badCheckpoint, "the checkpoint's tensor '\(tensor.name)' lists no triplets") }
    self.step = step
    triplets = stride(from: 0, to: places.count, by: 3).map {
      Triplet(anchor: places[$0], positive: places[$0 + 1], negative: places[$0 + 2])
    }
  }
}
