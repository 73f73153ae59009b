package import FaceTypes

extension PairScores {
  /// The pairs of a set of embeddings: every pair of different people, and of each person at most `limit` pairs, so
  /// that those with many pictures do not outweigh the others.
  ///
  /// - Parameters:
  ///   - identity: per embedding who it is.
  ///   - picture: per embedding which picture it is of; two embeddings of one picture are no pair.
  package init(embeddings: [Embedding], identity: [Int], picture: [Int], limit: Int = 100) {
    precondition(embeddings.count == identity.count && picture.count == identity.count)
    let count = embeddings.count
    let dimension = embeddings.first?.dimension ?? 0
    let values = embeddings.flatMap(\.values)
    var same: [Int: [Float]] = [:]
    var different: [Float] = []
    different.reserveCapacity(count * max(0, count - 1) / 2)
    values.withUnsafeBufferPointer { values in
      for a in 0..<count {
        for b in 0..<a where picture[a] != picture[b] {
          let distance = squaredDistance(values, a * dimension, b * dimension, dimension)
          if identity[a] == identity[b] {
            same[identity[a], default: []].append(distance)
          } else {
            different.append(distance)
          }
        }
      }
    }
    var kept: [Float] = []
    for person in same.keys.sorted() {
      let pairs = same[person] ?? []
      let take = min(limit, pairs.count)
      // Evenly spread over the person's pairs, which lie in the order of the pictures.
      for index in 0..<take { kept.append(pairs[index * pairs.count / take]) }
    }
    self.init(same: kept, different: different)
  }
}
