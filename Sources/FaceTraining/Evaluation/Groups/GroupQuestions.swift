internal import FaceTypes

/// Questions to a gallery: the distance of the nearest template, and whether it is the right person's.
struct GroupQuestions {
  struct Answer: Sendable {
    var picture: Int
    var person: Int
    var distance: Float
    var isRight: Bool
  }

  let people: Int
  private(set) var asked: [Answer] = []
  private(set) var strangers: [Answer] = []
  /// Where one stranger's question in a hundred is answered.
  let threshold: Float
  private let templates: [(person: Int, template: IdentityTemplate)]

  init(_ embeddings: [Embedding], identity: [Int], split: IdentificationSplit) {
    let dimension = embeddings.first?.dimension ?? 0
    let templates = Dictionary(grouping: split.enrolled, by: \.person)
      .mapValues { IdentityTemplate($0.map { embeddings[$0.picture] }, dimension: dimension) }
      .sorted { $0.key < $1.key }.map { (person: $0.key, template: $0.value) }
    self.templates = templates
    people = templates.count
    let ask = { picture in Self.answer(embeddings[picture], picture, identity[picture], templates) }
    asked = split.asked.map { ask($0.picture) }
    strangers = split.strangers.map(ask)
    threshold = PairScores(same: [], different: strangers.map(\.distance)).threshold(falseAcceptRate: 0.01)
  }

  /// The answer to another view of a picture.
  func answer(_ embedding: Embedding, for answer: Answer) -> Answer {
    Self.answer(embedding, answer.picture, answer.person, templates)
  }

  private static func answer(
    _ embedding: Embedding, _ picture: Int, _ person: Int, _ templates: [(person: Int, template: IdentityTemplate)]
  ) -> Answer {
    var nearest = (person: -1, distance: Float.infinity)
    for (other, template) in templates {
      let distance = template.squaredDistance(to: embedding) ?? 4
      if distance < nearest.distance { nearest = (other, distance) }
    }
    return Answer(picture: picture, person: person, distance: nearest.distance, isRight: nearest.person == person)
  }

  func missed(_ answers: [Answer]) -> JackknifeRate {
    rate(answers) { !($0.isRight && $0.distance <= threshold) }
  }

  func accepted(_ answers: [Answer]) -> JackknifeRate { rate(answers) { $0.distance <= threshold } }

  private func rate(_ answers: [Answer], _ isEvent: (Answer) -> Bool) -> JackknifeRate {
    var rate = JackknifeRate()
    for answer in answers {
      let block = answer.person % JackknifeRate.blocks
      rate.add(isEvent(answer), block, block)
    }
    return rate
  }
}
