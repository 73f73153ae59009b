import ArgumentParser
import FaceTypes
import Foundation

/// The client that people use.
@main
struct Facectl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "facectl",
    abstract: "Enroll identities from photographs and ask who somebody is.",
    discussion: """
      Talks to a faced daemon; --address (or the environment variable FACED_ADDRESS) says where, and `facectl context` \
      keeps addresses, certificates and tokens under names. Every sub-command takes --address, --timeout, --token, \
      --tls-ca, --tls-certificate, --tls-key, --context and --json, and they may stand before it as well. With --json errors are objects too.

      A name is always a name, whatever it looks like; an identity's number is written #124.

      Exit codes:
        0    everything was done
        1    a call failed, or an answer could not be written
        3    some files were left out or refused; each is named with its reason
        4    the claim of a verification was not confirmed
        5    `doctor` found a problem
        64   the command line is wrong
        141  the reader of standard output has gone
      """,
    version: "facectl \(Version.text)",
    subcommands: [
      EnrollCommand.self, IdentifyCommand.self, VerifyCommand.self, FindCommand.self, DetectCommand.self,
      EmbedCommand.self, ClusterCommand.self, GalleryCommand.self, IdentityCommand.self, FaceCommand.self,
      CheckCommand.self, HistoryCommand.self, UndoCommand.self, ModelCommand.self, ReindexCommand.self,
      StatusCommand.self, DoctorCommand.self, BenchCommand.self, TokenCommand.self, AuditCommand.self,
      BackupCommand.self, ExportCommand.self, ImportCommand.self, RetentionCommand.self, ContextCommand.self,
      StoreCommand.self,
    ])

  /// Without a sub-command: what a new person needs.
  func run() async throws {
    Terminal.print(
      paragraph: """
        faced tells who is in a photograph. Start the daemon with `faced`, then:

          facectl enroll PEOPLE            a folder with one sub-folder of photographs for each person, named like them
          facectl identify PHOTO           who is this?
          facectl verify PHOTO --identity NAME
          facectl identity list            who is enrolled
          facectl identity delete NAME     forget somebody, for good

        `facectl help` shows everything, `facectl help COMMAND` the rest of a command.
        """)
  }

  static func main() async {
    StandardDescriptors.secure()
    // A reader that has gone is noticed where the write fails.
    signal(SIGPIPE, SIG_IGN)
    let given = RawPath.commandLine
    let json = given.prefix { $0 != "--" }.contains("--json")
    do {
      let arguments = SharedOptions.moveBehindSubcommand(given)
      // Before the parser complains of what stands behind it.
      if let word = arguments.first, !word.hasPrefix("-"), !commandNames.contains(word) {
        throw CommandFailure.usage("there is no command '\(word)'; `facectl help` lists them")
      }
      var command = try parseAsRoot(arguments)
      do {
        if var command = command as? any AsyncParsableCommand {
          try await command.run()
        } else {
          try command.run()
        }
      } catch {
        end(error, of: type(of: command), json: json)
      }
    } catch {
      end(error, of: Self.self, json: json)
    }
  }

  private static var commandNames: [String] { configuration.subcommands.map { $0._commandName } + ["help"] }

  /// The one place where a command that did not do what it should ends.
  private static func end(_ error: any Error, of command: any ParsableCommand.Type, json: Bool) -> Never {
    switch error {
    case let code as ExitCode: _exit(code.rawValue)
    case let failure as CommandFailure:
      failure.print(json: json)
      Ending.exit(failure.ending)
    case let error as InvalidName:
      CommandFailure(code: "invalidArgument", reason: Reason.invalidName.rawValue, message: error.message).print(
        json: json)
      Ending.exit(.usage)
    default: break
    }
    if command.exitCode(for: error) == .success {
      Terminal.print(paragraph: fullMessage(for: error))
      Ending.exit(.done)
    }
    guard command.exitCode(for: error) == .validationFailure else {
      CommandFailure(code: "internalError", reason: Reason.internal.rawValue, message: "\(error)").print(json: json)
      Ending.exit(.failed)
    }
    if json {
      CommandFailure.usage(command.message(for: error)).print(json: true)
    } else {
      var text = command.fullMessage(for: error)
      if text.hasPrefix("Error: ") { text.removeFirst("Error: ".count) }
      Terminal.error(text)
    }
    Ending.exit(.usage)
  }
}

extension SharedOptions {
  /// Moves what stands before the sub-command behind it, where every sub-command reads it.
  static func moveBehindSubcommand(_ arguments: [String]) -> [String] {
    var rest = arguments[...]
    var shared: [String] = []
    while let first = rest.first {
      if names.flags.contains(first) || names.values.contains(where: { first.hasPrefix($0 + "=") }) {
        shared.append(first)
        rest = rest.dropFirst()
      } else if names.values.contains(first), rest.count > 1 {
        shared += rest.prefix(2)
        rest = rest.dropFirst(2)
      } else {
        break
      }
    }
    guard let subcommand = rest.first, !shared.isEmpty else { return shared + rest }
    // A nested sub-command (`gallery list`) stays next to its parent.
    let nested =
      Facectl.configuration.subcommands.first { $0._commandName == subcommand }?.configuration.subcommands ?? []
    let words = rest.dropFirst().first.map { word in nested.contains { $0._commandName == word } } == true ? 2 : 1
    return rest.prefix(words) + shared + rest.dropFirst(words)
  }
}
