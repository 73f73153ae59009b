/// Which identities train and which validate. Nobody is in both.
package struct IdentitySplit: Sendable {
  /// Places of the pictures to train on, by identity; then those without a label.
  package let training: [[Int]]
  package let unlabelled: [Int]
  /// Places of the pictures to validate on, by identity.
  package let validation: [[Int]]

  /// Takes `share` of the identities for validation: the same share of those with many pictures as of those with few,
  /// drawn by the seed.
  ///
  /// - Parameter identity: per picture its identity, or −1.
  package init(identity: [Int], share: Double, seed: UInt64) {
    var people = [[Int]](repeating: [], count: (identity.max() ?? -1) + 1)
    var unlabelled: [Int] = []
    for (picture, person) in identity.enumerated() {
      if person < 0 { unlabelled.append(picture) } else { people[person].append(picture) }
    }
    var random = RandomSource(seed: seed, 0x5917)
    var training: [[Int]] = []
    var validation: [[Int]] = []
    for range in [0...1, 2...3, 4...14, 15...Int.max] {
      let group = people.filter { range.contains($0.count) && !$0.isEmpty }.shuffled(using: &random)
      let kept = Int((Double(group.count) * share).rounded(.up))
      validation += group.prefix(kept)
      training += group.dropFirst(kept)
    }
    (self.training, self.unlabelled, self.validation) = (training, unlabelled, validation)
  }
}
