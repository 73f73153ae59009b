/// Pings on quiet connections, so that a peer that is gone without a word is noticed.
public struct Keepalive: Sendable, Hashable {
  /// Time without traffic before a ping. The C core allows no less than 10 seconds on a client.
  public var interval: Duration
  /// Time to wait for the ping's answer before the connection counts as broken.
  public var timeout: Duration
  /// Whether to ping while no call is under way.
  public var pingsWithoutCalls: Bool

  public init(interval: Duration = .seconds(60), timeout: Duration = .seconds(20), pingsWithoutCalls: Bool = false) {
    self.interval = interval
    self.timeout = timeout
    self.pingsWithoutCalls = pingsWithoutCalls
  }
}

extension CoreServerTransport {
  /// Limits and timing. The defaults suit a daemon on one machine.
  public struct Options: Sendable {
    /// The largest request message, in bytes; a larger one ends its call with `resourceExhausted`.
    /// Default 16 MiB. Positive.
    public var maximumReceiveMessageBytes = 16 << 20
    /// The most metadata a call may bring, in bytes as HTTP/2 counts them. Default 16 KiB. Positive.
    public var maximumMetadataBytes = 16 << 10
    /// The most calls at a time on one connection; a client holds further ones back. Default 1024. Positive.
    public var maximumConcurrentCallsPerConnection = 1024
    /// Pings from the server; `nil` (the default) leaves it to the C core's own two hours.
    public var keepalive: Keepalive?
    /// Clients that ping more often than this on a quiet connection are disconnected. Default 10 seconds.
    public var minimumPingInterval: Duration = .seconds(10)
    /// Threads that poll the completion queue, 1...64. They only pass events on; handlers run on Swift's
    /// own threads. Default 1, which is enough for tens of thousands of calls a second.
    public var pollingThreads = 1

    public init() {}
  }
}

extension CoreClientTransport {
  /// Limits and timing. The defaults suit a client of a daemon on the same machine.
  public struct Options: Sendable {
    /// The largest response message, in bytes; a larger one ends its call with `resourceExhausted`.
    /// Default 16 MiB. Positive. `CallOptions.maxResponseMessageBytes` can lower it per call.
    public var maximumReceiveMessageBytes = 16 << 20
    /// The most metadata a response may bring, in bytes as HTTP/2 counts them. Default 16 KiB. Positive.
    public var maximumMetadataBytes = 16 << 10
    /// Pings from the client; `nil` (the default) for none.
    public var keepalive: Keepalive?
    /// What calls do that do not set `CallOptions.waitForReady`: `false` (the default) fails them with
    /// `unavailable` when there is no connection, `true` waits for one until their deadline.
    public var waitForReady = false
    /// Time before the second attempt to connect; it doubles up to `maximumReconnectDelay`. Default 100 ms.
    public var initialReconnectDelay: Duration = .milliseconds(100)
    /// Default 5 seconds.
    public var maximumReconnectDelay: Duration = .seconds(5)
    /// The server name to ask for and, with TLS, to expect in the certificate; `nil` (the default) takes it
    /// from the target.
    public var authority: String?
    /// Whether to go through the proxy that the environment (`http_proxy`) names. Default `false`.
    public var usesProxy = false
    /// Threads that poll the completion queue, 1...64. Default 1.
    public var pollingThreads = 1

    public init() {}
  }
}
