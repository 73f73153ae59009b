import ArgumentParser
import CoreTransport
import FaceAPI
import Foundation
import GRPCCore

/// What every sub-command takes.
struct SharedOptions: ParsableArguments {
  @Option(help: "HOST:PORT of the daemon, or unix:PATH.")
  var address: String = ProcessInfo.processInfo.environment["FACED_ADDRESS"] ?? Self.defaultAddress

  @Option(help: "What lets you in where the daemon asks for it. [FACED_TOKEN]")
  var token: String?

  @Flag(help: "Print JSON for programs: one object a line.")
  var json = false

  static let defaultAddress = "127.0.0.1:50151"

  /// Connects, runs `body`, and ends the process with a message when a call fails.
  func withDaemon<Value: Sendable>(
    _ body: @Sendable @escaping (GRPCClient<CoreClientTransport>) async throws -> Value
  ) async throws -> Value {
    do {
      let transport = try CoreClientTransport(target: address, options: .faced)
      return try await withGRPCClient(transport: transport, interceptors: interceptors) { client in
        try await body(client)
      }
    } catch let error as RPCError {
      throw explain(Failure(error))
    } catch let error as Failure {
      throw explain(error)
    } catch let error as CoreTransportError {
      Terminal.error("\(error)")
      throw ExitCode(1)
    }
  }

  /// An empty token is none: it is what an unset variable looks like in a script.
  private var interceptors: [any ClientInterceptor] {
    let given = token ?? ProcessInfo.processInfo.environment["FACED_TOKEN"] ?? ""
    return given.isEmpty ? [] : [TokenInterceptor(token: given)]
  }

  private func explain(_ failure: Failure) -> ExitCode {
    if json {
      Terminal.printJSON(["error": ErrorOutput(failure)])
    } else if failure.code == .unavailable {
      Terminal.error(
        """
        no daemon answers at \(address).
        Start one with `faced`, or say where it is with --address HOST:PORT or FACED_ADDRESS.
        (\(failure.message))
        """)
    } else {
      Terminal.error(failure.message)
    }
    return ExitCode(1)
  }
}

extension CoreClientTransport.Options {
  /// Answers of faced are small; a page of 1,000 faces stays far below this.
  static var faced: Self {
    var options = Self()
    options.maximumReceiveMessageBytes = 16 << 20
    return options
  }
}

/// A failure as `--json` prints it.
struct ErrorOutput: Encodable {
  let code: String
  let reason: String
  let message: String

  init(_ failure: Failure) {
    code = "\(failure.code)"
    reason = failure.reason
    message = failure.message
  }

  init(reason: String, message: String) {
    code = "invalidArgument"
    self.reason = reason
    self.message = message
  }
}
