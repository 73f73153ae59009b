import ArgumentParser
import CoreTransport
import Foundation
import GRPCCore
import Logging

/// The console in the browser, and HTTP for programs.
@main
struct FacedWeb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "faced-web",
    abstract: "A web console and an HTTP API for a faced daemon.",
    discussion: """
      Serves a console for people at /, JSON for programs at /v1, and CompreFace's API at /api/v1. Everything is asked of \
      the daemon over gRPC; nothing is kept here but the sessions of signed-in browsers, in memory.

      Prints `address http://HOST:PORT` and then `ready` on standard output once it serves.
      """)

  @Option(help: "Where the daemon listens: HOST:PORT or unix:PATH. [FACED_ADDRESS or 127.0.0.1:50151]")
  var daemon = ProcessInfo.processInfo.environment["FACED_ADDRESS"] ?? "127.0.0.1:50151"
  @Option(help: "HOST:PORT to serve on; port 0 takes a free one.") var address = "127.0.0.1:8150"
  @Option(help: "The gallery that CompreFace's API works on.") var gallery = "default"
  @Option(help: "A host name that browsers may use for this server; may be given several times.")
  var hostName: [String] = []
  @Flag(
    help: """
      Serve beyond this machine. Passwords, pictures and names then cross the network in the clear: put a proxy with \
      HTTPS in front.
      """)
  var allowRemote = false
  @OptionGroup var access: DaemonAccess
  @Option(help: "trace, debug, info, notice, warning or error.") var logLevel = "info"

  func run() async throws {
    let listen = try ListenAddress(address, allowRemote: allowRemote)
    guard let level = Logger.Level(rawValue: logLevel) else {
      throw ValidationError("--log-level is trace, debug, info, notice, warning or error, not '\(logLevel)'")
    }
    guard !(allowRemote && access.ownToken != nil) else {
      throw ValidationError(
        "with --token everybody who reaches this server has its rights, so it serves this machine alone: leave out "
          + "--allow-remote, or let every caller bring a token of their own")
    }
    LoggingSystem.bootstrap(StreamLogHandler.standardError)
    var logger = Logger(label: "faced-web")
    logger.logLevel = level
    signal(SIGPIPE, SIG_IGN)
    let transport = try CoreClientTransport(target: daemon, security: try access.security(), options: .web)
    try await withGRPCClient(transport: transport) { [logger] client in
      let server = Server(
        daemon: Daemon(client: client, token: access.ownToken, lendsRights: access.lendsRights), listen: listen,
        hostNames: hostName, gallery: gallery, requiresToken: allowRemote && access.lendsRights, logger: logger)
      try await server.run()
    }
  }
}

extension CoreClientTransport.Options {
  /// A page of identities and a kept crop stay far below this.
  static var web: Self {
    var options = Self()
    options.maximumReceiveMessageBytes = 64 << 20
    return options
  }
}
