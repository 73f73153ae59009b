import ArgumentParser
import CoreTransport
import FaceAPI
import FaceTypes
import Foundation
import GRPCCore

/// What every sub-command takes.
struct SharedOptions: ParsableArguments {
  @Option(help: "HOST:PORT of the daemon, or unix:PATH. [FACED_ADDRESS, the context, or 127.0.0.1:50151]")
  var address: String?

  @Option(help: "Seconds to wait for an answer. [30]")
  var timeout: Double = 30

  @Option(help: "The access token, if the daemon asks for one. [FACED_TOKEN, or the context's]")
  var token: String?

  @Option(help: "A PEM file of the authorities that the daemon's certificate is checked against; turns TLS on.")
  var tlsCa: String?

  @Option(help: "A PEM file with a client certificate, if the daemon asks for one; turns TLS on.")
  var tlsCertificate: String?

  @Option(help: "A PEM file with that certificate's private key.")
  var tlsKey: String?

  @Option(help: "The context to use for this command, from `facectl context list`.")
  var context: String?

  @Flag(help: "Print JSON: one object per line.")
  var json = false

  static let defaultAddress = "127.0.0.1:50151"
  /// They may stand before the sub-command as well.
  static let names = (
    values: ["--address", "--timeout", "--token", "--tls-ca", "--tls-certificate", "--tls-key", "--context"],
    flags: ["--json"]
  )

  func validate() throws {
    guard timeout > 0, timeout <= 86_400 else {
      throw ValidationError("--timeout is a number of seconds, more than 0 and at most 86400")
    }
    guard (tlsCertificate == nil) == (tlsKey == nil) else {
      throw ValidationError("--tls-certificate and --tls-key go together")
    }
  }

  var daemonAddress: String { get throws(CommandFailure) { try target().address } }

  /// Connects, runs `body`, and turns what a call throws into what the user is told.
  func withDaemon<Value: Sendable>(
    _ body: @Sendable @escaping (GRPCClient<DeadlineTransport>) async throws -> Value
  ) async throws -> Value {
    let target = try target()
    do {
      let transport = DeadlineTransport(
        base: try CoreClientTransport(target: target.address, security: try target.security(), options: .faced),
        timeout: .seconds(timeout))
      return try await withGRPCClient(transport: transport, interceptors: target.interceptors) { client in
        try await body(client)
      }
    } catch let error as RPCError {
      throw CommandFailure(Failure(error), address: target.address, timeout: timeout)
    } catch let error as Failure {
      throw CommandFailure(error, address: target.address, timeout: timeout)
    } catch let error as CoreTransportError {
      let isUsage = error.code == .invalidAddress || error.code == .badCredentials
      throw CommandFailure(
        code: isUsage ? "invalidArgument" : "unavailable", reason: isUsage ? "USAGE" : "NO_DAEMON",
        message: error.message, ending: isUsage ? .usage : .failed)
    }
  }
}

extension CoreClientTransport.Options {
  /// Answers of faced are small; a page of 1,000 faces stays far below this.
  static var faced: Self {
    var options = Self()
    options.maximumReceiveMessageBytes = 16 << 20
    // Slower than the least interval that the daemon puts up with.
    options.keepalive = Keepalive(interval: .seconds(15), timeout: .seconds(15))
    return options
  }
}

/// Why one file was refused, as `--json` prints it.
struct ErrorOutput: Encodable, Sendable {
  let code: String
  let reason: String
  let message: String

  init(_ failure: Failure) {
    code = "\(failure.code)"
    reason = failure.reason
    message = failure.message
  }

  init(_ refusal: Refusal) {
    code = "invalidArgument"
    reason = refusal.reason
    message = refusal.message
  }
}
