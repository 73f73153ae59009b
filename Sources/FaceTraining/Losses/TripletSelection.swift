/// Which negatives the triplets of a batch take (FaceNet, section 3.2).
package enum TripletSelection: String, Codable, Hashable, Sendable, CaseIterable {
  /// For every anchor–positive pair the nearest negative that is farther than the positive (Eq. 4), if it lies inside
  /// the margin. Where every negative is nearer than the positive, the farthest of them.
  case semiHard
  /// For every anchor its farthest positive and its nearest negative.
  case hardest
  /// For every anchor–positive pair a negative drawn at random.
  case random
}

/// Three places in a batch: an anchor, a face of the same identity and a face of another.
package struct Triplet: Hashable, Sendable {
  package var anchor: Int
  package var positive: Int
  package var negative: Int

  package init(anchor: Int, positive: Int, negative: Int) {
    self.anchor = anchor
    self.positive = positive
    self.negative = negative
  }
}

/// Chooses triplets within one batch from the distances of its embeddings.
package struct TripletMiner: Sendable {
  package var selection: TripletSelection
  package var margin: Float

  package init(selection: TripletSelection, margin: Float) {
    self.selection = selection
    self.margin = margin
  }

  /// - Parameters:
  ///   - labels: one per face; equal labels are one identity.
  ///   - distances: squared distances, `labels.count` squared, row by row.
  /// - Returns: the triplets in the order of anchor, then positive. Semi-hard selection leaves out the pairs that no
  ///   negative violates.
  package func triplets(labels: [Int], distances: [Float], random: inout RandomSource) -> [Triplet] {
    let count = labels.count
    precondition(distances.count == count * count)
    var chosen: [Triplet] = []
    for anchor in 0..<count {
      let row = distances[anchor * count..<(anchor + 1) * count]
      let distance = { row[row.startIndex + $0] }
      let positives = (0..<count).filter { $0 != anchor && labels[$0] == labels[anchor] }
      guard !positives.isEmpty else { continue }
      let negatives = (0..<count).filter { labels[$0] != labels[anchor] }
      guard !negatives.isEmpty else { continue }
      switch selection {
      case .semiHard:
        let sorted = negatives.sorted { (distance($0), $0) < (distance($1), $1) }
        for positive in positives {
          if let negative = Self.semiHard(distance(positive), sorted, distance, margin) {
            chosen.append(Triplet(anchor: anchor, positive: positive, negative: negative))
          }
        }
      case .hardest:
        let positive = positives.max { (distance($0), -$0) < (distance($1), -$1) }
        let negative = negatives.min { (distance($0), $0) < (distance($1), $1) }
        if let positive, let negative {
          chosen.append(Triplet(anchor: anchor, positive: positive, negative: negative))
        }
      case .random:
        for positive in positives {
          let negative = negatives[Int.random(in: 0..<negatives.count, using: &random)]
          chosen.append(Triplet(anchor: anchor, positive: positive, negative: negative))
        }
      }
    }
    return chosen
  }

  /// - Parameter sorted: negatives from near to far.
  private static func semiHard(
    _ positive: Float, _ sorted: [Int], _ distance: (Int) -> Float, _ margin: Float
  ) -> Int? {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if distance(sorted[middle]) > positive { high = middle } else { low = middle + 1 }
    }
    guard low < sorted.count else { return sorted.last }
    return distance(sorted[low]) < positive + margin ? sorted[low] : nil
  }
}
