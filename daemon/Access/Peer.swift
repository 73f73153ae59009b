/// Where a call comes from, as the transport says it: `ipv4:127.0.0.1:4711`, `ipv6:%5B::1%5D:4711`, `unix:/run/faced`.
struct Peer: Sendable {
  /// The address without port: one for everything that a machine sends.
  let host: String
  /// Whether it is this machine: a loopback address or a Unix socket.
  let isLocal: Bool

  init(_ text: String) {
    let plain = text.replacing("%5B", with: "[").replacing("%5D", with: "]")
    guard plain.hasPrefix("ipv4:") || plain.hasPrefix("ipv6:") else {
      isLocal = plain.hasPrefix("unix:") || plain.hasPrefix("unix-abstract:")
      host = isLocal ? "unix" : plain
      return
    }
    let address = plain.dropFirst("ipv4:".count)
    var host = address.lastIndex(of: ":").map { address[..<$0] } ?? address
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    // An IPv4 client of an IPv6 listener.
    if host.lowercased().hasPrefix("::ffff:") { host = host.dropFirst("::ffff:".count) }
    self.host = String(host)
    isLocal = Self.isIPv4Loopback(host) || host == "::1"
  }

  private static func isIPv4Loopback(_ host: Substring) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return parts.count == 4 && !parts.contains(nil) && parts[0] == 127
  }
}
