internal import CGRPC

extension CoreServerTransport.Options {
  func check() throws(CoreTransportError) {
    try requirePositive(maximumReceiveMessageBytes, "maximumReceiveMessageBytes")
    try requirePositive(maximumMetadataBytes, "maximumMetadataBytes")
    try requirePositive(maximumConcurrentCallsPerConnection, "maximumConcurrentCallsPerConnection")
    try requireThreads(pollingThreads)
  }

  var arguments: ChannelArguments {
    var arguments = ChannelArguments()
    arguments.set(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, maximumReceiveMessageBytes)
    arguments.set(GRPC_ARG_MAX_METADATA_SIZE, maximumMetadataBytes)
    arguments.set(GRPC_ARG_MAX_CONCURRENT_STREAMS, maximumConcurrentCallsPerConnection)
    arguments.set(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, minimumPingInterval)
    // Otherwise a second daemon on the same port would silently take half of the connections.
    arguments.set(GRPC_ARG_ALLOW_REUSEPORT, false)
    arguments.refuseCompression()
    if let keepalive { arguments.set(keepalive) }
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
    arguments.refuseCompression()
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

  /// Photographs do not compress, and a peer that sends none can send no decompression bomb.
  fileprivate mutating func refuseCompression() {
    set(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, 1 << Int(GRPC_COMPRESS_NONE.rawValue))
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
