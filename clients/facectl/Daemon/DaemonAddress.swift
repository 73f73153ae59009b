import Foundation

/// Where a daemon is, as people write it: `HOST:PORT`, `[IPv6]:PORT`, `unix:PATH` or `unix-abstract:NAME`.
enum DaemonAddress {
  /// - Parameter origin: what said it, as in `--address`.
  /// - Throws: one sentence for whatever could only lead to somewhere else, or nowhere.
  static func check(_ address: String, from origin: String) throws(CommandFailure) -> String {
    for form in ["unix:", "unix-abstract:"] where address.hasPrefix(form) {
      guard address.utf8.count > form.utf8.count else { throw refusal(address, origin) }
      return address
    }
    guard let colon = address.lastIndex(of: ":") else { throw refusal(address, origin) }
    let (host, digits) = (address[..<colon], address[address.index(after: colon)...])
    // More than one colon is an IPv6 address, whose end must be told from the port, or a URL.
    let isHost =
      host.hasPrefix("[")
      ? host.hasSuffix("]") && host.count > 2 : !host.isEmpty && !host.contains { ":/ ".contains($0) }
    let isPort = !digits.isEmpty && digits.utf8.allSatisfy { (48...57).contains($0) }
    guard isHost, isPort, let port = Int(digits), (1...65_535).contains(port) else { throw refusal(address, origin) }
    return address
  }

  private static func refusal(_ address: String, _ origin: String) -> CommandFailure {
    .usage(
      "\(origin) '\(address)' is not HOST:PORT with a port from 1 to 65535, as in 127.0.0.1:50151, nor unix:PATH")
  }
}
