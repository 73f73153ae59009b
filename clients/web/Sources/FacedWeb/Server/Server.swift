import Foundation
import Hummingbird
import Logging
import SwiftProtobuf

/// Puts the routes together and runs them.
struct Server {
  let daemon: Daemon
  let listen: ListenAddress
  let hostNames: [String]
  let gallery: String
  let requiresToken: Bool
  let logger: Logger

  func run() async throws {
    let assets = try Assets()
    let credentials = Credentials(sessions: Sessions(), daemon: daemon, requiresToken: requiresToken)
    let events = Events()
    let router = Router(context: WebContext.self)
    router.add(middleware: SecurityMiddleware(hosts: hosts))
    router.add(middleware: FailureMiddleware())
    assets.add(to: router)
    SessionRoutes(credentials: credentials).add(to: router)
    APIRoutes(
      daemon: daemon, credentials: credentials, events: events,
      descriptors: try .init(serializedBytes: assets.data("faced.binpb") ?? Data())
    ).add(to: router)
    CompreFaceRoutes(daemon: daemon, credentials: credentials, gallery: gallery).add(to: router)
    let application = Application(
      router: router,
      configuration: .init(address: .hostname(listen.host, port: listen.port), serverName: nil),
      onServerRunning: { [listen] channel in
        let port = channel.localAddress?.port ?? listen.port
        FileHandle.standardOutput.write(Data("address http://\(listen.hostInURL):\(port)\nready\n".utf8))
      },
      logger: logger)
    try await application.runService()
  }

  private var hosts: Set<String> {
    Set(["localhost", "127.0.0.1", "[::1]", listen.hostInURL.lowercased()] + hostNames.map { $0.lowercased() })
  }
}
