import ArgumentParser
import FaceStore

/// `faced check --data DIR`
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Read every record of a data folder and name what is damaged.",
    discussion: "The daemon must not be running on it. Exits with 0 if all is in order, and with 4 if not.")

  @ParentCommand var faced: Faced

  func run() async throws {
    let directory = faced.data ?? Settings.defaultDirectory()
    try await Offline.run {
      let findings = try await StoreExamination.run(directory: directory + "/store")
      let lost = try Offline.lostChanges(directory)
      for line in findings.sentences + (lost.map { [$0] } ?? []) { print(line) }
      let damages = findings.damages.count + (lost == nil ? 0 : 1)
      print(
        "\(findings.faces) faces of \(findings.identities) identities in \(findings.galleries) galleries were read; "
          + (damages == 0 ? "all is in order" : "\(damages) damages"))
      if damages > 0 {
        print("`faced repair --data \(directory)` keeps the rest")
        throw ExitCode(4)
      }
    }
  }
}
