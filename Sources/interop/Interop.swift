import ArgumentParser
import CoreTransport
import Foundation
import GRPCCore

/// gRPC's interoperability cases over `CoreTransport`: the service that they are run against, and the client that runs
/// them. `make interop` pairs each with another stack.
@main
struct Interop: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "interop", abstract: "gRPC's interoperability cases.", subcommands: [Serve.self, Run.self])

  struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve grpc.testing.TestService until it is killed.")

    @Option(help: "HOST:PORT; port 0 takes a free one.") var address = "127.0.0.1:0"

    func run() async throws {
      var options = CoreServerTransport.Options()
      options.maximumReceiveMessageBytes = 64 << 20
      let transport = try CoreServerTransport(address: address, options: options)
      try await withGRPCServer(transport: transport, services: [TestService()]) { server in
        let line = "address \(try await server.transport.boundAddress)\n"
        FileHandle.standardOutput.write(Data(line.utf8))
        try await Task.sleep(for: .seconds(24 * 3600))
      }
    }
  }

  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run cases against a server; all, where none is named.")

    @Option(help: "HOST:PORT of the server.") var target: String
    @Option(help: "Use TLS, and trust these certificates (PEM).") var tlsCa: String?
    @Option(help: "The client's own certificate (PEM).") var tlsCertificate: String?
    @Option(help: "Its private key (PEM).") var tlsKey: String?
    @Argument(help: "Names of cases.") var cases: [String] = []

    func run() async throws {
      var options = CoreClientTransport.Options()
      options.maximumReceiveMessageBytes = 64 << 20
      let transport = try CoreClientTransport(target: target, security: try security(), options: options)
      let isPassed = try await withGRPCClient(transport: transport) { client in
        let runner = InteropCases(client: client)
        var isPassed = true
        for (name, body) in InteropCases.all where cases.isEmpty || cases.contains(name) {
          do {
            try await body(runner)()
            say("pass  \(name)")
          } catch {
            isPassed = false
            say("FAIL  \(name): \(error)")
          }
        }
        return isPassed
      }
      if !isPassed { throw ExitCode(1) }
    }

    private func security() throws -> CoreClientTransport.Security {
      guard let tlsCa else { return .plaintext }
      func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
      let identity: TLSIdentity? =
        if let tlsCertificate, let tlsKey {
          TLSIdentity(certificateChainPEM: try text(tlsCertificate), privateKeyPEM: try text(tlsKey))
        } else {
          nil
        }
      return .tls(trustRootsPEM: try text(tlsCa), identity: identity)
    }

    private func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
  }
}
