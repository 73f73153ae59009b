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

/// Chooses triplets over a subset of the training pictures.
struct OfflineMiner: Sendable {
  let sampler: BatchSampler
  let miner: TripletMiner
  let seed: UInt64

  /// - Parameter embed: from places in the data to their embeddings, row by row.
  func mine(step: Int, embed: ([Int]) throws -> [Float]) rethrows -> OfflineTriplets {
    let faces = sampler.faces(step: step)
    let embeddings = try embed(faces.map(\.picture))
    let distances = squaredDistances(embeddings, count: faces.count)
    let labels = faces.map(\.label)
    var random = RandomSource(seed: seed, 6, step)
    var chosen = miner.triplets(labels: labels, distances: distances, random: &random)
    if chosen.isEmpty {
      // Nothing violates the margin any more: any triplet of the subset does as well as another.
      chosen = TripletMiner(selection: .random, margin: miner.margin)
        .triplets(labels: labels, distances: distances, random: &random)
    }
    return OfflineTriplets(
      step: step,
      triplets: chosen.map {
        Triplet(
          anchor: faces[$0.anchor].picture, positive: faces[$0.positive].picture, negative: faces[$0.negative].picture)
      })
  }
}
