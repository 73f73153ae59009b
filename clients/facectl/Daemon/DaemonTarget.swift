import CoreTransport
import Foundation
import GRPCCore

/// Where a command goes, and with what.
struct DaemonTarget {
  var address: String
  var token = ""
  var tlsCA: String?
  var tlsCertificate: String?
  var tlsKey: String?

  /// - Throws: `CommandFailure` naming the file that cannot be read.
  func security() throws(CommandFailure) -> CoreClientTransport.Security {
    guard tlsCA != nil || tlsCertificate != nil else { return .plaintext }
    let roots = try Self.text("--tls-ca", tlsCA)
    guard let certificate = try Self.text("--tls-certificate", tlsCertificate),
      let key = try Self.text("--tls-key", tlsKey)
    else { return .tls(trustRootsPEM: roots) }
    return .tls(
      trustRootsPEM: roots, identity: TLSIdentity(certificateChainPEM: certificate, privateKeyPEM: key))
  }

  var interceptors: [any ClientInterceptor] { token.isEmpty ? [] : [TokenInterceptor(token: token)] }

  private static func text(_ option: String, _ path: String?) throws(CommandFailure) -> String? {
    guard let path else { return nil }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .usage("\(option) '\(path)' is missing or cannot be read")
    }
    return String(decoding: data, as: UTF8.self)
  }
}

extension SharedOptions {
  /// A flag goes before the environment, and that before the context. The context in use is for its own address: with
  /// another one, its token and certificate would go to a stranger.
  func target() throws(CommandFailure) -> DaemonTarget {
    let environment = ProcessInfo.processInfo.environment
    var given = try address.map { text throws(CommandFailure) in try DaemonAddress.check(text, from: "--address") }
    if given == nil, let variable = environment["FACED_ADDRESS"] {
      given = try DaemonAddress.check(variable, from: "FACED_ADDRESS")
    }
    var target = DaemonTarget(address: given ?? Self.defaultAddress)
    if let context = try savedContext(isForOwnAddress: given == nil) {
      target = DaemonTarget(
        address: given ?? context.address, token: context.token ?? "", tlsCA: context.tlsCA,
        tlsCertificate: context.tlsCertificate, tlsKey: context.tlsKey)
    }
    // An empty token is none: it is what an unset variable looks like in a script.
    if let token = token ?? environment["FACED_TOKEN"] { target.token = token }
    if let tlsCa { target.tlsCA = tlsCa }
    if let tlsCertificate { (target.tlsCertificate, target.tlsKey) = (tlsCertificate, tlsKey) }
    return target
  }

  private func savedContext(isForOwnAddress: Bool) throws(CommandFailure) -> SavedContext? {
    guard context != nil || isForOwnAddress else { return nil }
    let file = try ContextFile.read()
    guard let name = context ?? file.current else { return nil }
    guard let saved = file.contexts[name] else {
      throw .usage("there is no context '\(name)'; `facectl context list` shows the contexts")
    }
    return saved
  }
}
