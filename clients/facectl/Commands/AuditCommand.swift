import ArgumentParser
import AuditLog
import FaceAPI
import FaceTypes
import Foundation
import GRPCCore
import SwiftProtobuf

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Show what was done and by whom, and check that nobody changed the record of it.",
    subcommands: [Tail.self, Verify.self])

  struct Tail: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the last lines of the daemon's audit log.")

    @OptionGroup var shared: SharedOptions
    @Option(name: [.short, .long], help: "The most lines to print, 1 to 10,000.") var lines: Int32 = 20

    func validate() throws {
      guard (1...Int32(RequestLimits.auditLines)).contains(lines) else {
        throw ValidationError("--lines is 1 to 10,000")
      }
    }

    func run() async throws {
      let found = try await shared.withDaemon { [lines] client in
        try await Faced_V1_AuditService.Client(wrapping: client).tailAuditLog(.with { $0.lines = lines }) { response in
          var found: [String] = []
          for try await message in response.messages { found.append(message.line) }
          return found
        }
      }
      if shared.json { return found.forEach { Terminal.print($0) } }
      Terminal.printTable(
        ["NUMBER", "TIME", "WHO", "FROM", "VERB", "GALLERY", "IDENTITIES", "DECISION", "STATUS"],
        found.compactMap(AuditLine.init).map { line in
          let event = line.event
          return [
            String(line.number), line.time, event.who, event.from, event.verb, event.gallery ?? "",
            (event.identities ?? []).map(String.init).joined(separator: ","), event.decision ?? "",
            event.reason.map { "\(event.status) \($0)" } ?? event.status,
          ]
        })
    }
  }

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check the chain of hashes, of the daemon's log or of a file or folder here.",
      discussion: """
        Prints the hash of the last line. Whoever keeps it elsewhere can say it with --contains later: then a log that \
        was cut off or written anew is found too. Exits with 0 if all is in order, and with 4 if not.
        """)

    struct Output: Encodable {
      let lines: Int64
      let lastHash: String
      let problem: String?

      private enum CodingKeys: String, CodingKey { case lines, lastHash = "last_hash", problem }
    }

    @OptionGroup var shared: SharedOptions
    @Argument(help: "An audit file, or the folder of them; the daemon's own log without it.") var path: String?
    @Option(help: "A hash that one of the lines must have.") var contains: String?

    func run() async throws {
      let output = try await found()
      if shared.json {
        Terminal.printJSON(output)
      } else if let problem = output.problem {
        Terminal.error("the audit log is not in order: \(problem)")
      } else {
        Terminal.print("\(output.lines) lines in order; the last one's hash is \(output.lastHash)")
      }
      if output.problem != nil { throw Ending.notVerified.code }
    }

    private func found() async throws -> Output {
      if let path {
        do {
          let found = try AuditVerification.check(path: path, containing: contains)
          return Output(lines: Int64(found.lines), lastHash: found.lastHash ?? "", problem: found.problem)
        } catch let error as AuditError {
          throw CommandFailure(
            code: "invalidArgument", reason: Reason.auditLogUnreadable.rawValue, message: error.message)
        }
      }
      let found = try await shared.withDaemon { [contains] client in
        try await Faced_V1_AuditService.Client(wrapping: client).verifyAuditLog(
          .with { $0.containsHash = contains ?? "" })
      }
      return Output(
        lines: found.lines, lastHash: found.lastHash, problem: found.problem.isEmpty ? nil : found.problem)
    }
  }
}
