import ArgumentParser
import Foundation

struct ContextCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "context", abstract: "Keep addresses, certificates and tokens under names.",
    discussion: """
      Commands use the context in use, unless --address or FACED_ADDRESS names another daemon; --context NAME uses another \
      one once. They are kept in $XDG_CONFIG_HOME/faced/contexts.json, which only you can read.
      """,
    subcommands: [Add.self, Use.self, List.self, Remove.self])

  struct Output: Encodable {
    let name: String
    let current: Bool
    let address: String
    let tls: Bool
    let certificate: String?
    let token: Bool

    init(_ name: String, _ context: SavedContext, current: Bool) {
      self.name = name
      self.current = current
      address = context.address
      tls = context.tlsCA != nil || context.tlsCertificate != nil
      certificate = context.tlsCertificate
      // Not its text: lists are shown to others.
      token = context.token != nil
    }
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keep --address, --tls-ca, --tls-certificate, --tls-key and --token under a name.")

    @OptionGroup var shared: SharedOptions
    @Argument(help: "Its name; a context of that name is replaced.") var name: String

    func validate() throws {
      let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
      guard isPlain, (1...64).contains(name.utf8.count), !name.hasPrefix("-") else {
        throw ValidationError("a context's name is 1 to 64 letters, digits, '-', '_' and '.'")
      }
      guard shared.address != nil else { throw ValidationError("give the daemon's address: --address HOST:PORT") }
    }

    func run() async throws {
      let context = SavedContext(
        address: try DaemonAddress.check(shared.address ?? "", from: "--address"),
        tlsCA: try Self.absolute("--tls-ca", shared.tlsCa),
        tlsCertificate: try Self.absolute("--tls-certificate", shared.tlsCertificate),
        tlsKey: try Self.absolute("--tls-key", shared.tlsKey), token: shared.token)
      var file = try ContextFile.read()
      file.contexts[name] = context
      if file.current == nil { file.current = name }
      try file.write()
      let output = Output(name, context, current: file.current == name)
      if shared.json { return Terminal.printJSON(output) }
      Terminal.print(
        output.current
          ? "added and in use: \(name)" : "added: \(name); `facectl context use \(name)` makes commands use it")
    }

    private static func absolute(_ option: String, _ path: String?) throws(CommandFailure) -> String? {
      guard let path else { return nil }
      guard FileManager.default.isReadableFile(atPath: path) else {
        throw .usage("\(option) '\(path)' is missing or cannot be read")
      }
      return URL(fileURLWithPath: path).standardizedFileURL.path
    }
  }

  struct Use: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make commands use a context.")

    @OptionGroup var shared: SharedOptions
    @Argument(help: "Its name.") var name: String

    func run() async throws {
      var file = try ContextFile.read()
      guard let context = file.contexts[name] else {
        throw CommandFailure.usage("there is no context '\(name)'; `facectl context list` shows the contexts")
      }
      file.current = name
      try file.write()
      if shared.json { return Terminal.printJSON(Output(name, context, current: true)) }
      Terminal.print("in use: \(name), \(context.address)")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show the contexts, without the tokens' text.")

    @OptionGroup var shared: SharedOptions

    func run() async throws {
      let file = try ContextFile.read()
      let all = file.contexts.sorted { $0.key < $1.key }.map {
        Output($0.key, $0.value, current: $0.key == file.current)
      }
      if shared.json { return all.forEach { Terminal.printJSON($0) } }
      Terminal.printTable(
        ["IN USE", "NAME", "ADDRESS", "TLS", "TOKEN"],
        all.map {
          [
            $0.current ? "*" : "", $0.name, $0.address, $0.tls ? $0.certificate ?? "yes" : "no",
            $0.token ? "yes" : "no",
          ]
        })
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Forget a context.")

    @OptionGroup var shared: SharedOptions
    @Argument(help: "Its name.") var name: String

    func run() async throws {
      var file = try ContextFile.read()
      guard file.contexts.removeValue(forKey: name) != nil else {
        throw CommandFailure.usage("there is no context '\(name)'; `facectl context list` shows the contexts")
      }
      if file.current == name { file.current = nil }
      try file.write()
      shared.json ? Terminal.printJSON(["removed": name]) : Terminal.print("removed: \(name)")
    }
  }
}
