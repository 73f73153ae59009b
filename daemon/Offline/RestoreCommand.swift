import ArgumentParser
import BackupFile
import FaceEngine
import FaceStore

/// `faced restore FILE --data DIR`
struct RestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Make a data folder out of a backup.",
    discussion: """
      The folder must be absent or empty. It appears whole, once every byte of the backup was checked; so an attempt \
      that failed leaves nothing behind. A backup of an encrypted store needs its keys, of `facectl backup keys`; who has \
      none there was deleted since, and is left out. Tokens and audit log are not in a backup: create the tokens anew.
      """)

  @ParentCommand var faced: Faced
  @Argument(help: "The backup made by `facectl backup create`; - is standard input.") var file: String
  @Option(help: "The keys of an encrypted store, made by `facectl backup keys`.") var keyring: String?

  func run() async throws {
    guard let data = faced.data else { throw ValidationError("give the folder to restore to: --data DIR") }
    try await Offline.run {
      let (check, leftOut) = try await BackupRestorer.restore(file, keyring: keyring, to: data)
      let summary = check.summary
      print(
        "restored \(summary?.faces ?? 0) faces of \(summary?.identities ?? 0) identities in \(summary?.galleries ?? 0) "
          + "galleries, and \(check.models) models, to \(data)")
      if leftOut.identities > 0 {
        print(
          "left out \(leftOut.faces) faces of \(leftOut.identities) identities, which were deleted since: no key opens them"
        )
      }
    }
  }
}
