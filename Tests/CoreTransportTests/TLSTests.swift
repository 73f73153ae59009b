import CoreTransport
import Foundation
import GRPCCore
import Testing

/// A self-signed certificate for localhost, made by openssl for one test.
struct ThrowAwayCertificate {
  static let openssl = "/usr/bin/openssl"
  static var canBeMade: Bool { FileManager.default.isExecutableFile(atPath: openssl) }

  let certificate: String
  let key: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("core-transport-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.openssl)
    process.arguments = [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
      "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
      "-keyout", folder.appendingPathComponent("key.pem").path, "-out", folder.appendingPathComponent("cert.pem").path,
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    certificate = try String(contentsOf: folder.appendingPathComponent("cert.pem"), encoding: .utf8)
    key = try String(contentsOf: folder.appendingPathComponent("key.pem"), encoding: .utf8)
  }
}

@Suite(
  .timeLimit(.minutes(5)), .enabled(if: ThrowAwayCertificate.canBeMade, "skipped: no openssl to make a certificate"))
struct TLSTests {
  @Test func protectedCalls() async throws {
    let own = try ThrowAwayCertificate()
    let server = try CoreServerTransport(
      security: .tls(certificateChainPEM: own.certificate, privateKeyPEM: own.key))
    try await withPair(server: server, clientSecurity: .tls(trustRootsPEM: own.certificate)) { client, _, _ in
      let message = [UInt8](repeating: 6, count: 300_000)
      for method in [MethodDescriptor.echo, .chat] {
        let answer = try await client.unary(message, method).message
        #expect(answer == message)
      }
    }
  }

  @Test func strangersCertificateIsNotTrusted() async throws {
    let own = try ThrowAwayCertificate()
    let other = try ThrowAwayCertificate()
    let server = try CoreServerTransport(
      security: .tls(certificateChainPEM: own.certificate, privateKeyPEM: own.key))
    try await withPair(server: server, clientSecurity: .tls(trustRootsPEM: other.certificate)) { client, _, _ in
      let code = try await rpcCode { _ = try await client.unary([1]).message }
      #expect(code == .unavailable)
    }
  }

  @Test func plaintextClientOfAProtectedServer() async throws {
    let own = try ThrowAwayCertificate()
    let server = try CoreServerTransport(
      security: .tls(certificateChainPEM: own.certificate, privateKeyPEM: own.key))
    try await withPair(server: server) { client, _, _ in
      let code = try await rpcCode { _ = try await client.unary([1]).message }
      #expect(code == .unavailable)
    }
  }

  @Test func badCredentials() async throws {
    let own = try ThrowAwayCertificate()
    #expect { try CoreServerTransport(security: .tls(certificateChainPEM: "hello", privateKeyPEM: own.key)) } throws: {
      ($0 as? CoreTransportError)?.code == .badCredentials
    }
    #expect { try CoreClientTransport(target: "x:1", security: .tls(trustRootsPEM: own.key)) } throws: {
      ($0 as? CoreTransportError)?.code == .badCredentials
    }
    let other = try ThrowAwayCertificate()
    #expect {
      try CoreServerTransport(security: .tls(certificateChainPEM: own.certificate, privateKeyPEM: other.key))
    } throws: {
      ($0 as? CoreTransportError)?.code == .badCredentials
    }
  }

  @Test func aClientsCertificateReachesTheHandler() async throws {
    let server = try ThrowAwayCertificate()
    let client = try ThrowAwayCertificate()
    let certificates = try ServerCertificates(
      identity: TLSIdentity(certificateChainPEM: server.certificate, privateKeyPEM: server.key),
      clientRootsPEM: client.certificate)
    let whoAreYou: Handler = { _, context in
      let names = (context.transportSpecific as? CoreServerContext)?.peerCertificate?.names ?? []
      return StreamingServerResponse(single: ServerResponse(message: Array(names.joined(separator: " ").utf8)))
    }
    let identity = TLSIdentity(certificateChainPEM: client.certificate, privateKeyPEM: client.key)
    try await withPair(
      [.echo: whoAreYou], server: try CoreServerTransport(security: .certificates(certificates)),
      clientSecurity: .tls(trustRootsPEM: server.certificate, identity: identity)
    ) { client, _, _ in
      let names = try await client.unary([]).message
      #expect(String(decoding: names, as: UTF8.self).hasPrefix("localhost localhost"))
    }
    // Without a certificate, and with one of somebody else.
    let stranger = TLSIdentity(certificateChainPEM: server.certificate, privateKeyPEM: server.key)
    for identity in [nil, stranger] {
      try await withPair(
        server: try CoreServerTransport(security: .certificates(certificates)),
        clientSecurity: .tls(trustRootsPEM: server.certificate, identity: identity)
      ) { client, _, _ in
        let code = try await rpcCode { _ = try await client.unary([1]).message }
        #expect(code == .unavailable)
      }
    }
  }
}
