internal import Glibc

extension TransportAddress {
  /// Removes a socket that nobody serves any more, and leaves a live one to its server.
  ///
  /// - Throws: `addressUnavailable` for a socket that somebody serves, and for a file of another kind.
  func clearStaleSocket() throws(CoreTransportError) {
    guard case .unixSocket(let path) = form else { return }
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw CoreTransportError(.addressUnavailable, "'\(path)' is there and is not a socket; choose another path")
    }
    guard !Self.answers(path) else {
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
}
