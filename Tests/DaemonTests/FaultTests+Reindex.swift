import Foundation
import Testing

/// A reindex job under control, through real processes.
extension FaultTests {
  private struct Job: Decodable {
    let job: String
    let state: String
    let total: Int
    let done: Int
    let reused: Int
    let compared: Int
    let message: String
  }

  private func job(_ daemon: DaemonProcess, _ arguments: [String]) throws -> Job {
    let output = try daemon.facectl(["reindex"] + arguments + ["--json"])
    return try #require(try output.objects(Job.self).last, "\(output.text)\(output.errors)")
  }

  private func active(_ daemon: DaemonProcess) throws -> String? {
    try daemon.facectl(["model", "list", "--json"]).objects(ListedModel.self).first { $0.active }?.model
  }

  private func add(_ name: String, _ daemon: DaemonProcess) throws -> String {
    let output = try daemon.facectl(["model", "add", DaemonProcess.Manifest.model(name), "--json"])
    return try #require(try output.objects(ListedModel.self).first?.model, "\(output.text)")
  }

  @Test func switchRollBackAndCancelKeepWhatWasThere() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let data = try TemporaryFolder()
      var daemon = try DaemonProcess(data: data)
      // Identities of faces that are nobody's twice: whose is nearest is anybody's guess, so two models disagree.
      for person in 0..<40 as Range<UInt64> {
        _ = try work.picture(100 + person, view: 0, name: "mixed/m\(person / 4)/\(person % 4).jpg")
      }
      #expect(try daemon.facectl(["enroll", work.file("mixed")]).status == 0)
      #expect(try daemon.facectl(["gallery", "create", "bare", "--discard-crops"]).status == 0)
      let picture = try work.picture(40, view: 0)
      _ = try daemon.facectl(["enroll", picture, "--identity", "late", "--gallery", "bare"])
      let old = try #require(try active(daemon))
      #expect(try daemon.facectl(["reindex", "rollback"]).status == 1, "there is nothing to go back to")

      let new = try add("triplet", daemon)
      // Nobody says how much has to agree, so the job asks.
      _ = try daemon.facectl(["reindex", "start", String(new.prefix(8)), "--watch"])
      let asked = try job(daemon, ["status"])
      #expect(asked.total == 41 && asked.compared == 40, "one face has no other of its person: \(asked.message)")
      #expect(asked.state == "AWAITING_DECISION" && asked.message.contains("resume"))
      #expect(try active(daemon) == old)
      // It waits over a restart, and a cancel drops what it embedded.
      #expect(daemon.stop() == 0)
      daemon = try DaemonProcess(data: data)
      #expect(try job(daemon, ["status"]).state == "AWAITING_DECISION")
      #expect(try job(daemon, ["cancel"]).state == "CANCELLED")
      let strict = try daemon.facectl(["reindex", "start", new, "--require-agreement", "0.99", "--watch"])
      #expect(strict.status == 1)
      #expect(try job(daemon, ["status"]).state == "FAILED")
      _ = try daemon.facectl(["reindex", "start", new, "--watch"])
      #expect(try job(daemon, ["resume"]).state == "RUNNING")
      #expect(try daemon.facectl(["reindex", "watch"]).status == 0)
      #expect(try active(daemon) == new)
      let late = try daemon.facectl(["reindex", "cancel", "--json"])
      #expect(late.status == 1 && late.text.contains("JOB_ENDED"))

      // Back, where every vector is there already.
      #expect(try daemon.facectl(["reindex", "rollback", "--watch"]).status == 0)
      let back = try job(daemon, ["status"])
      #expect(back.reused == 41 && back.done == 41 && back.total == 41)
      #expect(try active(daemon) == old)
      let found = try daemon.facectl(["identify", picture, "--gallery", "bare", "--json"]).objects(Identified.self)
      #expect(found.first?.faces.first?.candidates.first?.identity == "late")
    }
  }

  /// Enough faces for a job of one worker to be under way when the next command comes.
  private func enrollMany(_ work: TemporaryFolder, _ daemon: DaemonProcess) throws {
    for person in 50..<60 as Range<UInt64> {
      for view in 0..<8 as Range<UInt64> {
        _ = try work.picture(person, view: view, name: "more/p\(person)/\(view).jpg")
      }
    }
    _ = try daemon.facectl(["enroll", work.file("more")])
  }

  /// A job that is paused stays so over a restart; cancelled on the way back, it removes nothing that was there before.
  @Test func pauseResumeAndCancelOnTheWayBack() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let data = try TemporaryFolder()
      var daemon = try DaemonProcess(data: data, arguments: ["--workers", "1"])
      _ = try daemon.facectl(["enroll", try work.gallery(people: 4, pictures: 3)])
      let old = try #require(try active(daemon))
      let new = try add("previous", daemon)
      _ = try daemon.facectl(["reindex", "start", new, "--require-agreement", "0", "--watch"])
      #expect(try active(daemon) == new)
      try enrollMany(work, daemon)

      _ = try job(daemon, ["start", old, "--require-agreement", "0"])
      #expect(try job(daemon, ["pause"]).state == "PAUSED")
      #expect(daemon.stop() == 0)
      daemon = try DaemonProcess(data: data, arguments: ["--workers", "1"])
      #expect(try job(daemon, ["status"]).state == "PAUSED")
      #expect(try job(daemon, ["cancel"]).state == "CANCELLED")
      #expect(try active(daemon) == new)
      // The twelve of before are there still; the job's own are not.
      #expect(try job(daemon, ["start", old, "--require-agreement", "0"]).reused == 12)
      #expect(try job(daemon, ["pause"]).state == "PAUSED")
      #expect(try job(daemon, ["resume"]).state == "RUNNING")
      #expect(try daemon.facectl(["reindex", "watch"]).status == 0)
      #expect(try active(daemon) == old)
    }
  }

  /// An interrupted job whose model has gone is marked as failed, and the daemon starts.
  @Test func aMissingModelStopsNothingElse() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let data = try TemporaryFolder()
      var daemon = try DaemonProcess(data: data, arguments: ["--workers", "1"])
      try enrollMany(work, daemon)
      let new = try add("previous", daemon)
      let old = try #require(try active(daemon))
      _ = try job(daemon, ["start", new])
      #expect(try job(daemon, ["pause"]).state == "PAUSED")
      daemon.kill()
      let file = data.file("models/\(new).safetensors")
      try FileManager.default.removeItem(atPath: file)
      daemon = try DaemonProcess(data: data)
      #expect(try active(daemon) == old)
      #expect(try job(daemon, ["status"]).state == "FAILED")
      let listed = try daemon.facectl(["model", "list", "--json"])
      #expect(listed.status == 0 && !listed.text.contains(data.path))
      // Adding the original again mends it.
      _ = try add("previous", daemon)
      #expect(FileManager.default.fileExists(atPath: file))
      // So does it for one that was cut short.
      try Data("nothing".utf8).write(to: URL(fileURLWithPath: file))
      _ = try add("previous", daemon)
      #expect(try #require(FileManager.default.contents(atPath: file)).count > 1000)
    }
  }
}
