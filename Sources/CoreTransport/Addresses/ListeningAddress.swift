internal import Glibc

extension TransportAddress {
  /// What the C core is given to listen on, one after the other; and, for a Unix socket, nobody else's.
  ///
  /// - Throws: `invalidAddress` for an unknown host, `addressUnavailable` for a socket that somebody serves.
  func listeningTargets() throws(CoreTransportError) -> [String] {
    switch form {
    case .network(let host, let port):
      return try Resolution.addresses(of: host).map { "\(Self.bracketed($0.text)):\(port)" }
    case .abstractSocket: return [description]
    case .unixSocket(let path):
      try Self.clear(path)
      return [description]
    }
  }

  /// Removes a socket that nobody serves any more. The core would remove a live one too, and its daemon would run on
  /// unreachable.
  private static func clear(_ path: String) throws(CoreTransportError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw CoreTransportError(.addressUnavailable, "'\(path)' is there and is not a socket; choose another path")
    }
    guard !answers(path) else {
      throw CoreTransportError(
        .addressUnavailable,
        "cannot listen on unix:\(path): another process uses it. Stop that process, or choose another address")
    }
    unlink(path)
  }

  /// Whether a process accepts connections on the socket.
  private static func answers(_ path: String) -> Bool {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    guard descriptor >= 0 else { return true }
    defer { Glibc.close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    // A full backlog is somebody's too.
    return result == 0 || errno == EAGAIN || errno == EINPROGRESS
  }

  /// Why the core could not listen, which it does not say: found by trying the same once more.
  func reasonNotToListen() -> String {
    guard case .network(let host, let port) = form, let first = try? Resolution.addresses(of: host).first else {
      return "it cannot be made there; does its folder exist, and may you write to it?"
    }
    switch Self.bindError(first.text, port) {
    case EACCES: return "ports below 1024 are the system's; choose a higher one"
    case EADDRNOTAVAIL: return "it is not an address of this machine"
    default: return "another process uses it. Stop that process, or choose another address (port 0 takes a free port)"
    }
  }

  private static func bindError(_ host: String, _ port: Int) -> Int32 {
    var hints = addrinfo()
    hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &list) == 0, let entry = list else { return EADDRNOTAVAIL }
    defer { freeaddrinfo(list) }
    let descriptor = socket(entry.pointee.ai_family, entry.pointee.ai_socktype, 0)
    guard descriptor >= 0 else { return errno }
    defer { Glibc.close(descriptor) }
    return bind(descriptor, entry.pointee.ai_addr, entry.pointee.ai_addrlen) == 0 ? 0 : errno
  }
}
