import ArgumentParser
import FaceStore

/// `faced check --data DIR`
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Read every record of a data folder and say what is damaged, by name.",
    discussion: "The daemon must not be running on it. Ends with 0 where all is in order, with 4 where it is not.")

  @ParentCommand var faced: Faced

  func run() async throws {
    let directory = faced.data ?? Settings.defaultDirectory()
    try await Offline.run {
      let findings = try await StoreExamination.run(directory: directory + "/store")
      for line in findings.sentences { print(line) }
      print(
        "\(findings.faces) faces of \(findings.identities) identities in \(findings.galleries) galleries were read; "
          + (findings.isInOrder ? "all is in order" : "\(findings.damages.count) damages"))
      if !findings.isInOrder {
        print("`faced repair --data \(directory)` keeps the rest")
        throw ExitCode(4)
      }
    }
  }
}
