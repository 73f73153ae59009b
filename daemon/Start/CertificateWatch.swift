import CoreTransport
import Foundation
import Logging
import Synchronization

/// Reads the certificates again when their files change, and when it is told to. Connections that are open stay.
final class CertificateWatch: Sendable {
  let certificates: ServerCertificates
  private let files: TLSFiles
  private let logger: Logger
  private let seen: Mutex<[String]>

  /// How often is looked.
  private static let interval = Duration.seconds(1)

  /// - Throws: `SettingsError`, `CoreTransportError` for files that cannot be used.
  init(_ files: TLSFiles, logger: Logger) throws {
    let state = files.state
    let (identity, clientRoots) = try files.read()
    do {
      certificates = try ServerCertificates(identity: identity, clientRootsPEM: clientRoots)
    } catch {
      throw SettingsError(
        message: "--tls-certificate '\(files.certificate)', --tls-key '\(files.key)': \(error.message)")
    }
    self.files = files
    self.logger = logger
    seen = Mutex(state)
  }

  /// Until it is cancelled.
  func run() async {
    while true {
      do { try await Task.sleep(for: Self.interval) } catch { return }
      if seen.withLock({ $0 != files.state }) { reload() }
    }
  }

  /// What cannot be used is not taken: the daemon goes on with what it has, and says so.
  func reload() {
    let state = files.state
    seen.withLock { $0 = state }
    do {
      let (identity, clientRoots) = try files.read()
      if try certificates.replace(identity: identity, clientRootsPEM: clientRoots) {
        logger.notice("the certificates were read again")
      }
    } catch {
      let reason = (error as? SettingsError)?.message ?? (error as? CoreTransportError)?.message ?? "\(error)"
      // Two files are seldom replaced in one moment, so the next look may find a pair.
      logger.warning("the certificates are unchanged", metadata: ["reason": "\(reason)"])
    }
  }
}
