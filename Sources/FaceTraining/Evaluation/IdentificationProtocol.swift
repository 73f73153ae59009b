package import FaceTypes

/// Who is enrolled and what is asked when identification is evaluated on a folder of one sub-folder per person.
package struct IdentificationSplit: Hashable, Sendable {
  package struct Face: Hashable, Sendable {
    /// A place among the pictures.
    package var picture: Int
    package var person: Int
  }

  package let enrolled: [Face]
  /// Other pictures of people who are enrolled.
  package let asked: [Face]
  /// Places of the pictures of people who are not enrolled.
  package let strangers: [Int]

  /// Of everybody who has more than `count` pictures, the first `count` are enrolled and the others ask. Strangers are the
  /// share `strangers` of them, drawn by the seed, and those who have too few pictures to be enrolled and ask.
  ///
  /// - Parameter identity: per picture whose it is, in the order of the files.
  package init(identity: [Int], enrol count: Int, strangers share: Double, seed: UInt64) {
    var people: [Int: [Int]] = [:]
    for (picture, person) in identity.enumerated() { people[person, default: []].append(picture) }
    var random = RandomSource(seed: seed, 0x1de7)
    let able = people.keys.filter { (people[$0]?.count ?? 0) > count }.sorted().shuffled(using: &random)
    let held = Set(able.prefix(Int((Double(able.count) * share).rounded())))
    var (enrolled, asked, strangers) = ([Face](), [Face](), [Int]())
    for person in people.keys.sorted() {
      let pictures = people[person] ?? []
      if pictures.count <= count || held.contains(person) {
        strangers += pictures
      } else {
        enrolled += pictures.prefix(count).map { Face(picture: $0, person: person) }
        asked += pictures.dropFirst(count).map { Face(picture: $0, person: person) }
      }
    }
    (self.enrolled, self.asked, self.strangers) = (enrolled, asked, strangers)
  }
}

/// How well people are told apart when one face is compared with all that are enrolled.
///
/// An answer is the person of the nearest template, if it is near enough: as the daemon answers.
package struct IdentificationReport: Codable, Hashable, Sendable {
  package var people: Int
  package var enrolled: Int
  package var asked: Int
  package var strangers: Int
  /// Closed set: the share of questions about enrolled people whose nearest template is of that person.
  package var rank1: Double
  /// The share of strangers' pictures that are answered with somebody (false positive identification rate).
  package var falsePositiveRate: Double
  /// At the same threshold, the share of questions about enrolled people that are not answered with that person, because
  /// nobody is near enough or somebody else is nearer (false negative identification rate).
  package var falseNegativeRate: Double
  /// The squared distance within which an answer counts.
  package var threshold: Float

  enum CodingKeys: String, CodingKey {
    case people
    case enrolled
    case asked
    case strangers
    case rank1 = "rank_1"
    case falsePositiveRate = "fpir"
    case falseNegativeRate = "fnir"
    case threshold
  }

  /// - Parameters:
  ///   - embeddings: one per picture of the split.
  ///   - rate: the false positive identification rate that the threshold must not exceed.
  /// - Throws: `.badData` when nobody is enrolled, nobody asks or there are no strangers.
  package init(
    embeddings: [Embedding], split: IdentificationSplit, falsePositiveRate rate: Double
  ) throws(TrainingError) {
    guard !split.enrolled.isEmpty, !split.asked.isEmpty, !split.strangers.isEmpty else {
      throw TrainingError(
        .badData,
        "\(split.enrolled.count) pictures are enrolled, \(split.asked.count) ask and \(split.strangers.count) are of "
          + "strangers: give more people with more pictures each, or enrol fewer of them")
    }
    let dimension = embeddings.first?.dimension ?? 0
    let templates = Dictionary(grouping: split.enrolled, by: \.person)
      .mapValues { IdentityTemplate($0.map { embeddings[$0.picture] }, dimension: dimension) }
      .sorted { $0.key < $1.key }
    func nearest(_ picture: Int) -> (person: Int, distance: Float) {
      var best = (person: -1, distance: Float.infinity)
      for (person, template) in templates {
        let distance = template.squaredDistance(to: embeddings[picture]) ?? 4
        if distance < best.distance { best = (person, distance) }
      }
      return best
    }
    let strangers = PairScores(same: [], different: split.strangers.map { nearest($0).distance })
    let answers = split.asked.map { question in
      let answer = nearest(question.picture)
      return (right: answer.person == question.person, distance: answer.distance)
    }
    let threshold = strangers.threshold(falseAcceptRate: rate)
    let total = Double(answers.count)
    people = Set(split.enrolled.map(\.person)).count
    (enrolled, asked, self.strangers) = (split.enrolled.count, split.asked.count, split.strangers.count)
    rank1 = Double(answers.count { $0.right }) / total
    falsePositiveRate = strangers.falseAcceptRate(at: threshold)
    falseNegativeRate = 1 - Double(answers.count { $0.right && $0.distance <= threshold }) / total
    self.threshold = threshold
  }
}
