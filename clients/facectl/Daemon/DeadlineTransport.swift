import CoreTransport
import GRPCCore

/// The transport with a deadline for every call that has none of its own, so that a daemon that is stopped holds
/// nobody for ever.
///
/// A stream takes as long as there is something to send; it ends when the connection's pings stay unanswered.
struct DeadlineTransport: ClientTransport {
  typealias Bytes = CoreClientTransport.Bytes

  let base: CoreClientTransport
  let timeout: Duration

  var retryThrottle: RetryThrottle? { base.retryThrottle }

  func config(forMethod descriptor: MethodDescriptor) -> MethodConfig? { base.config(forMethod: descriptor) }

  func connect() async throws { try await base.connect() }

  func beginGracefulShutdown() { base.beginGracefulShutdown() }

  func withStream<T: Sendable>(
    descriptor: MethodDescriptor, options: CallOptions,
    _ closure: (_ stream: RPCStream<Inbound, Outbound>, _ context: ClientContext) async throws -> T
  ) async throws -> T {
    var options = options
    if descriptor.type == .unary, options.timeout == nil { options.timeout = timeout }
    return try await base.withStream(descriptor: descriptor, options: options, closure)
  }
}

extension CallOptions {
  /// For calls that return when bytes have left the disk, which takes as long as the disk does.
  static var deleting: CallOptions {
    var options = CallOptions.defaults
    options.timeout = .seconds(3600)
    return options
  }
}
