import ArgumentParser

/// The client that people use.
@main
struct Facectl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "facectl",
    abstract: "Enroll identities from photographs and ask who somebody is.",
    discussion: """
      Talks to a faced daemon; --address (or the environment variable FACED_ADDRESS) says where, and may stand before \
      or behind the sub-command. Every sub-command takes --json.

      Exit codes: 0 everything was done; 1 the call failed; 3 some of the photographs were refused; 4 the claim of a \
      verification was not confirmed; 64 the command line is wrong.
      """,
    version: "facectl \(Version.text)",
    subcommands: [
      EnrollCommand.self, IdentifyCommand.self, VerifyCommand.self, DetectCommand.self, GalleryCommand.self,
      IdentityCommand.self, FaceCommand.self, ModelCommand.self, ReindexCommand.self, StatusCommand.self,
      TokenCommand.self,
    ])

  static func main() async {
    await main(sharedOptionsLast(Array(CommandLine.arguments.dropFirst())))
  }

  /// Moves `--address X`, `--token X` and `--json` from before the sub-command to the end, where every sub-command reads them.
  static func sharedOptionsLast(_ arguments: [String]) -> [String] {
    var rest = arguments[...]
    var shared: [String] = []
    while let first = rest.first {
      if first == "--json" || first.hasPrefix("--address=") || first.hasPrefix("--token=") {
        shared.append(first)
        rest = rest.dropFirst()
      } else if first == "--address" || first == "--token", rest.count > 1 {
        shared += rest.prefix(2)
        rest = rest.dropFirst(2)
      } else {
        break
      }
    }
    guard let subcommand = rest.first else { return shared + rest }
    return [subcommand] + placeBehindNested(shared, rest.dropFirst())
  }

  /// A nested sub-command (`gallery list`) has to stay next to its parent.
  private static func placeBehindNested(_ shared: [String], _ rest: ArraySlice<String>) -> [String] {
    guard let first = rest.first, !first.hasPrefix("-") else { return shared + rest }
    return [first] + shared + rest.dropFirst()
  }
}
