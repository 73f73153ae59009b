/// Squared distances of pairs, of the same person and of different people, and the rates they give at a threshold. A
/// pair is accepted when its distance is at most the threshold.
public struct PairScores: Sendable {
  /// From near to far.
  public let same: [Float]
  public let different: [Float]

  public init(same: [Float], different: [Float]) {
    self.same = same.sorted()
    self.different = different.sorted()
  }

  /// The paper's VAL: accepted pairs of the same person, over all of them.
  public func validationRate(at threshold: Float) -> Double { Self.share(same, threshold) }

  /// The paper's FAR: accepted pairs of different people, over all of them.
  public func falseAcceptRate(at threshold: Float) -> Double { Self.share(different, threshold) }

  /// A threshold with the largest FAR that does not exceed `rate`: halfway between the last pair that it accepts and
  /// the first that it does not.
  public func threshold(falseAcceptRate rate: Double) -> Float {
    guard let nearest = different.first, let farthest = different.last else { return 0 }
    var accepted = Int((rate * Double(different.count)).rounded(.down))
    if accepted >= different.count { return farthest }
    // Equal distances are accepted together or not at all.
    while accepted > 0, different[accepted - 1] == different[accepted] { accepted -= 1 }
    guard accepted > 0 else { return nearest / 2 }
    return (different[accepted - 1] + different[accepted]) / 2
  }

  /// VAL at the threshold of a FAR on the same pairs.
  public func validationRate(atFalseAcceptRate rate: Double) -> Double {
    validationRate(at: threshold(falseAcceptRate: rate))
  }

  /// The threshold with the most right decisions, and their share; the lowest such threshold of equals.
  public func bestThreshold() -> (threshold: Float, accuracy: Double) {
    let total = same.count + different.count
    guard total > 0 else { return (0, 0) }
    var (i, j) = (0, 0)
    var best = (threshold: Float(0), right: different.count)
    while i < same.count || j < different.count {
      let next: Float
      if j >= different.count || (i < same.count && same[i] <= different[j]) { next = same[i] } else { next = different[j] }
      while i < same.count, same[i] == next { i += 1 }
      while j < different.count, different[j] == next { j += 1 }
      let right = i + different.count - j
      if right > best.right {
        let following = [i < same.count ? same[i] : next, j < different.count ? different[j] : next].min() ?? next
        best = (following > next ? (next + following) / 2 : next, right)
      }
    }
    return (best.threshold, Double(best.right) / Double(total))
  }

  /// The rate at which as many pairs of the same person are refused as of different people accepted.
  public func equalErrorRate() -> Double {
    var (low, high) = (0, different.count)
    guard !same.isEmpty, high > 0 else { return 0 }
    // FAR rises and the refusal rate falls with the threshold: find where they cross.
    func rates(_ accepted: Int) -> (far: Double, refused: Double) {
      let threshold = accepted == 0 ? -1 : different[accepted - 1]
      return (falseAcceptRate(at: threshold), 1 - validationRate(at: threshold))
    }
    while low < high {
      let middle = (low + high) / 2
      let (far, refused) = rates(middle)
      if far >= refused { high = middle } else { low = middle + 1 }
    }
    let above = rates(low)
    let below = rates(max(0, low - 1))
    return min((above.far + above.refused) / 2, (below.far + below.refused) / 2)
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
  public func balancedAccuracy() -> Double {
    var best = 0.5
    for threshold in same { best = max(best, (validationRate(at: threshold) + 1 - falseAcceptRate(at: threshold)) / 2) }
    return best
  }
}
