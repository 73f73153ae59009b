import ArgumentParser
import Foundation

/// `facectl store copy --from STORE --to STORE`
///
/// A client knows the wire alone, and stores are copied where no daemon runs: so `faced`, which is installed beside it, does it.
struct StoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store", abstract: "Move a store between a folder and a PostgreSQL database.",
    subcommands: [Copy.self])

  struct Copy: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Copy everything to a place without a store, and compare both sides.",
      discussion: """
        A store is leveldb:DIR, a data folder, or postgres://USER@HOST:PORT/DB. No daemon may run on either: `faced store copy`, \
        which this runs, works on this machine without one. A copy that was cut off goes on where it was when it is started again.
        """)

    @Option(help: "The store to copy.") var from: String
    @Option(help: "Where to copy it to.") var to: String
    @Flag(help: "Print one JSON object.") var json = false

    func run() throws {
      let arguments = ["faced", "store", "copy", "--from", from, "--to", to] + (json ? ["--json"] : [])
      let own = URL(
        fileURLWithPath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "")
      let beside = own.deletingLastPathComponent().appendingPathComponent("faced").path
      let words = unsafe arguments.map { unsafe strdup($0) } + [nil]
      unsafe execv(beside, words)
      unsafe execvp("faced", words)
      throw CommandFailure(
        code: "failedPrecondition", reason: "FACED_MISSING",
        message: "`faced` is neither beside facectl nor in PATH; a store is copied on a machine that has it")
    }
  }
}
