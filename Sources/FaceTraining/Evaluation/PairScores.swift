/// Squared distances of pairs, of the same person and of different people, and the rates they give at a threshold. A
/// pair is accepted when its distance is at most the threshold.
package struct PairScores: Sendable {
  /// From near to far.
  package let same: [Float]
  package let different: [Float]

  package init(same: [Float], different: [Float]) {
    self.same = same.sorted()
    self.different = different.sorted()
  }

  package init(_ pairs: some Sequence<(distance: Float, same: Bool)>) {
    self.init(same: pairs.filter(\.same).map(\.distance), different: pairs.filter { !$0.same }.map(\.distance))
  }

  /// The paper's VAL: accepted pairs of the same person, over all of them.
  package func validationRate(at threshold: Float) -> Double { Self.share(same, threshold) }

  /// The paper's FAR: accepted pairs of different people, over all of them.
  package func falseAcceptRate(at threshold: Float) -> Double { Self.share(different, threshold) }

  /// A threshold with the largest FAR that does not exceed `rate`: halfway between the last pair that it accepts and
  /// the first that it does not.
  package func threshold(falseAcceptRate rate: Double) -> Float {
    guard let nearest = different.first, let farthest = different.last else { return 0 }
    var accepted = Int((rate * Double(different.count)).rounded(.down))
    if accepted >= different.count { return farthest }
    // Equal distances are accepted together or not at all.
    while accepted > 0, different[accepted - 1] == different[accepted] { accepted -= 1 }
    guard accepted > 0 else { return nearest / 2 }
    return (different[accepted - 1] + different[accepted]) / 2
  }

  /// VAL at the threshold of a FAR on the same pairs.
  package func validationRate(atFalseAcceptRate rate: Double) -> Double {
    validationRate(at: threshold(falseAcceptRate: rate))
  }

  /// The threshold with the most right decisions, and their share; the lowest such threshold of equals.
  package func bestThreshold() -> (threshold: Float, accuracy: Double) {
    let total = same.count + different.count
    guard total > 0 else { return (0, 0) }
    var best = (threshold: Float(0), right: different.count)
    sweep { acceptedSame, acceptedDifferent, threshold in
      let right = acceptedSame + different.count - acceptedDifferent
      if right > best.right { best = (threshold, right) }
    }
    return (best.threshold, Double(best.right) / Double(total))
  }

  /// The rate at which as many pairs of the same person are refused as of different people accepted: the mean of both
  /// rates at the threshold where they differ least.
  package func equalErrorRate() -> Double {
    guard !same.isEmpty, !different.isEmpty else { return 0 }
    var best = (gap: 1.0, rate: 0.5)
    sweep { acceptedSame, acceptedDifferent, _ in
      let accepted = Double(acceptedDifferent) / Double(different.count)
      let refused = 1 - Double(acceptedSame) / Double(same.count)
      if abs(accepted - refused) < best.gap { best = (abs(accepted - refused), (accepted + refused) / 2) }
    }
    return best.rate
  }

  /// Calls `body` from near to far for every distance that occurs, with the pairs accepted at it and a threshold
  /// halfway to the next distance.
  private func sweep(_ body: (_ same: Int, _ different: Int, _ threshold: Float) -> Void) {
    var (i, j) = (0, 0)
    func next() -> Float? {
      switch (i < same.count, j < different.count) {
      case (true, true): return min(same[i], different[j])
      case (true, false): return same[i]
      case (false, true): return different[j]
      case (false, false): return nil
      }
    }
    while let here = next() {
      while i < same.count, same[i] == here { i += 1 }
      while j < different.count, different[j] == here { j += 1 }
      body(i, j, next().map { (here + $0) / 2 } ?? here)
    }
  }

  private static func share(_ sorted: [Float], _ threshold: Float) -> Double {
    guard !sorted.isEmpty else { return 0 }
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] <= threshold { low = middle + 1 } else { high = middle }
    }
    return Double(low) / Double(sorted.count)
  }
}

extension PairScores {
  /// The best mean of the two rates of right decisions over all thresholds; does not depend on how many pairs of
  /// either kind there are.
  package func balancedAccuracy() -> Double {
    var best = 0.5
    for threshold in same { best = max(best, (validationRate(at: threshold) + 1 - falseAcceptRate(at: threshold)) / 2) }
    return best
  }
}
