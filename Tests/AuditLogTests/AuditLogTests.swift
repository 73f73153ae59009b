import AuditLog
import Foundation
import Testing

/// The chain of hashes: what tampering it shows.
@Suite struct AuditLogTests {
  private func folder() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("faced-audit-\(UUID().uuidString)").path
  }

  private func event(_ verb: String) -> AuditEvent {
    var event = AuditEvent(who: "token:1", from: "127.0.0.1", verb: verb, status: "ok", request: "r")
    event.identities = [7]
    return event
  }

  private func lines(_ path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  private func problem(_ lines: [String], of path: String) throws -> String? {
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
    return try AuditVerification.check(path: path).problem
  }

  @Test func everyChangeIsFound() throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let log = try AuditLog(directory: folder)
    for number in 1...5 { log.append(event("verb \(number)")) }
    #expect(try log.tail(2).compactMap(AuditLine.init).map(\.event.verb) == ["verb 4", "verb 5"])
    let good = try log.verify()
    #expect(good.problem == nil && good.lines == 5)

    let path = folder + "/audit.log"
    let lines = try lines(path)
    let changed = lines.map { $0.replacing("\"verb 3\"", with: "\"verb 9\"") }
    #expect(try problem(changed, of: path) != nil, "a changed line")
    #expect(try problem(Array(lines[..<2] + lines[3...]), of: path) != nil, "a line taken away")
    #expect(try problem([lines[0], lines[2], lines[1], lines[3], lines[4]], of: path) != nil, "lines exchanged")
    #expect(try problem(lines + [lines[4]], of: path) != nil, "a line twice")
    #expect(try problem(Array(lines.dropLast()), of: path) == nil, "a chain cannot know its own end")
    let last = try #require(good.lastHash)
    #expect(try AuditVerification.check(path: path, containing: last).problem != nil, "but who kept the hash can")
    #expect(try problem(lines, of: path) == nil)
    #expect(try AuditVerification.check(path: path, containing: last).problem == nil)
  }

  @Test func theChainGoesOnAcrossFilesAndStarts() throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var options = AuditLog.Options()
    options.maximumFileBytes = 1000
    for start in 0..<4 {
      let log = try AuditLog(directory: folder, options: options)
      for number in 0..<5 {
        log.append(event("verb \(start).\(number)"))
        log.flush()
      }
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("audit") }.sorted()
    #expect(files.count > 2, "\(files)")
    let found = try AuditVerification.check(path: folder)
    #expect(found.problem == nil && found.lines == 20 && found.lastNumber == 20)
    // A file in the middle is missed.
    try FileManager.default.removeItem(atPath: folder + "/" + files[1])
    #expect(try AuditVerification.check(path: folder).problem != nil)
  }

  @Test func oldFilesGo() throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var options = AuditLog.Options()
    options.maximumFileBytes = 1
    options.maximumFiles = 3
    let log = try AuditLog(directory: folder, options: options)
    for number in 0..<10 {
      log.append(event("verb \(number)"))
      log.flush()
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 3)
    let found = try log.verify()
    #expect(found.problem == nil && found.firstNumber == 8 && found.lastNumber == 10)
  }

  @Test func aLineThatACrashCutIsMended() throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    do {
      let log = try AuditLog(directory: folder)
      log.append(event("whole"))
      log.append(event("cut"))
      log.flush()
    }
    let path = folder + "/audit.log"
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    try bytes.dropLast(10).write(to: URL(fileURLWithPath: path))
    #expect(try AuditVerification.check(path: path).problem != nil)
    let log = try AuditLog(directory: folder)
    log.append(event("after"))
    let found = try log.verify()
    #expect(found.problem == nil && found.lines == 3)
    #expect(
      try log.tail(3).compactMap(AuditLine.init).map(\.event.verb) == [
        "whole", "audit log recovered after a crash", "after",
      ])
  }
}
