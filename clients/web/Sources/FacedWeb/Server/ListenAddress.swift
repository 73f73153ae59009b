import ArgumentParser
import CoreTransport

/// Where the web server listens.
struct ListenAddress {
  let host: String
  let port: Int

  /// - Parameter text: HOST:PORT, or [ADDRESS]:PORT for IPv6.
  init(_ text: String, allowRemote: Bool) throws {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65_535).contains(port)
    else { throw ValidationError("--address '\(text)' is not HOST:PORT, such as 127.0.0.1:8150") }
    let host = text[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }
    guard !host.isEmpty else { throw ValidationError("--address '\(text)' has no host, such as 127.0.0.1:8150") }
    self.host = String(host)
    self.port = port
    let isLoopback = host == "127.0.0.1" || host == "::1" || host == "localhost"
    guard isLoopback || allowRemote else {
      throw ValidationError(
        "--address '\(text)' can be reached from other machines. Serve on 127.0.0.1 behind a proxy with HTTPS, or add "
          + "--allow-remote and accept that passwords and pictures cross the network in the clear")
    }
  }

  /// As a URL has it.
  var hostInURL: String { host.contains(":") ? "[\(host)]" : host }
}
