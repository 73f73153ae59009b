internal import CGRPC

extension CoreServerTransport.Options {
  func check() throws(CoreTransportError) {
    try requirePositive(maximumReceiveMessageBytes, "maximumReceiveMessageBytes")
    if let maximumBufferedBytes, maximumBufferedBytes < 1 {
      throw CoreTransportError(.invalidOption, "maximumBufferedBytes is \(maximumBufferedBytes); it must be positive")
    }
    try requirePositive(maximumMetadataBytes, "maximumMetadataBytes")
    try requirePositive(maximumConcurrentCallsPerConnection, "maximumConcurrentCallsPerConnection")
    guard requestTimeout > .zero else {
      throw CoreTransportError(.invalidOption, "requestTimeout is \(requestTimeout); it must be positive")
    }
    if let callLimit { try requirePositive(callLimit.calls, "callLimit") }
    if let maximumConnections { try requirePositive(maximumConnections, "maximumConnections") }
    try requireThreads(pollingThreads)
  }

  var arguments: ChannelArguments {
    var arguments = ChannelArguments()
    arguments.set(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, maximumReceiveMessageBytes)
    arguments.set(GRPC_ARG_MAX_METADATA_SIZE, maximumMetadataBytes)
    arguments.set(GRPC_ARG_MAX_CONCURRENT_STREAMS, maximumConcurrentCallsPerConnection)
    arguments.set(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, minimumPingInterval)
    arguments.set(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, handshakeTimeout)
    if let age = maximumConnectionAge { arguments.set(GRPC_ARG_MAX_CONNECTION_AGE_MS, age) }
    if let grace = maximumConnectionAgeGrace { arguments.set(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, grace) }
    if let idle = maximumConnectionIdle { arguments.set(GRPC_ARG_MAX_CONNECTION_IDLE_MS, idle) }
    arguments.decompressHere()
    if let keepalive { arguments.set(keepalive) }
    // Otherwise pings of a client without a call count as too many, however rare they are.
    arguments.set(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, true)
    return arguments
  }
}

extension CoreClientTransport.Options {
  func check() throws(CoreTransportError) {
    try requirePositive(maximumReceiveMessageBytes, "maximumReceiveMessageBytes")
    try requirePositive(maximumMetadataBytes, "maximumMetadataBytes")
    try requireThreads(pollingThreads)
  }

  var arguments: ChannelArguments {
    var arguments = ChannelArguments()
    arguments.set(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, maximumReceiveMessageBytes)
    arguments.set(GRPC_ARG_MAX_METADATA_SIZE, maximumMetadataBytes)
    arguments.set(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, initialReconnectDelay)
    arguments.set(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, maximumReconnectDelay)
    arguments.set(GRPC_ARG_ENABLE_HTTP_PROXY, usesProxy)
    // Connections and their back-off belong to this transport, not to every channel of the process.
    arguments.set(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, true)
    arguments.set(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, true)
    arguments.decompressHere()
    ServiceConfiguration(serviceConfig).add(to: &arguments)
    if let authority { arguments.set(GRPC_ARG_DEFAULT_AUTHORITY, authority) }
    if let keepalive { arguments.set(keepalive) }
    return arguments
  }
}

extension ChannelArguments {
  fileprivate mutating func set(_ keepalive: Keepalive) {
    set(GRPC_ARG_KEEPALIVE_TIME_MS, keepalive.interval)
    set(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, keepalive.timeout)
    set(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, keepalive.pingsWithoutCalls)
  }

  /// Messages come as they were sent and are decompressed with a limit (`Decompression`). The core has none: a few kilobytes
  /// of gzip could fill the memory.
  fileprivate mutating func decompressHere() {
    set("grpc.per_message_decompression", false)
  }
}

private func requirePositive(_ value: Int, _ name: String) throws(CoreTransportError) {
  guard (1...Int(Int32.max)).contains(value) else {
    throw CoreTransportError(.invalidOption, "\(name) is \(value); it must be in 1...\(Int32.max)")
  }
}

private func requireThreads(_ count: Int) throws(CoreTransportError) {
  guard (1...64).contains(count) else {
    throw CoreTransportError(.invalidOption, "pollingThreads is \(count); it must be in 1...64")
  }
}
