internal import Glibc

/// A host's numeric addresses, as the system's resolver has them.
struct Resolution: Hashable {
  /// Without brackets.
  let text: String
  let isLoopback: Bool

  /// - Throws: `invalidAddress` for a host that is not known.
  static func addresses(of host: String) throws(CoreTransportError) -> [Resolution] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, nil, &hints, &list)
    defer { if let list { freeaddrinfo(list) } }
    guard status == 0 else {
      throw CoreTransportError(
        .invalidAddress, "the host '\(host)' cannot be resolved: \(String(cString: gai_strerror(status)))")
    }
    var found: [Resolution] = []
    var next = list
    while let entry = next?.pointee {
      if let address = entry.ai_addr, let text = numeric(address, entry.ai_addrlen) {
        let resolution = Resolution(text: text, isLoopback: isLoopback(address))
        if !found.contains(resolution) { found.append(resolution) }
      }
      next = entry.ai_next
    }
    return found
  }

  private static func numeric(_ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> String? {
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    guard getnameinfo(address, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else { return nil }
    return text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  /// 127.0.0.0/8, ::1, and the former written as IPv6.
  private static func isLoopback(_ address: UnsafePointer<sockaddr>) -> Bool {
    switch Int32(address.pointee.sa_family) {
    case AF_INET:
      return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        UInt32(bigEndian: $0.pointee.sin_addr.s_addr) >> 24 == 127
      }
    case AF_INET6:
      return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
        withUnsafeBytes(of: $0.pointee.sin6_addr) { bytes in
          let isOne = bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
          let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
          return isOne || (isMapped && bytes[12] == 127)
        }
      }
    default: return false
    }
  }
}
