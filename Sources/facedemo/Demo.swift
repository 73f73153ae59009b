import ArgumentParser
import Foundation

/// The whole story in one command: enroll, identify, the move to another model, verify, delete, on faces that
/// nobody has or on the user's own.
@main
struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "facedemo",
    abstract: "Show faced at work on synthetic faces, or on your own photographs.",
    discussion: """
      Starts a daemon on a temporary store, enrolls a gallery through facectl, asks about pictures that were left out \
      and about strangers, moves to a second model and asks again, verifies, and deletes somebody. Prints what was asked and answered \
      and writes a contact sheet. Ends with 1 when more answers are wrong than the rates below allow.
      """)

  @Option(help: "The folder of the programs.") var programs = ".build/release"
  @Option(
    help: "The folder for pictures, store and contact sheet: a new one, an empty one, or an earlier demonstration's.")
  var output = ".build/demo"
  @Option(help: "Your own photographs: a folder of one sub-folder for each person.") var photos: String?
  @Flag(help: "Draw the pictures of the people and of the strangers, and end there.") var picturesOnly = false
  @Option(help: "The model to begin with.") var firstModel = "daemon/Models/previous.safetensors"
  @Option(help: "The model to move to.") var secondModel = "daemon/Models/default.safetensors"
  @Option(help: "The share of answers under the second model that may name somebody wrong.") var wrongRate = 0.05
  @Option(
    help: """
      The share of known people whom the second model may answer with 'unknown'. [0.3; with --photos 1: to say \
      'unknown' is never wrong]
      """)
  var unknownRate: Double?
  @Option(help: "The share of wrong claims that may be verified under the second model.") var wrongClaimRate = 0.15
  @Option(
    help: """
      The share of strangers that the daemon is asked to accept at most, with --photos. Drawn people are more alike than \
      the photographed ones that the models were calibrated on: for them the threshold is rehearsed on other drawn people.
      """)
  var falsePositiveRate = 0.01

  func run() async throws {
    let clock = ContinuousClock()
    let folder = try OutputFolder.prepare(output)

    let drawn = clock.now
    let people =
      try photos.map { try People.leavingSomeOut(of: $0, into: folder) } ?? SyntheticPeople.draw(into: folder)
    Report.say(
      "\(people.known.count) people with \(people.known.map(\.enrolled.count).reduce(0, +)) pictures to enroll, "
        + "\(people.known.map(\.asked.count).reduce(0, +)) to ask about, and \(people.strangers.count) of strangers "
        + "(\(Report.seconds(clock.now - drawn)))")
    if picturesOnly { return }

    let daemon = try Programs.Daemon(
      programs: programs, data: folder.appendingPathComponent("state").path, model: firstModel,
      falsePositiveRate: falsePositiveRate)
    defer { daemon.stop() }
    let client = Programs.Client(programs: programs, address: daemon.address)
    var story = Story(client: client, people: people, enrolled: folder.appendingPathComponent("enroll").path)

    try story.enroll()
    try story.rehearse()
    let first = try story.identify("before the model upgrade")
    try story.reindex(to: secondModel)
    try story.rehearse()
    let second = try story.identify("after the model upgrade")
    try story.verify(wrongClaimRate: wrongClaimRate)
    try story.deleteSomebody()
    Report.table([first, second])

    let unknownRate = unknownRate ?? (photos == nil ? 0.3 : 1)
    let sheet = folder.appendingPathComponent("contact-sheet.png").path
    try Report.contactSheet(second, to: sheet)
    Report.say("contact sheet: \(sheet)")
    guard second.wrongShare <= wrongRate, second.unknownShare <= unknownRate, story.failures.isEmpty else {
      for failure in story.failures { Report.say("failed: \(failure)") }
      Report.say(
        "Not as it should be: at most \(Report.percent(wrongRate)) of the answers may name somebody wrong and at most "
          + "\(Report.percent(unknownRate)) of the known may stay unknown.")
      throw ExitCode(1)
    }
    Report.say(
      "As it should be: at most \(Report.percent(wrongRate)) wrong and \(Report.percent(unknownRate)) unknown are "
        + "allowed.")
  }
}
