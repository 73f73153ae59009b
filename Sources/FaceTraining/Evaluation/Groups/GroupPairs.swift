internal import FaceTypes

/// All pairs of pictures, by group: a pair of one person counts for the groups of either picture, a pair of two people for
/// the groups of both.
struct GroupPairs {
  /// The threshold with the best accuracy over all, and that of FAR 1e-3.
  let best: Float
  let strict: Float
  /// All pairs.
  let scores: PairScores
  /// By the number of the group; the last one is that of all pictures.
  private(set) var accuracy: [Double?]
  private(set) var validationRate: [Double?]
  private(set) var falseNonMatch: [JackknifeRate]
  private(set) var falseMatch: [JackknifeRate]

  private struct Pair {
    var distance: Float
    var sets: UInt64
    var block: Int
  }

  /// Steps of the tables of distances of different people, from 0 to 4.
  private static let steps = 4000
  /// A VAL at FAR 1e-3 needs so many pairs of different people.
  private static let leastForRate = 10_000

  /// - Parameters:
  ///   - sets: per picture its groups, a bit each.
  ///   - count: the number of groups.
  init(_ embeddings: [Embedding], identity: [Int], sets: [UInt64], count: Int) {
    let all = count
    let sets = sets.map { $0 | 1 << UInt64(all) }
    let dimension = embeddings.first?.dimension ?? 0
    let values = embeddings.flatMap(\.values)
    var same: [Int: [Pair]] = [:]
    var tables = [[Int]](repeating: [Int](repeating: 0, count: Self.steps + 1), count: count + 1)
    /// Calls `body` with every pair of different people.
    func strangers(_ body: (_ distance: Float, _ common: UInt64, _ a: Int, _ b: Int) -> Void) {
      values.withUnsafeBufferPointer { values in
        for a in embeddings.indices {
          for b in 0..<a where identity[a] != identity[b] {
            body(squaredDistance(values, a * dimension, b * dimension, dimension), sets[a] & sets[b], a, b)
          }
        }
      }
    }
    for a in embeddings.indices {
      for b in 0..<a where identity[a] == identity[b] {
        same[identity[a], default: []].append(
          Pair(
            distance: embeddings[a].squaredDistance(to: embeddings[b]), sets: sets[a] | sets[b],
            block: identity[a] % JackknifeRate.blocks))
      }
    }
    // A person counts for a hundred pairs at most, evenly spread over what there is.
    let pairs = same.sorted { $0.key < $1.key }.flatMap { _, pairs in
      let take = min(100, pairs.count)
      return (0..<take).map { pairs[$0 * pairs.count / take] }
    }
    tables.withUnsafeMutableBufferPointer { tables in
      strangers { distance, common, _, _ in
        let step = min(Self.steps, Int(distance * Float(Self.steps) / 4))
        Self.each(common) { tables[$0][step] += 1 }
      }
    }
    // The middle of each step stands for what lies in it; the sample is thinned to what a chart can show.
    let total = tables[all].reduce(0, +)
    let thinned = max(1, total / 2_000_000)
    var different: [Float] = []
    for (step, number) in tables[all].enumerated() where number > 0 {
      different += repeatElement(Self.middle(step), count: (number + thinned - 1) / thinned)
    }
    scores = PairScores(same: pairs.map(\.distance), different: different)
    let distances = Distances(table: tables[all])
    strict = distances.threshold(rate: 1e-3)
    best = distances.bestThreshold(scores.same)
    accuracy = [Double?](repeating: nil, count: count + 1)
    validationRate = accuracy
    falseNonMatch = [JackknifeRate](repeating: JackknifeRate(), count: count + 1)
    falseMatch = falseNonMatch
    let (best, strict) = (best, strict)
    for pair in pairs {
      Self.each(pair.sets) { falseNonMatch[$0].add(pair.distance > strict, pair.block, pair.block) }
    }
    var matches = falseMatch
    matches.withUnsafeMutableBufferPointer { matches in
      strangers { distance, common, a, b in
        let accepted = distance <= strict
        let (first, second) = (identity[a] % JackknifeRate.blocks, identity[b] % JackknifeRate.blocks)
        Self.each(common) { matches[$0].add(accepted, first, second) }
      }
    }
    falseMatch = matches
    for group in 0...count {
      let own = pairs.filter { $0.sets >> UInt64(group) & 1 == 1 }
      let others = Distances(table: tables[group])
      guard !own.isEmpty, others.total > 0 else { continue }
      func share(_ threshold: Float) -> Double { Double(own.count { $0.distance <= threshold }) / Double(own.count) }
      accuracy[group] = (share(best) + 1 - others.share(within: best)) / 2
      if others.total >= Self.leastForRate { validationRate[group] = share(others.threshold(rate: 1e-3)) }
    }
  }

  private static func middle(_ step: Int) -> Float { (Float(step) + 0.5) * 4 / Float(steps) }

  private static func each(_ set: UInt64, _ body: (Int) -> Void) {
    var rest = set
    while rest != 0 {
      body(rest.trailingZeroBitCount)
      rest &= rest - 1
    }
  }

  /// Distances counted in steps.
  private struct Distances {
    let table: [Int]
    var total: Int { table.reduce(0, +) }

    private func edge(_ step: Int) -> Float { Float(step) * 4 / Float(GroupPairs.steps) }

    /// The last step's edge that accepts at most this share.
    func threshold(rate: Double) -> Float {
      let allowed = Int(rate * Double(total))
      var accepted = 0
      for (step, number) in table.enumerated() {
        if accepted + number > allowed { return edge(step) }
        accepted += number
      }
      return 4
    }

    func share(within threshold: Float) -> Double {
      var accepted = 0
      for (step, number) in table.enumerated() where edge(step + 1) <= threshold { accepted += number }
      return Double(accepted) / Double(max(1, total))
    }

    /// Where the shares of right decisions about either kind have the highest mean.
    func bestThreshold(_ same: [Float]) -> Float {
      var best = (value: -Double.infinity, threshold: Float(0))
      var (accepted, below) = (0, 0)
      for (step, number) in table.enumerated() {
        accepted += number
        while below < same.count, same[below] <= edge(step + 1) { below += 1 }
        let value = Double(below) / Double(max(1, same.count)) - Double(accepted) / Double(max(1, total))
        if value > best.value { best = (value, edge(step + 1)) }
      }
      return best.threshold
    }
  }
}
