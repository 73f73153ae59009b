internal import CGRPCAccept
internal import Glibc
internal import Synchronization

/// Listening sockets and the thread that accepts on them.
///
/// The C core could listen by itself, but it stops listening for good at the first connection that it has no descriptor
/// for, and it knows no limit to their number.
final class Listener: Sendable {
  private enum Phase {
    case idle
    case accepting
    case stopped
  }

  /// The ports that were bound, in the addresses' order; 1 for a Unix socket.
  let ports: [Int]
  private let sockets: [ListeningSockets]
  private let limit: ConnectionLimit
  /// A pipe that is written to when the thread has to look up.
  private let wake: (reading: Int32, writing: Int32)
  /// Held while a connection is handed on, so that none is after `stop()`.
  private let phase = Mutex(Phase.idle)

  /// - Throws: `addressUnavailable`, `invalidAddress`, `outOfResources`.
  init(_ addresses: [TransportAddress], _ options: CoreServerTransport.Options) throws(CoreTransportError) {
    sockets = try ListeningSockets.open(addresses, mode: options.socketMode)
    ports = sockets.map(\.port)
    limit = ConnectionLimit(options.maximumConnections ?? DescriptorLimit.connections, options.onNotice)
    var ends: [Int32] = [-1, -1]
    let failure = pipe(&ends)
    wake = (ends[0], ends[1])
    guard failure == 0 else {
      for socket in sockets { socket.close() }
      limit.close()
      throw CoreTransportError(
        .outOfResources, "the system has no more descriptors; raise their limit (`ulimit -n`)")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  /// Accepts on a thread of its own; `take` gets a listening socket and a connection, which it closes.
  func start(_ take: @escaping @Sendable (_ listener: Int32, _ connection: Int32) -> Void) throws(CoreTransportError) {
    phase.withLock { $0 = .accepting }
    let loop = AcceptLoop(listener: self, take: take)
    let context = Unmanaged.passRetained(loop)
    var thread = pthread_t()
    let failure = pthread_create(&thread, nil, acceptUntilStopped, context.toOpaque())
    guard failure == 0 else {
      context.release()
      release()
      throw CoreTransportError(
        .outOfResources, "the system gave no thread to accept connections with; raise the thread limit")
    }
    pthread_detach(thread)
  }

  /// Takes no more connections: none is handed on once this has returned. Further calls do nothing.
  func stop() {
    let before = phase.withLock { phase in
      defer { phase = .stopped }
      return phase
    }
    switch before {
    case .idle: release()
    // The thread closes the sockets: it may be waiting on them.
    case .accepting:
      var one: UInt8 = 1
      _ = write(wake.writing, &one, 1)
    case .stopped: break
    }
  }

  private func release() {
    phase.withLock { $0 = .stopped }
    for socket in sockets { socket.close() }
    limit.close()
    Glibc.close(wake.reading)
    Glibc.close(wake.writing)
  }

  fileprivate func run(_ take: (_ listener: Int32, _ connection: Int32) -> Void) {
    var waiting = (sockets.flatMap(\.descriptors) + [wake.reading]).map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    while phase.withLock({ $0 == .accepting }) {
      let ready = poll(&waiting, nfds_t(waiting.count), limit.isShedding ? 1000 : -1)
      limit.noteCalm()
      guard ready > 0 else { continue }
      for entry in waiting.dropLast() where entry.revents != 0 { acceptAll(entry.fd, take) }
    }
    release()
  }

  private func acceptAll(_ listener: Int32, _ take: (_ listener: Int32, _ connection: Int32) -> Void) {
    while true {
      let connection = cgrpc_accept(listener)
      guard connection >= 0 else {
        switch errno {
        // A connection that went away while it waited is no matter of the others.
        case EINTR, ECONNABORTED, EPROTO, EPERM, ENETDOWN, EHOSTDOWN, EHOSTUNREACH, ENETUNREACH, ENONET, EOPNOTSUPP:
          continue
        case EMFILE, ENFILE, ENOBUFS, ENOMEM:
          limit.shedWithoutDescriptor(listener)
          return
        default: return
        }
      }
      guard limit.admits(connection) else {
        Glibc.close(connection)
        continue
      }
      phase.withLock { phase in
        if phase == .accepting { take(listener, connection) } else { _ = Glibc.close(connection) }
      }
    }
  }
}

private final class AcceptLoop: Sendable {
  let listener: Listener
  let take: @Sendable (Int32, Int32) -> Void

  init(listener: Listener, take: @escaping @Sendable (Int32, Int32) -> Void) {
    self.listener = listener
    self.take = take
  }
}

private func acceptUntilStopped(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let context else { return nil }
  let loop = Unmanaged<AcceptLoop>.fromOpaque(context).takeRetainedValue()
  loop.listener.run(loop.take)
  return nil
}
