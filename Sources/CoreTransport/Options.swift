public import GRPCCore

/// Pings on quiet connections, so that a peer that is gone without a word is noticed.
public struct Keepalive: Sendable, Hashable {
  /// Time without traffic before a ping. The C core allows no less than 10 seconds on a client.
  public var interval: Duration
  /// Time to wait for the ping's answer before the connection counts as broken.
  public var timeout: Duration
  /// Whether to ping while no call is under way.
  public var pingsWithoutCalls: Bool

  /// The defaults ping once a minute and close a connection that does not answer within 20 seconds.
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
    /// What messages on their way in and out may take in all, in bytes; nearing it, clients are slowed down, and above it their
    /// calls end with `resourceExhausted`. `nil` (the default) for no limit. Positive.
    public var maximumBufferedBytes: Int?
    /// The most metadata a call may bring, in bytes as HTTP/2 counts them. Default 16 KiB. Positive.
    public var maximumMetadataBytes = 16 << 10
    /// The most calls at a time on one connection; a client holds further ones back. Default 1024. Positive.
    public var maximumConcurrentCallsPerConnection = 1024
    /// The most calls at a time over all connections; further ones are refused at once. `nil` (the default) for no limit.
    public var callLimit: CallLimit?
    /// How long the one message of a call that has one may take to arrive; then the call ends with `deadlineExceeded`, since
    /// one that stays silent holds a place of `callLimit`. Give slow networks time for the largest message. Default two
    /// minutes. Positive.
    public var requestTimeout: Duration = .seconds(120)
    /// Pings from the server; `nil` (the default) leaves it to the C core's own two hours.
    public var keepalive: Keepalive?
    /// Clients that ping more often than this on a quiet connection are disconnected. Default half a second, so that
    /// those that ping every second, which is common, stay.
    public var minimumPingInterval: Duration = .milliseconds(500)
    /// The most connections; further ones are closed at once. `nil` (the default): three quarters of the descriptors that
    /// the process may have, at most 16,384. Positive.
    public var maximumConnections: Int?
    /// How long a connection may take for TLS and the first bytes of HTTP/2. Default 10 seconds.
    public var handshakeTimeout: Duration = .seconds(10)
    /// A connection older than this takes no new calls; its client connects again. `nil` (the default) for no limit. The
    /// core varies it by a tenth, so that clients do not come back all at once.
    public var maximumConnectionAge: Duration?
    /// What calls of a connection that is too old have left; `nil` (the default) for as long as they take.
    public var maximumConnectionAgeGrace: Duration?
    /// A connection without a call for so long is closed. `nil` (the default) for no limit.
    public var maximumConnectionIdle: Duration?
    /// The permissions of a Unix socket's file, such as 0o600; `nil` (the default) for what the umask says.
    public var socketMode: UInt32?
    /// Told of shortages and their ends, on the thread that accepts: it should return soon.
    public var onNotice: (@Sendable (CoreServerNotice) -> Void)?
    /// Threads that poll the completion queue, 1...64. They only pass events on; handlers run on Swift's
    /// own threads. Default 1, which is enough for tens of thousands of calls a second.
    public var pollingThreads = 1

    /// All options at their defaults.
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
    /// Deadlines, retries and hedging by method, and how calls are spread over several servers: `pick_first` (the default)
    /// or `round_robin`.
    public var serviceConfig = ServiceConfig()
    /// How requests are compressed where `CallOptions.compression` does not say. Default `.none`.
    public var compression = CompressionAlgorithm.none
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

    /// All options at their defaults.
    public init() {}
  }
}
