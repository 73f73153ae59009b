import ArgumentParser
import CoreTransport
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Glibc

/// The echo service on either Swift transport: all that differs is the line that makes the transport.
@main
struct EchoServer: AsyncParsableCommand {
  enum Transport: String, ExpressibleByArgument {
    case core
    case nio
  }

  static let configuration = CommandConfiguration(
    commandName: "echo-server",
    abstract: "Serves faced.bench.Echo on a port of 127.0.0.1, which it prints, until it is killed.")

  @Option(help: "core (libgrpc) or nio (SwiftNIO).") var transport: Transport

  func run() async throws {
    switch transport {
    case .core:
      try await serve(try CoreServerTransport(address: "127.0.0.1:0")) { try await $0.boundPort }
    case .nio:
      let address = SocketAddress.ipv4(host: "127.0.0.1", port: 0)
      try await serve(HTTP2ServerTransport.Posix(address: address, transportSecurity: .plaintext)) {
        try await $0.listeningAddress.ipv4?.port ?? 0
      }
    }
  }

  private func serve<T: ServerTransport>(_ transport: T, _ port: @Sendable (T) async throws -> Int) async throws {
    let server = GRPCServer(transport: transport, services: [Echo()])
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask { try await server.serve() }
      print("port \(try await port(transport))")
      fflush(nil)
    }
  }
}
