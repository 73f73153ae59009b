import Foundation
import Testing

/// Getting in with the wrong token, or none, through real processes.
@Suite(.serialized) struct AccessTests {
  private struct Made: Decodable {
    let id: String
    let token: String
  }

  private struct Refused: Decodable {
    let error: Problem
  }

  private func reason(_ output: DaemonProcess.Output) throws -> String? {
    output.status == 0 ? nil : try output.objects(Refused.self).first?.error.reason
  }

  private func create(_ daemon: DaemonProcess, _ arguments: [String]) throws -> Made {
    try #require(try daemon.facectl(["token", "create", "--json"] + arguments).objects(Made.self).first)
  }

  @Test func aTokenDoesWhatItsScopesSay() throws {
    let work = try TemporaryFolder()
    let data = try TemporaryFolder()
    let daemon = try DaemonProcess(data: data)
    let picture = try work.picture(1, view: 0)
    #expect(try daemon.facectl(["gallery", "create", "other"]).status == 0, "loopback needs no token")
    let made = try create(daemon, ["--scopes", "identify,enroll", "--gallery", "default"])

    func with(_ arguments: [String]) throws -> String? {
      try reason(try daemon.facectl(["--token", made.token, "--json"] + arguments))
    }
    #expect(try with(["status"]) == nil)
    #expect(try with(["identify", picture]) == nil)
    #expect(try with(["identity", "list"]) == "SCOPE_MISSING")
    #expect(try with(["gallery", "delete", "default", "--yes"]) == "SCOPE_MISSING")
    #expect(try with(["token", "list"]) == "SCOPE_MISSING")
    // An import is an enrolment; an export gives everything away.
    #expect(try daemon.facectl(["export", work.file("export")]).status == 0)
    #expect(try daemon.facectl(["enroll", picture, "--identity", "a", "--gallery", "other"]).status == 0)
    #expect(try daemon.facectl(["export", work.file("other"), "--gallery", "other"]).status == 0)
    #expect(try with(["import", work.file("other")]) == nil)
    #expect(try with(["import", work.file("other"), "--gallery", "other"]) == "GALLERY_FORBIDDEN")
    #expect(try with(["export", work.file("stolen")]) == "SCOPE_MISSING")
    #expect(!FileManager.default.fileExists(atPath: work.file("stolen")))
    #expect(try with(["token", "create", "--scopes", "admin"]) == "SCOPE_MISSING")
    let elsewhere = try daemon.facectl(["--token", made.token, "identify", picture, "--gallery", "other", "--json"])
    #expect(elsewhere.status != 0 && elsewhere.text.contains("GALLERY_FORBIDDEN"))

    // An administrator of one gallery makes no tokens and sees no other gallery.
    let local = try create(daemon, ["--scopes", "admin", "--gallery", "default"])
    func administering(_ arguments: [String]) throws -> String? {
      try reason(try daemon.facectl(["--token", local.token, "--json"] + arguments))
    }
    #expect(try administering(["identity", "list"]) == nil)
    #expect(try administering(["export", work.file("own")]) == nil)
    #expect(try administering(["export", work.file("stolen"), "--gallery", "other"]) == "GALLERY_FORBIDDEN")
    #expect(try administering(["identity", "list", "--gallery", "other"]) == "GALLERY_FORBIDDEN")
    #expect(try administering(["token", "create", "--scopes", "admin"]) == "GALLERY_FORBIDDEN")
    #expect(try administering(["gallery", "list"]) == "GALLERY_FORBIDDEN")
  }

  @Test func whatIsPresentedHasToBeGood() throws {
    let data = try TemporaryFolder()
    let daemon = try DaemonProcess(data: data)
    let made = try create(daemon, ["--scopes", "admin"])
    func status(_ token: String, _ daemon: DaemonProcess) throws -> String? {
      try reason(try daemon.facectl(["status", "--json", "--token", token]))
    }
    #expect(try status(made.token, daemon) == nil)
    #expect(try status(String(made.token.dropLast()), daemon) == "TOKEN_UNKNOWN")
    #expect(try status(made.id, daemon) == "TOKEN_UNKNOWN")
    #expect(try status("faced_\(made.id)_x", daemon) == "TOKEN_UNKNOWN", "a known id alone opens nothing")

    let kept = try String(contentsOfFile: data.file("access/tokens.json"), encoding: .utf8)
    let secret = made.token.dropFirst("faced_\(made.id)_".count)
    #expect(kept.contains(made.id) && !kept.contains(secret), "only its hash is kept")
    let rights = try FileManager.default.attributesOfItem(atPath: data.file("access/tokens.json"))[.posixPermissions]
    #expect(rights as? Int == 0o600)
    #expect(!(try daemon.facectl(["token", "list", "--json"]).text.contains(secret)))

    daemon.kill()
    let revived = try DaemonProcess(data: data)
    #expect(try status(made.token, revived) == nil, "a token survives a kill")
    #expect(try revived.facectl(["token", "revoke", made.id]).status == 0)
    #expect(try status(made.token, revived) == "TOKEN_UNKNOWN")
    revived.kill()
    #expect(try status(made.token, try DaemonProcess(data: data)) == "TOKEN_UNKNOWN", "and so does its end")
  }

  @Test func aDaemonMayAskEverybody() throws {
    let data = try TemporaryFolder()
    let open = try DaemonProcess(data: data)
    let made = try create(open, ["--scopes", "read"])
    #expect(open.stop() == 0)
    let strict = try DaemonProcess(data: data, arguments: ["--require-token"])
    #expect(try reason(try strict.facectl(["status", "--json"])) == "TOKEN_REQUIRED")
    #expect(try strict.facectl(["identity", "list", "--token", made.token]).status == 0)
    #expect(try reason(try strict.facectl(["status", "--json", "--token", "faced"])) == "TOKEN_UNKNOWN")
  }

  @Test func aDamagedListLetsNobodyIn() throws {
    let data = try TemporaryFolder()
    let daemon = try DaemonProcess(data: data)
    _ = try create(daemon, ["--scopes", "read"])
    #expect(daemon.stop() == 0)
    try Data("{".utf8).write(to: URL(fileURLWithPath: data.file("access/tokens.json")))
    let output = try DaemonProcess.run("faced", ["--data", data.path, "--address", "127.0.0.1:0"])
    #expect(output.status == 1 && output.errors.contains("token file"))
  }
}
