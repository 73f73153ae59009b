import Foundation
import Glibc
import Synchronization
import TestPostgreSQL
import Testing

/// A bad network between a daemon and its database: slow, silent, cut.
@Suite(.serialized, .enabled(if: TestPostgreSQL.shared != nil, "\(TestPostgreSQL.absence)")) struct NetworkTests {
  private func eventually(_ what: Comment, _ isSo: () throws -> Bool) throws {
    for _ in 0..<600 {
      if try isSo() { return }
      Thread.sleep(forTimeInterval: 0.1)
    }
    Issue.record(what)
  }

  private func identified(_ picture: String, _ daemon: DaemonProcess) throws -> String? {
    let answer = try daemon.facectl(["identify", picture, "--json"])
    guard answer.status == 0 else { return nil }
    return try answer.objects(Identified.self).first?.faces.first?.identity
  }

  @Test func slowThenSilentThenCut() throws {
    let server = try #require(TestPostgreSQL.shared)
    let direct = try server.database()
    let parts = try #require(URLComponents(string: direct))
    let folder = try #require(parts.queryItems?.first { $0.name == "host" }?.value)
    let network = try BadNetwork(to: folder + "/.s.PGSQL.5432")
    let far = "postgres://faced@127.0.0.1:\(network.port)\(parts.path)?sslmode=disable"
    let work = try TemporaryFolder()
    let (ada, grace, mary) = (
      try work.picture(3, view: 0), try work.picture(4, view: 0), try work.picture(5, view: 0)
    )
    let near = try DaemonProcess(data: try TemporaryFolder(), arguments: ["--store", direct])
    let a = try DaemonProcess(data: try TemporaryFolder(), arguments: ["--store", far])
    network.be(.slow)
    #expect(try a.facectl(["enroll", "--identity", "Ada", ada]).status == 0)
    #expect(try identified(ada, a) == "Ada")
    try eventually("the other finds her") { try identified(ada, near) == "Ada" }
    for (way, picture, name) in [(BadNetwork.Way.silent, grace, "Grace"), (.cut, mary, "Mary")] {
      network.be(way)
      let refused = try a.facectl(["identify", ada, "--json"])
      #expect(refused.status != 0 && (refused.text + refused.errors).contains("STORE_UNAVAILABLE"), "\(way)")
      // The others do not mind.
      #expect(try near.facectl(["enroll", "--identity", name, picture]).status == 0, "\(way)")
      #expect(try a.facectl(["enroll", "--identity", "Eve", picture]).status != 0, "\(way)")
      network.be(.good)
      try eventually("it goes on by itself") { try identified(picture, a) == name }
    }
    let listed = try near.facectl(["identity", "list", "--json"]).objects(ListedIdentity.self)
    #expect(listed.map(\.identity).sorted() == ["Ada", "Grace", "Mary"])
    #expect(a.stop() == 0 && near.stop() == 0)
  }
}

/// Passes TCP connections on to a Unix socket, more or less well.
private final class BadNetwork: Sendable {
  enum Way: Sendable {
    case good
    /// Everything arrives 10 milliseconds late.
    case slow
    /// Connections stay and are made, and nothing arrives.
    case silent
    /// Connections end, and none is made.
    case cut
  }

  let port: UInt16
  private let listener: Int32
  private let path: String
  private let state = Mutex((way: Way.good, open: Set<Int32>()))

  init(to path: String) throws {
    self.path = path
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    try #require(isBound)
    port = UInt16(bigEndian: address.sin_port)
    Thread { [self] in accept() }.start()
  }

  func be(_ way: Way) {
    let ended = state.withLock { state in
      state.way = way
      return way == .cut ? state.open : []
    }
    for connection in ended { shutdown(connection, Int32(SHUT_RDWR)) }
  }

  private var way: Way { state.withLock { $0.way } }

  private func accept() {
    while true {
      let near = Glibc.accept(listener, nil, nil)
      guard near >= 0 else { return }
      let far = way == .cut ? -1 : connected()
      guard far >= 0 else {
        close(near)
        continue
      }
      state.withLock { $0.open.formUnion([near, far]) }
      Thread { [self] in pass(near, far) }.start()
      Thread { [self] in pass(far, near) }.start()
    }
  }

  private func connected() -> Int32 {
    let far = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(far, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    guard isConnected else {
      close(far)
      return -1
    }
    return far
  }

  private func pass(_ from: Int32, _ to: Int32) {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(from, &bytes, bytes.count, 0)
      guard count > 0 else { break }
      if way == .slow { usleep(10_000) }
      while way == .silent { usleep(10_000) }
      guard way != .cut, send(to, bytes, count, Int32(MSG_NOSIGNAL)) == count else { break }
    }
    // The descriptors stay until the process ends: the other direction may still use them.
    shutdown(from, Int32(SHUT_RDWR))
    shutdown(to, Int32(SHUT_RDWR))
  }
}
