import Foundation
import FoundationNetworking
import Testing

/// What was done and by whom, and the numbers that a monitor reads.
@Suite(.serialized) struct AuditTests {
  @Test func theLogSaysWhoDidWhatAndNotices() throws {
    let work = try TemporaryFolder()
    let data = try TemporaryFolder()
    let daemon = try DaemonProcess(data: data)
    let picture = try work.picture(1, view: 0)
    #expect(try daemon.facectl(["enroll", picture, "--identity", "Ada Lovelace"]).status == 0)
    _ = try daemon.facectl(["identify", picture])
    #expect(try daemon.facectl(["identity", "delete", "Ada Lovelace", "--yes"]).status == 0)

    let lines = try daemon.facectl(["audit", "tail", "--json"]).text
    for part in ["DeleteIdentities", "Enroll", "Identify", "default"] { #expect(lines.contains(part), "\(part)") }
    #expect(!lines.contains("Ada"), "a name is in the audit log")
    #expect(try daemon.facectl(["audit", "verify"]).status == 0)
    #expect(daemon.stop() == 0)

    let folder = data.file("audit")
    let path = "\(folder)/audit.log"
    #expect(try DaemonProcess.run("facectl", ["audit", "verify", folder]).status == 0)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try text.replacing("BatchDeleteIdentities", with: "GetIdentity").write(
      toFile: path, atomically: true, encoding: .utf8)
    let changed = try DaemonProcess.run("facectl", ["audit", "verify", folder])
    #expect(changed.status == 4 && changed.errors.contains("changed"), "\(changed.errors)")
    // A line taken out of the middle is noticed too.
    var cut = text.split(separator: "\n", omittingEmptySubsequences: false)
    cut.remove(at: 1)
    try cut.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try DaemonProcess.run("facectl", ["audit", "verify", folder]).status == 4)
  }

  @Test func metricsAreServedWhereAskedFor() async throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(
      data: try TemporaryFolder(), arguments: ["--metrics-address", "127.0.0.1:0"])
    let address = try #require(daemon.announced["metrics"])
    _ = try daemon.facectl(["enroll", try work.picture(1, view: 0), "--identity", "Ada"])
    let (data, response) = try await URLSession.shared.data(from: URL(string: "http://\(address)/metrics")!)
    let text = String(decoding: data, as: UTF8.self)
    #expect((response as? HTTPURLResponse)?.statusCode == 200)
    #expect(text.contains("faced_faces 1\n") && text.contains("faced_call_seconds_bucket"), "\(text.prefix(500))")
    #expect(!text.contains("Ada"))
    let (_, missing) = try await URLSession.shared.data(from: URL(string: "http://\(address)/")!)
    #expect((missing as? HTTPURLResponse)?.statusCode == 404)
  }
}
