import Foundation

/// What happens, step by step, and what went other than it should.
struct Story {
  let client: Programs.Client
  let people: People
  /// The folder of one sub-folder for each person.
  let enrolled: String
  private(set) var failures: [String] = []
  /// The squared distance up to which an answer counts; nil: the daemon decides.
  private var threshold: Double?

  init(client: Programs.Client, people: People, enrolled: String) {
    self.client = client
    self.people = people
    self.enrolled = enrolled
  }

  mutating func enroll() throws {
    Report.heading("enroll")
    let result = try client.run(["enroll", enrolled])
    Report.say(result.output)
    // Some photographs may be refused, and facectl says which; none enrolled is a failure.
    if result.status != 0 && result.status != 3 { failures.append("facectl enroll ended with \(result.status)") }
  }

  /// Asks about strangers of whom nothing else is asked, and takes the nearest distance that any of them came to somebody
  /// enrolled as the threshold from here on.
  ///
  /// The models' calibration is of photographs. Drawn people are more alike than people are, and how much more differs
  /// from model to model; so the demonstration does what its user would for pictures of a kind of his own.
  mutating func rehearse() throws {
    guard !people.rehearsal.isEmpty else { return }
    let replies = try client.objects(["identify", "--largest"] + people.rehearsal, as: Reply.self)
    let nearest = replies.compactMap { $0.faces.first?.candidates.first?.distance }.min()
    guard let nearest else { throw Programs.Failed(description: "no stranger of the rehearsal had a face") }
    threshold = nearest
    Report.say(
      "\(replies.count) other drawn strangers came no nearer than \(Report.distance(nearest)): that is the threshold")
  }

  /// Asks about every picture that was left out, and every stranger.
  func identify(_ title: String) throws -> Answers {
    Report.heading("identify, \(title)")
    let asked = people.known.flatMap { person in person.asked.map { (file: $0, truth: Optional(person.name)) } }
    let questions = asked + people.strangers.map { (file: $0, truth: nil) }
    let start = ContinuousClock.now
    let replies = try client.objects(
      ["identify", "--largest"] + (threshold.map { ["--threshold", String($0)] } ?? []) + questions.map(\.file),
      as: Reply.self)
    let seconds = ContinuousClock.now - start
    guard replies.count == questions.count else {
      throw Programs.Failed(description: "\(questions.count) questions had \(replies.count) answers")
    }
    let answers = Answers(
      title: title, rows: zip(questions, replies).map { .init(file: $0.file, truth: $0.truth, reply: $1) })
    Report.say("\(answers.summary) (\(Report.seconds(seconds)) for \(questions.count) pictures)")
    return answers
  }

  /// Of everybody, a true claim and a false one: the next person's name.
  mutating func verify(wrongClaimRate: Double) throws {
    Report.heading("verify")
    var verified = (true: 0, false: 0)
    for (number, person) in people.known.enumerated() {
      guard let file = person.asked.first else { continue }
      let other = people.known[(number + 1) % people.known.count]
      if try isVerified(file, as: person) { verified.true += 1 }
      if try isVerified(file, as: other) { verified.false += 1 }
    }
    let count = people.known.count
    Report.say("\(verified.true) of \(count) true claims and \(verified.false) of \(count) false ones were verified")
    if Double(verified.false) > wrongClaimRate * Double(count) {
      failures.append("more than \(Report.percent(wrongClaimRate)) of the false claims were verified")
    }
  }

  private func isVerified(_ file: String, as person: People.Person) throws -> Bool {
    struct Verified: Decodable { let verified: Bool, distance: Double }
    let command = ["verify", file, "--identity", person.name, "--largest"]
    guard let answer = try client.objects(command, as: Verified.self).first else { return false }
    return threshold.map { answer.distance <= $0 } ?? answer.verified
  }

  mutating func deleteSomebody() throws {
    Report.heading("delete")
    guard let person = people.known.last else { return }
    let result = try client.run(["identity", "delete", person.name, "--yes"])
    Report.say(result.output)
    struct Listed: Decodable { let identity: String }
    let listed = try client.objects(["identity", "list"], as: Listed.self)
    let replies = try client.objects(["identify", "--largest"] + person.asked, as: Reply.self)
    let named = replies.flatMap(\.faces).flatMap(\.candidates).contains { $0.identity == person.name }
    if named || listed.contains(where: { $0.identity == person.name }) {
      failures.append("\(person.name) was deleted and is still there")
    } else {
      Report.say("\(person.name) is in no list and among no candidates any more")
    }
  }

  mutating func reindex(to model: String) throws {
    Report.heading("reindex")
    struct Added: Decodable { let model: String }
    guard let added = try client.objects(["model", "add", model], as: Added.self).first else {
      throw Programs.Failed(description: "the second model was not added")
    }
    let result = try client.run(["reindex", "start", added.model, "--watch"])
    Report.say(result.output)
    if result.status != 0 { failures.append("the reindex ended with \(result.status)") }
    struct Model: Decodable { let model: String, active: Bool }
    let active = try client.objects(["model", "list"], as: Model.self).first { $0.active }
    if active?.model != added.model { failures.append("the second model is not the active one") }
  }
}
