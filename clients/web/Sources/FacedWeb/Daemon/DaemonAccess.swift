import ArgumentParser
import CoreTransport
import Foundation

/// How the daemon is spoken to, and as whom: as any client does.
struct DaemonAccess: ParsableArguments {
  @Option(
    help: """
      A token of the daemon for whoever brings none: everybody who reaches this server then has its rights, so give it few. \
      [FACED_TOKEN]
      """)
  var token: String?
  @Option(help: "A PEM file of the authorities that the daemon's certificate is checked against; turns TLS on.")
  var tlsCa: String?
  @Option(
    help: """
      A PEM file with a client certificate, if the daemon asks for one; turns TLS on. Where the daemon takes it for a \
      token, it is one for whoever brings none, as --token is; with --allow-remote everybody has to bring one.
      """)
  var tlsCertificate: String?
  @Option(help: "A PEM file with that certificate's private key.") var tlsKey: String?

  func validate() throws {
    guard (tlsCertificate == nil) == (tlsKey == nil) else {
      throw ValidationError("--tls-certificate and --tls-key go together")
    }
  }

  /// An empty token is none: it is what an unset variable looks like in a script.
  var ownToken: String? {
    (token ?? ProcessInfo.processInfo.environment["FACED_TOKEN"]).flatMap { $0.isEmpty ? nil : $0 }
  }

  var lendsRights: Bool { ownToken != nil || tlsCertificate != nil }

  func security() throws -> CoreClientTransport.Security {
    guard tlsCa != nil || tlsCertificate != nil else { return .plaintext }
    let roots = try Self.text("--tls-ca", tlsCa)
    guard let certificate = try Self.text("--tls-certificate", tlsCertificate),
      let key = try Self.text("--tls-key", tlsKey)
    else { return .tls(trustRootsPEM: roots) }
    return .tls(
      trustRootsPEM: roots, identity: TLSIdentity(certificateChainPEM: certificate, privateKeyPEM: key))
  }

  private static func text(_ option: String, _ path: String?) throws -> String? {
    guard let path else { return nil }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw ValidationError("\(option) '\(path)' is missing or cannot be read")
    }
    return text
  }
}
