internal import Glibc

/// The bound sockets of one address.
struct ListeningSockets: Sendable {
  let descriptors: [Int32]
  /// 1 for a Unix socket.
  let port: Int
  /// The socket's file and its inode, to remove it in the end if it is still this one.
  private let file: (path: String, inode: ino_t)?

  /// A free port of one address may be taken on another address of the same name.
  private static let attempts = 8

  /// All of them or none.
  ///
  /// - Parameter mode: the permissions of a Unix socket's file; `nil` for what the umask says.
  static func open(_ addresses: [TransportAddress], mode: UInt32?) throws(CoreTransportError) -> [ListeningSockets] {
    var sockets: [ListeningSockets] = []
    do {
      for address in addresses { sockets.append(try open(address, mode: mode)) }
    } catch {
      for opened in sockets { opened.close() }
      throw error
    }
    return sockets
  }

  private static func open(_ address: TransportAddress, mode: UInt32?) throws(CoreTransportError) -> ListeningSockets {
    switch address.form {
    case .unixSocket(let path):
      try address.clearStaleSocket()
      let descriptor = try unixSocket(address, path: path, mode: mode)
      var status = stat()
      let inode = lstat(path, &status) == 0 ? status.st_ino : 0
      return ListeningSockets(descriptors: [descriptor], port: 1, file: (path, inode))
    case .abstractSocket(let name):
      return ListeningSockets(
        descriptors: [try unixSocket(address, path: "\0" + name, mode: nil)], port: 1, file: nil)
    case .network(let host, let port):
      let hosts = try Resolution.addresses(of: host).map(\.text)
      for attempt in 1...attempts {
        do {
          return try network(address, hosts, port)
        } catch {
          guard port == 0, attempt < attempts else { throw error }
        }
      }
      throw unavailable(address, EADDRINUSE)
    }
  }

  func close() {
    for descriptor in descriptors { Glibc.close(descriptor) }
    guard let file else { return }
    var status = stat()
    if lstat(file.path, &status) == 0, status.st_ino == file.inode { unlink(file.path) }
  }

  /// All addresses of a host with the same port: a name often has one of IPv4 and one of IPv6, and a machine may lack
  /// either.
  private static func network(
    _ address: TransportAddress, _ hosts: [String], _ port: Int
  ) throws(CoreTransportError) -> ListeningSockets {
    var descriptors: [Int32] = []
    var port = port
    var failure = EADDRNOTAVAIL
    for host in hosts {
      let (descriptor, result) = bound(host, port)
      if descriptor >= 0 {
        descriptors.append(descriptor)
        port = boundPort(descriptor)
        continue
      }
      failure = result
      if failure == EADDRNOTAVAIL || failure == EAFNOSUPPORT { continue }
      for descriptor in descriptors { Glibc.close(descriptor) }
      throw unavailable(address, failure)
    }
    guard !descriptors.isEmpty else { throw unavailable(address, failure) }
    return ListeningSockets(descriptors: descriptors, port: port, file: nil)
  }

  private static func bound(_ host: String, _ port: Int) -> (descriptor: Int32, errno: Int32) {
    var hints = addrinfo()
    hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &list) == 0, let entry = list?.pointee else {
      return (-1, EADDRNOTAVAIL)
    }
    defer { freeaddrinfo(list) }
    let descriptor = socket(entry.ai_family, kind, 0)
    guard descriptor >= 0 else { return (-1, errno) }
    set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
    // Connections have this from the socket that they were accepted on.
    set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    // `::` is every address of the machine, IPv4 included; any other address is only itself.
    if entry.ai_family == AF_INET6 { set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, host == "::" ? 0 : 1) }
    guard bind(descriptor, entry.ai_addr, entry.ai_addrlen) == 0, listen(descriptor, SOMAXCONN) == 0 else {
      let failure = errno
      Glibc.close(descriptor)
      return (-1, failure)
    }
    return (descriptor, 0)
  }

  private static func unixSocket(
    _ address: TransportAddress, path: String, mode: UInt32?
  ) throws(CoreTransportError) -> Int32 {
    let descriptor = socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else { throw unavailable(address, errno) }
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    let isAbstract = path.hasPrefix("\0")
    let length =
      isAbstract ? MemoryLayout<sa_family_t>.size + path.utf8.count : MemoryLayout<sockaddr_un>.size
    let result = withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(length)) }
    }
    // Before it listens nobody can connect, whatever the mode was.
    let isOpened = result == 0 && (mode.map { chmod(path, $0) == 0 } ?? true) && listen(descriptor, SOMAXCONN) == 0
    guard isOpened else {
      let failure = errno
      Glibc.close(descriptor)
      throw unavailable(address, failure)
    }
    return descriptor
  }

  private static let kind =
    Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)

  private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
    var value = value
    setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  private static func boundPort(_ descriptor: Int32) -> Int {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    guard result == 0 else { return 0 }
    // The port is at the same place for both families.
    return withUnsafeBytes(of: &address) { Int($0[2]) << 8 | Int($0[3]) }
  }

  private static func unavailable(_ address: TransportAddress, _ failure: Int32) -> CoreTransportError {
    let reason =
      switch (failure, address.form) {
      case (EMFILE, _), (ENFILE, _): "the system has no more descriptors; raise their limit (`ulimit -n`)"
      case (EACCES, .network): "ports below 1024 are the system's; choose a higher one"
      case (EADDRNOTAVAIL, _), (EAFNOSUPPORT, _): "it is not an address of this machine"
      case (EADDRINUSE, .network):
        "another process uses it. Stop that process, or choose another address (port 0 takes a free port)"
      case (EADDRINUSE, _): "another process uses it. Stop that process, or choose another address"
      case (_, .network): String(cString: strerror(failure))
      default: "it cannot be made there; does its folder exist, and may you write to it?"
      }
    return CoreTransportError(.addressUnavailable, "cannot listen on \(address): \(reason)")
  }
}
