import FaceTraining
import Testing

/// The miner against a twin that tries every triplet.
@Suite struct TripletMinerTests {
  struct Scene {
    var labels: [Int]
    var distances: [Float]

    /// Distances in steps of 1/16, so that ties are common and comparisons exact.
    init(seed: UInt64, count: Int) {
      var random = RandomSource(seed: seed)
      labels = (0..<count).map { _ in Int.random(in: 0..<max(2, count / 3), using: &random) }
      distances = [Float](repeating: 0, count: count * count)
      for a in 0..<count {
        for b in 0..<a {
          let distance = Float(Int.random(in: 0...32, using: &random)) / 16
          distances[a * count + b] = distance
          distances[b * count + a] = distance
        }
      }
    }

    func semiHard(margin: Float) -> [Triplet] {
      let count = labels.count
      var triplets: [Triplet] = []
      for a in 0..<count {
        for p in 0..<count where p != a && labels[p] == labels[a] {
          let positive = distances[a * count + p]
          var nearest: (Float, Int)?
          var farthest: (Float, Int)?
          for n in 0..<count where labels[n] != labels[a] {
            let negative = distances[a * count + n]
            if negative > positive, nearest.map({ (negative, n) < $0 }) ?? true { nearest = (negative, n) }
            if farthest.map({ (negative, n) > $0 }) ?? true { farthest = (negative, n) }
          }
          if let nearest {
            if nearest.0 < positive + margin { triplets.append(Triplet(anchor: a, positive: p, negative: nearest.1)) }
          } else if let farthest {
            triplets.append(Triplet(anchor: a, positive: p, negative: farthest.1))
          }
        }
      }
      return triplets
    }

    func hardest() -> [Triplet] {
      let count = labels.count
      return (0..<count).compactMap { a in
        let positives = (0..<count).filter { $0 != a && labels[$0] == labels[a] }
        let negatives = (0..<count).filter { labels[$0] != labels[a] }
        guard let farthest = positives.map({ distances[a * count + $0] }).max(),
          let nearest = negatives.map({ distances[a * count + $0] }).min(),
          let positive = positives.first(where: { distances[a * count + $0] == farthest }),
          let negative = negatives.first(where: { distances[a * count + $0] == nearest })
        else { return nil }
        return Triplet(anchor: a, positive: positive, negative: negative)
      }
    }
  }

  @Test(arguments: [1, 2, 7, 8, 15, 31, 40])
  func semiHardIsWhatTryingAllGives(count: Int) {
    for seed in 0..<20 {
      let scene = Scene(seed: UInt64(seed), count: count)
      var random = RandomSource(seed: 0)
      let mined = TripletMiner(selection: .semiHard, margin: 0.2)
        .triplets(labels: scene.labels, distances: scene.distances, random: &random)
      #expect(mined == scene.semiHard(margin: 0.2))
    }
  }

  @Test(arguments: [1, 2, 7, 8, 15, 31, 40])
  func hardestIsWhatTryingAllGives(count: Int) {
    for seed in 0..<20 {
      let scene = Scene(seed: UInt64(seed), count: count)
      var random = RandomSource(seed: 0)
      let mined = TripletMiner(selection: .hardest, margin: 0.2)
        .triplets(labels: scene.labels, distances: scene.distances, random: &random)
      #expect(mined == scene.hardest())
    }
  }

  @Test func randomTakesEveryPairOnceAndDependsOnTheSeed() {
    let scene = Scene(seed: 3, count: 31)
    func mined(_ seed: UInt64) -> [Triplet] {
      var random = RandomSource(seed: seed)
      return TripletMiner(selection: .random, margin: 0.2)
        .triplets(labels: scene.labels, distances: scene.distances, random: &random)
    }
    let triplets = mined(1)
    #expect(triplets == mined(1))
    #expect(triplets != mined(2))
    let pairs = (0..<31).flatMap { a in
      (0..<31).filter { $0 != a && scene.labels[$0] == scene.labels[a] }.map { [a, $0] }
    }
    #expect(triplets.map { [$0.anchor, $0.positive] } == pairs)
    #expect(triplets.allSatisfy { scene.labels[$0.negative] != scene.labels[$0.anchor] })
  }
}
