import CoreTransport
import Foundation

/// The PEM files that connections are encrypted with.
struct TLSFiles: Sendable, Hashable {
  let certificate: String
  let key: String
  /// The authorities of clients' certificates; nil where clients are asked for none.
  let clientCA: String?

  /// Nil where none is named.
  /// - Throws: `SettingsError` where one is named without the others that it needs.
  init?(certificate: String?, key: String?, clientCA: String?) throws {
    switch (certificate, key) {
    case (let certificate?, let key?): (self.certificate, self.key, self.clientCA) = (certificate, key, clientCA)
    case (nil, nil):
      guard clientCA == nil else {
        throw SettingsError(message: "--tls-client-ca needs --tls-certificate and --tls-key too")
      }
      return nil
    case (_?, nil): throw SettingsError(message: "--tls-certificate needs --tls-key, its private key")
    case (nil, _?):
      throw SettingsError(message: "--tls-key needs --tls-certificate, the certificate that it belongs to")
    }
  }

  /// - Throws: `SettingsError` naming the file that cannot be read.
  func read() throws -> (identity: TLSIdentity, clientRoots: String?) {
    let identity = TLSIdentity(
      certificateChainPEM: try Self.text("--tls-certificate", certificate),
      privateKeyPEM: try Self.text("--tls-key", key))
    return (identity, try clientCA.map { try Self.text("--tls-client-ca", $0) })
  }

  private static func text(_ option: String, _ path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SettingsError(message: "\(option) '\(path)' is missing or cannot be read")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// What tells whether a file is another one than before.
  var state: [String] {
    [certificate, key, clientCA].compactMap { $0 }.map { path in
      var status = stat()
      guard unsafe stat(path, &status) == 0 else { return "-" }
      return "\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }
  }
}
