import ArgumentParser
import CoreTransport
import FaceAPI
import FaceTypes
import Foundation
import GRPCCore

/// What every sub-command takes.
struct SharedOptions: ParsableArguments {
  @Option(help: "HOST:PORT of the daemon, or unix:PATH. [FACED_ADDRESS, or 127.0.0.1:50151]")
  var address: String?

  @Option(help: "Seconds to wait for an answer. [30]")
  var timeout: Double = 30

  @Option(help: "What lets you in where the daemon asks for it. [FACED_TOKEN]")
  var token: String?

  @Flag(help: "Print JSON for programs: one object a line.")
  var json = false

  static let defaultAddress = "127.0.0.1:50151"
  /// They may stand before the sub-command as well.
  static let names = (values: ["--address", "--timeout", "--token"], flags: ["--json"])

  func validate() throws {
    guard timeout > 0, timeout <= 86_400 else {
      throw ValidationError("--timeout is a number of seconds, more than 0 and at most 86400")
    }
  }

  var daemonAddress: String {
    get throws(CommandFailure) {
      if let address { return try DaemonAddress.check(address, from: "--address") }
      guard let variable = ProcessInfo.processInfo.environment["FACED_ADDRESS"] else { return Self.defaultAddress }
      return try DaemonAddress.check(variable, from: "FACED_ADDRESS")
    }
  }

  /// Connects, runs `body`, and turns what a call throws into what the user is told.
  func withDaemon<Value: Sendable>(
    _ body: @Sendable @escaping (GRPCClient<DeadlineTransport>) async throws -> Value
  ) async throws -> Value {
    let target = try daemonAddress
    do {
      let transport = DeadlineTransport(
        base: try CoreClientTransport(target: target, options: .faced), timeout: .seconds(timeout))
      return try await withGRPCClient(transport: transport, interceptors: interceptors) { client in
        try await body(client)
      }
    } catch let error as RPCError {
      throw CommandFailure(Failure(error), address: target, timeout: timeout)
    } catch let error as Failure {
      throw CommandFailure(error, address: target, timeout: timeout)
    } catch let error as CoreTransportError {
      let isUsage = error.code == .invalidAddress
      throw CommandFailure(
        code: isUsage ? "invalidArgument" : "unavailable", reason: isUsage ? "USAGE" : "NO_DAEMON",
        message: error.message, ending: isUsage ? .usage : .failed)
    }
  }

  /// An empty token is none: it is what an unset variable looks like in a script.
  private var interceptors: [any ClientInterceptor] {
    let given = token ?? ProcessInfo.processInfo.environment["FACED_TOKEN"] ?? ""
    return given.isEmpty ? [] : [TokenInterceptor(token: given)]
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
