import Foundation
import Testing

/// TLS, clients' certificates and contexts through real processes.
@Suite(
  .serialized,
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "skipped: no openssl to make certificates"))
struct TLSTests {
  private struct Refused: Decodable {
    let error: Problem
  }

  private struct ListedContext: Decodable {
    let name: String
    let current: Bool
  }

  private static func make(_ folder: String, _ arguments: [String] = []) throws {
    let script = DaemonProcess.Manifest.root.appendingPathComponent("scripts/make-certificates.sh").path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: script)
    process.arguments = [folder] + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  private static func server(_ folder: String, clients: Bool) -> [String] {
    ["--tls-certificate", folder + "/server.pem", "--tls-key", folder + "/server.key"]
      + (clients ? ["--tls-client-ca", folder + "/ca.pem"] : [])
  }

  private static func client(_ folder: String, _ name: String? = nil) -> [String] {
    ["--tls-ca", folder + "/ca.pem"]
      + (name.map {
        ["--tls-certificate", "\(folder)/client-\($0).pem", "--tls-key", "\(folder)/client-\($0).key"]
      } ?? [])
  }

  private func reason(_ output: DaemonProcess.Output) throws -> String? {
    output.status == 0 ? nil : try output.objects(Refused.self).first?.error.reason
  }

  @Test func onlyAClientThatTrustsTheDaemonIsAnswered() throws {
    let work = try TemporaryFolder()
    let own = work.file("own")
    let strange = work.file("strange")
    try Self.make(own)
    try Self.make(strange)
    let daemon = try DaemonProcess(data: try TemporaryFolder(), arguments: Self.server(own, clients: false))
    #expect(try daemon.facectl(["status"] + Self.client(own)).status == 0)
    #expect(try daemon.facectl(Self.client(own) + ["gallery", "list"]).status == 0, "before the command too")
    #expect(try reason(try daemon.facectl(["status", "--json"] + Self.client(strange))) == "NO_DAEMON")
    #expect(try reason(try daemon.facectl(["status", "--json"])) == "NO_DAEMON", "in the clear")
    #expect(daemon.stop() == 0)
  }

  @Test func aCertificateHasTheRightsThatItWasGiven() throws {
    let work = try TemporaryFolder()
    let folder = work.file("certificates")
    try Self.make(folder, ["--client", "admin", "--client", "door-7"])
    let daemon = try DaemonProcess(
      data: try TemporaryFolder(), arguments: Self.server(folder, clients: true) + ["--require-token"])
    #expect(try reason(try daemon.facectl(["status", "--json"] + Self.client(folder))) == "NO_DAEMON", "shows none")
    #expect(
      try reason(try daemon.facectl(["status", "--json"] + Self.client(folder, "door-7"))) == "CERTIFICATE_UNKNOWN")
    daemon.kill()

    let data = try TemporaryFolder()
    let open = try DaemonProcess(data: data, arguments: Self.server(folder, clients: true))
    let admin = Self.client(folder, "admin")
    let door = Self.client(folder, "door-7")
    func create(_ name: String, _ scopes: String) throws -> Int32 {
      try open.facectl(["token", "create", "--certificate", name, "--scopes", scopes] + admin).status
    }
    #expect(try create("door-7", "identify") == 0)
    #expect(try create("admin", "admin") == 0)
    #expect(try create("admin", "admin") != 0, "one for each name")
    #expect(try reason(try open.facectl(["identity", "list", "--json"] + door)) == "SCOPE_MISSING")
    #expect(try reason(try open.facectl(["status", "--json"] + door)) == nil)
    #expect(try open.facectl(["identity", "list"] + admin).status == 0)
    let audit = try open.facectl(["audit", "tail", "--json"] + admin).text
    #expect(audit.contains("certificate:door-7"))
    #expect(open.stop() == 0)
  }

  @Test func newCertificatesAreTakenWithoutAPause() throws {
    let work = try TemporaryFolder()
    let (first, second, used) = (work.file("first"), work.file("second"), work.file("used"))
    try Self.make(first)
    try Self.make(second)
    try FileManager.default.createDirectory(atPath: used, withIntermediateDirectories: true)
    func use(_ folder: String, _ names: [String] = ["server.pem", "server.key"]) throws {
      for name in names {
        try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)).write(
          to: URL(fileURLWithPath: used + "/" + name))
      }
    }
    try use(first)
    let daemon = try DaemonProcess(data: try TemporaryFolder(), arguments: Self.server(used, clients: false))
    #expect(try daemon.facectl(["status"] + Self.client(first)).status == 0)
    // A certificate without its key is not taken.
    try use(second, ["server.pem"])
    kill(daemon.processIdentifier, SIGHUP)
    #expect(try daemon.facectl(["status"] + Self.client(first)).status == 0)
    try use(second)
    kill(daemon.processIdentifier, SIGHUP)
    var isTaken = false
    for _ in 0..<100 where !isTaken { isTaken = try daemon.facectl(["status"] + Self.client(second)).status == 0 }
    #expect(isTaken)
    #expect(try daemon.facectl(["status"] + Self.client(first)).status != 0)
    // And without a signal.
    try use(first)
    isTaken = false
    for _ in 0..<1000 where !isTaken { isTaken = try daemon.facectl(["status"] + Self.client(first)).status == 0 }
    #expect(isTaken)
  }

  @Test(arguments: [
    (["--tls-certificate", "/nowhere.pem"], "--tls-key"), (["--tls-client-ca", "/nowhere.pem"], "--tls-certificate"),
    (["--tls-certificate", "/nowhere.pem", "--tls-key", "/nowhere.key"], "/nowhere.pem"),
  ])
  func whatIsMissingIsNamed(_ arguments: [String], _ said: String) throws {
    let output = try DaemonProcess.run(
      "faced", ["--data", try TemporaryFolder().path, "--address", "127.0.0.1:0"] + arguments)
    #expect(output.status == 1 && output.errors.contains(said), "\(output.errors)")
  }

  @Test func aContextIsTypedOnce() throws {
    let work = try TemporaryFolder()
    let folder = work.file("certificates")
    try Self.make(folder)
    let daemon = try DaemonProcess(data: try TemporaryFolder(), arguments: Self.server(folder, clients: true))
    let home = ["XDG_CONFIG_HOME": work.file("config")]
    func run(_ arguments: [String]) throws -> DaemonProcess.Output {
      try DaemonProcess.run("facectl", arguments, environment: home)
    }
    let admin = Self.client(folder, "admin")
    #expect(try run(["context", "add", "home", "--address", daemon.address] + admin).status == 0)
    #expect(try run(["context", "add", "away", "--address", "127.0.0.1:1"]).status == 0)
    #expect(try run(["status"]).status == 0, "the first one is in use")
    let listed = try run(["context", "list", "--json"]).objects(ListedContext.self)
    #expect(listed.map(\.name) == ["away", "home"] && listed.map(\.current) == [false, true])
    #expect(try run(["context", "use", "away"]).status == 0)
    #expect(try run(["status"]).status == 1)
    #expect(try run(["status", "--context", "home"]).status == 0)
    #expect(try run(["status", "--address", daemon.address]).status == 1, "a context is for its own address")
    #expect(try run(["context", "use", "nowhere"]).status == 64)
    let rights = try FileManager.default.attributesOfItem(atPath: work.file("config/faced/contexts.json"))
    #expect(rights[.posixPermissions] as? Int == 0o600)
  }
}
