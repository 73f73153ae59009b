import Foundation
import Testing

/// Files of the index that are written while the daemon runs.
@Suite(.serialized) struct CheckpointTests {
  private static let soon = ["--checkpoint-seconds", "1", "--checkpoint-minimum-faces", "1"]

  private func indexes(_ data: TemporaryFolder) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: data.file("index"))) ?? [])
      .filter { $0.hasSuffix(".index") }
  }

  private func mark(_ data: TemporaryFolder) -> Int {
    let text = try? String(contentsOfFile: data.file("index/change"), encoding: .utf8)
    return text.flatMap { Int($0.dropLast()) } ?? 0
  }

  private func wait(until isTrue: () throws -> Bool) rethrows { while try !isTrue() { usleep(50_000) } }

  /// After a kill, the index is read, and what was enrolled and deleted since is taken from the store.
  @Test(.timeLimit(.minutes(2))) func aKilledDaemonReadsTheIndexAndWhatCameAfterIt() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let data = try TemporaryFolder()
      let gallery = try work.gallery(people: 4, pictures: 2)
      var daemon = try DaemonProcess(data: data, arguments: Self.soon)
      #expect(try daemon.facectl(["enroll", gallery]).status == 0)
      wait { !indexes(data).isEmpty }
      // A file that is not written again before the kill: the next is enrolled by a daemon that writes none.
      daemon.kill()
      daemon = try DaemonProcess(data: data, arguments: ["--checkpoint-minimum-faces", "1"])
      let late = try work.picture(40, view: 0)
      #expect(try daemon.facectl(["enroll", late, "--identity", "Late"]).status == 0)
      #expect(!indexes(data).isEmpty)
      daemon.kill()
      let log = work.file("log")
      daemon = try DaemonProcess(
        data: data, arguments: Self.soon + ["--log-level", "info", "--log-format", "json"], log: log)
      let lines = try String(contentsOfFile: log, encoding: .utf8)
      #expect(lines.contains("index read"), "\(lines)")
      for (probe, name) in [(late, "Late"), (gallery + "/p1/0.jpg", "p1")] {
        let answer = try daemon.facectl(["identify", probe, "--json"]).objects(Identified.self)
        #expect(answer.first?.faces.first?.candidates.first?.identity == name)
      }
    }
  }

  /// A deletion is answered once no file of the index holds the face, also with several names at once.
  @Test(.timeLimit(.minutes(2))) func aDeletionTakesTheFileAway() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let data = try TemporaryFolder()
      let daemon = try DaemonProcess(data: data, arguments: ["--checkpoint-minimum-faces", "1"])
      #expect(try daemon.facectl(["enroll", try work.gallery(people: 5, pictures: 1)]).status == 0)
      #expect(daemon.stop() == 0)
      #expect(indexes(data).count == 1)
      let again = try DaemonProcess(data: data, arguments: ["--checkpoint-minimum-faces", "1"])
      #expect(indexes(data).count == 1, "reading it leaves it where it is")
      let wrong = try again.facectl(["identity", "delete", "p0", "nobody", "p1", "--yes"])
      #expect(wrong.status != 0 && wrong.errors.contains("nobody"))
      #expect(indexes(data).count == 1)
      let people = try again.facectl(["identity", "list", "--json"]).objects(ListedIdentity.self)
      let third = try #require(people.first { $0.identity == "p2" }?.name.split(separator: "/").last)
      let deleted = try again.facectl(["identity", "delete", "p0", "p1", "#\(third)", "--yes"])
      #expect(deleted.status == 0, "\(deleted.errors)")
      #expect(indexes(data).isEmpty)
      let left = try again.facectl(["identity", "list", "--json"]).objects(ListedIdentity.self)
      #expect(left.map(\.identity).sorted() == ["p3", "p4"])
    }
  }

  /// A log that was cut off where a record ends looks whole; the mark shows that it is not.
  @Test(.timeLimit(.minutes(2))) func aLogThatWasCutOffIsNoticed() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let data = try TemporaryFolder()
      var daemon = try DaemonProcess(data: data)
      #expect(try daemon.facectl(["enroll", try work.picture(1, view: 0), "--identity", "Ada"]).status == 0)
      let name = try #require(
        FileManager.default.contentsOfDirectory(atPath: data.file("store")).first { $0.hasSuffix(".log") })
      let log = data.file("store/" + name)
      let size = try #require(FileManager.default.attributesOfItem(atPath: log)[.size] as? UInt64)
      wait { mark(data) > 0 }
      let before = mark(data)
      #expect(try daemon.facectl(["enroll", try work.picture(2, view: 0), "--identity", "Bea"]).status == 0)
      wait { mark(data) > before }
      daemon.kill()
      let handle = try #require(FileHandle(forUpdatingAtPath: log))
      try handle.truncate(atOffset: size)
      try handle.close()
      let refused = try DaemonProcess.run("faced", ["--data", data.path, "--address", "127.0.0.1:0"])
      #expect(refused.status == 1 && refused.errors.contains("lost its last changes"), "\(refused.errors)")
      let check = try DaemonProcess.run("faced", ["check", "--data", data.path])
      #expect(check.status == 4 && check.text.contains("last changes are lost"), "\(check.text)")
      #expect(try DaemonProcess.run("faced", ["repair", "--data", data.path]).status == 0)
      daemon = try DaemonProcess(data: data)
      let left = try daemon.facectl(["identity", "list", "--json"]).objects(ListedIdentity.self)
      #expect(left.map(\.identity) == ["Ada"])
    }
  }
}
