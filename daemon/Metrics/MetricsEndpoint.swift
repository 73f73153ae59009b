import FaceAPI
import FaceTypes
import Foundation
import Synchronization

/// Answers `GET /metrics` over HTTP/1.1, for Prometheus.
///
/// One path, one short text, one reader every few seconds: a thread and a few system calls do it. An HTTP server from a
/// package would bring more code into the daemon than the daemon has.
///
/// `@unchecked Sendable`: the descriptor and the closure are constant after construction.
final class MetricsEndpoint: @unchecked Sendable {
  private let listener: Int32
  private let text: @Sendable () -> String
  /// `HOST:PORT`, with the port that it got.
  let address: String

  /// A request's head at most.
  private static let maximumHeadBytes = 8192

  /// - Parameters:
  ///   - address: `HOST:PORT` or `:PORT` or `PORT`, with 127.0.0.1 where no host is said; HOST is a numeric address.
  ///   - text: what is answered.
  init(address: String, text: @escaping @Sendable () -> String) throws {
    self.text = text
    let (host, port) = try Self.parse(address)
    var hints = unsafe addrinfo()
    unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(host, port, &hints, &found) == 0, let found = unsafe found else {
      throw SettingsError(message: "metricsAddress '\(address)' is not a numeric address and port, as 127.0.0.1:9464")
    }
    defer { unsafe freeaddrinfo(found) }
    let info = unsafe found.pointee
    listener = unsafe socket(info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
    var yes: Int32 = 1
    unsafe setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard listener >= 0, unsafe bind(listener, info.ai_addr, info.ai_addrlen) == 0, listen(listener, 16) == 0 else {
      let reason = systemMessage(errno)
      if listener >= 0 { close(listener) }
      throw SettingsError(message: "cannot listen on metricsAddress '\(address)': \(reason)")
    }
    self.address = "\(host.contains(":") ? "[\(host)]" : host):\(Self.port(of: listener))"
    let thread = Thread { [weak self] in
      while let endpoint = self, endpoint.serveOne() {}
    }
    thread.name = "metrics"
    thread.start()
  }

  /// Ends it; the thread ends with its next look at the closed listener.
  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  deinit { close(listener) }

  private static func parse(_ address: String) throws -> (host: String, port: String) {
    let colon = address.lastIndex(of: ":")
    var host = colon.map { String(address[..<$0]) } ?? ""
    let port = colon.map { String(address[address.index(after: $0)...]) } ?? address
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    guard let number = Int(port), (0...65_535).contains(number) else {
      throw SettingsError(message: "metricsAddress '\(address)' has no port from 0 to 65535, as 127.0.0.1:9464 has")
    }
    return (host.isEmpty || host == "localhost" ? "127.0.0.1" : host, String(number))
  }

  private static func port(of socket: Int32) -> Int {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return unsafe withUnsafeMutableBytes(of: &storage) { bytes in
      let address = unsafe bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
      guard unsafe getsockname(socket, address, &size) == 0 else { return 0 }
      // The port is in the same place for both families: two bytes, big-endian, after the family.
      return unsafe Int(bytes[2]) << 8 | Int(bytes[3])
    }
  }

  /// - Returns: false when the listener was closed.
  private func serveOne() -> Bool {
    let client = accept(listener, nil, nil)
    if client < 0 {
      if [EBADF, EINVAL].contains(errno) { return false }
      // Out of descriptors, for instance: try again, but not in a hot loop.
      usleep(100_000)
      return true
    }
    defer { close(client) }
    _ = fcntl(client, F_SETFD, FD_CLOEXEC)
    // A reader that says nothing must not keep the others waiting.
    var patience = timeval(tv_sec: 2, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      unsafe setsockopt(client, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
    }
    send(answer(to: head(from: client)), to: client)
    return true
  }

  private func head(from client: Int32) -> String {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 2048)
    let deadline = ContinuousClock.now + .seconds(2)
    while bytes.count < Self.maximumHeadBytes, ContinuousClock.now < deadline {
      let count = unsafe recv(client, &block, block.count, 0)
      guard count > 0 else { break }
      bytes += block.prefix(count)
      if String(decoding: bytes.suffix(count + 3), as: UTF8.self).contains("\r\n\r\n") { break }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func answer(to head: String) -> String {
    let words = head.prefix { $0 != "\r\n" && $0 != "\n" }.split(separator: " ")
    guard words.count == 3, words[2].hasPrefix("HTTP/1.") else { return Self.response("400 Bad Request", "not HTTP\n") }
    guard words[0] == "GET" else { return Self.response("405 Method Not Allowed", "only GET\n") }
    guard words[1].prefix(while: { $0 != "?" }) == "/metrics" else {
      return Self.response("404 Not Found", "only /metrics\n")
    }
    return Self.response("200 OK", text(), type: "text/plain; version=0.0.4; charset=utf-8")
  }

  private static func response(_ status: String, _ body: String, type: String = "text/plain") -> String {
    "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
  }

  private func send(_ text: String, to client: Int32) {
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes[done...].withUnsafeBytes {
        unsafe Foundation.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      done += count
    }
  }
}
