/// Where a server listens or a client connects: `HOST:PORT`, `[IPV6]:PORT`, `unix:PATH` or `unix-abstract:NAME`.
public struct TransportAddress: Sendable, Hashable, CustomStringConvertible {
  /// The kinds of address; each has a spelling of its own.
  public enum Form: Sendable, Hashable {
    /// `host` is a name or a numeric address, without brackets; `port` lies in 0...65535, 0 for any free one.
    case network(host: String, port: Int)
    /// A socket in the file system.
    case unixSocket(path: String)
    /// A socket in Linux's abstract name space, which no file stands for.
    case abstractSocket(name: String)
  }

  /// The address taken apart.
  public let form: Form
  /// As it was given.
  public let description: String

  /// The most bytes of a Unix socket's path or name, less the byte that ends it (`sun_path`).
  static let maximumSocketBytes = 107
  private static let forms = "HOST:PORT, [IPV6]:PORT, unix:PATH or unix-abstract:NAME"

  /// - Throws: `invalidAddress`, with what the address lacks.
  public init(_ text: String) throws(CoreTransportError) {
    description = text
    form = try Self.parse(text)
  }

  private static func parse(_ text: String) throws(CoreTransportError) -> Form {
    guard !text.isEmpty else { throw invalid("an address is \(forms); this one is empty") }
    guard !text.utf8.contains(0) else { throw invalid("an address holds no NUL") }
    if let path = text.dropping("unix-abstract:") { return .abstractSocket(name: try socket(path, text)) }
    if let path = text.dropping("unix:") { return .unixSocket(path: try socket(path, text)) }
    if let scheme = text.range(of: "://") {
      throw invalid("'\(text)' is a URL; write HOST:PORT, without '\(text[..<scheme.upperBound])'")
    }
    let (host, port) = try split(text)
    guard !host.isEmpty else {
      throw invalid("'\(text)' has no host; write HOST:PORT, such as 127.0.0.1\(text)")
    }
    guard !host.contains("/"), !host.contains(" ") else { throw invalid("'\(text)' is not \(forms)") }
    guard !port.isEmpty, port.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(port) else {
      throw invalid("'\(text)' has no port; write HOST:PORT, such as \(bracketed(host)):50151")
    }
    guard (0...65_535).contains(number) else {
      throw invalid("'\(text)' has the port \(port); a port is a number from 1 to 65535")
    }
    return .network(host: host, port: number)
  }

  private static func split(_ text: String) throws(CoreTransportError) -> (host: String, port: String) {
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { throw invalid("'\(text)' opens a bracket and does not close it") }
      let host = String(text[text.index(after: text.startIndex)..<end])
      let rest = text[text.index(after: end)...]
      return (host, rest.hasPrefix(":") ? String(rest.dropFirst()) : "")
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2 else {
      throw invalid("'\(text)' looks like an IPv6 address; write [IPV6]:PORT, such as [::1]:50151")
    }
    if parts.count == 1, text.allSatisfy(\.isNumber) {
      throw invalid("'\(text)' is a port alone; write HOST:PORT, such as 127.0.0.1:\(text)")
    }
    return (String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
  }

  private static func socket(_ path: String, _ text: String) throws(CoreTransportError) -> String {
    guard !path.isEmpty else { throw invalid("'\(text)' names no socket; write unix:PATH") }
    guard path.utf8.count <= maximumSocketBytes else {
      throw invalid("'\(text)' is too long: a socket's path has at most \(maximumSocketBytes) bytes")
    }
    return path
  }

  private static func invalid(_ message: String) -> CoreTransportError { CoreTransportError(.invalidAddress, message) }

  static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

  /// Whether only this machine reaches it: a Unix socket, or a host of which every address is a loopback one. Names are
  /// looked up: what a name begins with says nothing of where it leads.
  ///
  /// - Throws: `invalidAddress` for a host that is not known.
  public func isLocal() throws(CoreTransportError) -> Bool {
    guard case .network(let host, _) = form else { return true }
    return try Resolution.addresses(of: host).allSatisfy(\.isLoopback)
  }

  /// The same with another port, where it has one.
  public func withPort(_ port: Int) -> String {
    guard case .network(let host, _) = form else { return description }
    return "\(Self.bracketed(host)):\(port)"
  }

  /// Several addresses as one of the core's, which wants them numeric and of one family.
  static func uri(of targets: [String]) throws(CoreTransportError) -> String {
    var found: [(isIPv6: Bool, text: String)] = []
    for text in targets {
      let target = try TransportAddress(text)
      try target.checkIsTarget()
      guard case .network(let host, let port) = target.form else {
        throw invalid("'\(text)' is a socket; only HOST:PORT can be one of several targets")
      }
      let addresses = try Resolution.addresses(of: host).map(\.text)
      guard let first = addresses.first(where: { !$0.contains(":") }) ?? addresses.first else { continue }
      found.append((first.contains(":"), "\(bracketed(first)):\(port)"))
    }
    guard let family = found.first?.isIPv6 else { throw invalid("there is no target; name at least one") }
    guard found.allSatisfy({ $0.isIPv6 == family }) else {
      throw invalid("the targets are of IPv4 and IPv6; name those of one of them")
    }
    return (family ? "ipv6:" : "ipv4:") + found.map(\.text).joined(separator: ",")
  }

  /// What a client may connect to.
  /// - Throws: `invalidAddress` for port 0.
  func checkIsTarget() throws(CoreTransportError) {
    guard case .network(_, 0) = form else { return }
    throw Self.invalid("'\(description)' has the port 0; a port is a number from 1 to 65535")
  }
}

extension String {
  fileprivate func dropping(_ prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }

  fileprivate func range(of part: String) -> Range<String.Index>? { ranges(of: part).first }
}
