import CoreTransport
import Foundation
import GRPCCore
import Testing

@Suite struct AddressTests {
  private func form(_ text: String) throws -> TransportAddress.Form { try TransportAddress(text).form }

  @Test func everyForm() throws {
    #expect(try form("127.0.0.1:50151") == .network(host: "127.0.0.1", port: 50151))
    #expect(try form("localhost:0") == .network(host: "localhost", port: 0))
    #expect(try form("[::1]:80") == .network(host: "::1", port: 80))
    #expect(try form("unix:/run/faced.sock") == .unixSocket(path: "/run/faced.sock"))
    #expect(try form("unix-abstract:faced") == .abstractSocket(name: "faced"))
    #expect(try TransportAddress("[::1]:0").withPort(7) == "[::1]:7")
    #expect(try TransportAddress("unix:x").withPort(7) == "unix:x")
  }

  @Test(arguments: [
    ("", "empty"), ("127.0.0.1", "no port"), ("127.0.0.1:", "no port"), ("127.0.0.1:abc", "no port"),
    (":50402", "no host"),
    ("50402", "port alone"), ("127.0.0.1:99999", "1 to 65535"), ("127.0.0.1:-1", "no port"),
    ("127.0.0.1:+80", "no port"), ("http://127.0.0.1:80", "URL"), ("::1:80", "[IPV6]:PORT"), ("[::1:80", "bracket"),
    ("[::1]", "no port"), ("unix:", "names no socket"), ("a\0b:1", "NUL"),
    ("127.0.0.1:99999999999999999999", "no port"), ("unix:" + String(repeating: "x", count: 108), "at most 107"),
  ])
  func eachFaultHasItsSentence(_ text: String, _ part: String) {
    let error = #expect(throws: CoreTransportError.self) { try TransportAddress(text) }
    #expect(error?.code == .invalidAddress)
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
  }

  @Test func whatIsLocal() throws {
    for text in ["127.0.0.1:1", "127.9.9.9:1", "localhost:1", "[::1]:1", "[::ffff:127.0.0.1]:1", "unix:x"] {
      #expect(try TransportAddress(text).isLocal(), "\(text)")
    }
    for text in ["0.0.0.0:1", "192.0.2.1:1", "[::]:1", "[2001:db8::1]:1"] {
      #expect(try !TransportAddress(text).isLocal(), "\(text)")
    }
    // A name is looked up, whatever it begins with.
    #expect(throws: CoreTransportError.self) { try TransportAddress("127.foo.invalid:1").isLocal() }
  }

  @Test func aClientWantsAPort() {
    #expect(throws: CoreTransportError.self) { try CoreClientTransport(target: "127.0.0.1:0") }
  }

  private func listening<R>(
    _ address: String, _ body: (CoreServerTransport) async throws -> R
  ) async throws -> R {
    let server = try CoreServerTransport(address: address)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.listen { _, _ in } }
      defer { server.beginGracefulShutdown() }
      _ = try await server.boundPort
      return try await body(server)
    }
  }

  @Test func severalAtOnce() async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("t-\(UUID().uuidString).sock").path
    let transport = try CoreServerTransport(
      addresses: ["127.0.0.1:0", "unix:\(path)", "[::1]:0"].map { try TransportAddress($0) })
    try await withGRPCServer(transport: transport, services: [TestService(handlers: standardHandlers)]) { _ in
      let bound = try await transport.boundAddresses
      #expect(bound.count == 3 && bound[1] == "unix:\(path)" && bound[0] != "127.0.0.1:0")
      for address in bound {
        try await withGRPCClient(transport: try CoreClientTransport(target: address)) { client in
          let answer = try await client.unary([1, 2]).message
          #expect(answer == [1, 2], "\(address)")
        }
      }
    }
    #expect(!FileManager.default.fileExists(atPath: path))
    // All or none: what was opened before the one that is taken is closed again.
    try await listening("127.0.0.1:0") { server in
      let taken = try await server.boundAddress
      let second = try CoreServerTransport(
        addresses: ["unix:\(path)", taken].map { try TransportAddress($0) })
      await #expect(throws: CoreTransportError.self) { try await second.listen { _, _ in } }
      #expect(!FileManager.default.fileExists(atPath: path))
    }
    #expect(throws: CoreTransportError.self) { try CoreServerTransport(addresses: []) }
  }

  private func refusal(_ address: String) async throws -> String {
    let server = try CoreServerTransport(address: address)
    let error = await #expect(throws: CoreTransportError.self) { try await server.listen { _, _ in } }
    #expect(error?.code == .addressUnavailable)
    return error?.message ?? ""
  }

  @Test func aLiveSocketIsNotTakenOverAndAStaleOneIs() async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("t-\(UUID().uuidString).sock").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await listening("unix:\(path)") { _ in
      let said = try await refusal("unix:\(path)")
      #expect(said.contains("another process uses it"), "\(said)")
      #expect(FileManager.default.fileExists(atPath: path))
      // The first still answers.
      let again = try await refusal("unix:\(path)")
      #expect(again == said)
    }
    // What a killed process leaves: a socket that nobody serves.
    try? FileManager.default.removeItem(atPath: path)
    let left = Process()
    left.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    left.arguments = ["python3", "-c", "import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])", path]
    try left.run()
    left.waitUntilExit()
    #expect(FileManager.default.fileExists(atPath: path))
    try await listening("unix:\(path)") { _ in }
  }

  @Test func aFileIsNotASocket() async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("t-\(UUID().uuidString)").path
    try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try await refusal("unix:\(path)").contains("not a socket"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("precious".utf8))
  }

  @Test func whyItCannotListen() async throws {
    try await listening("127.0.0.1:0") { server in
      let taken = try await server.boundAddress
      #expect(try await refusal(taken).contains("another process uses it"))
    }
    #expect(try await refusal("192.0.2.1:0").contains("not an address of this machine"))
  }
}
