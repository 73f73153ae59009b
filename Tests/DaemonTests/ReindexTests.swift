import Foundation
import Images
import Testing

/// Looking before the switch, switching without waiting, and what is left behind: through real processes.
@Suite struct ReindexTests {
  struct Job: Decodable {
    let job: String
    let state: String
    let total: Int
    let done: Int
    let reused: Int
    let follows: Bool
    let message: String
  }

  private struct Comparison: Decodable {
    struct Distances: Decodable {
      struct Quantiles: Decodable {
        let low: Double
        let median: Double
        let high: Double
      }
      let model: String
      let own: Quantiles?
      let nearestOther: Quantiles?
      let ownWithinThreshold: Int
    }
    struct Near: Decodable {
      let identity: String
      let distance: Double
    }
    struct Change: Decodable {
      let face: String
      let identity: String
      let before: Near
      let after: Near
    }
    struct LeftOut: Decodable {
      let identity: String
      let reason: String
    }
    let compared: Int
    let agreeing: Int
    let before: Distances
    let after: Distances
    let changed: [Change]
    let leftOut: [LeftOut]
    let leftOutFaces: Int
  }

  private struct Model: Decodable {
    let model: String
    let active: Bool
    let vectorsKeptUntil: String?
  }

  private func job(_ daemon: DaemonProcess, _ arguments: [String]) throws -> Job {
    let output = try daemon.facectl(["reindex"] + arguments + ["--json"])
    return try #require(try output.objects(Job.self).last, "\(output.text)\(output.errors)")
  }

  private func models(_ daemon: DaemonProcess) throws -> [Model] {
    try daemon.facectl(["model", "list", "--json"]).objects(Model.self)
  }

  private func active(_ daemon: DaemonProcess) throws -> String? { try models(daemon).first(where: \.active)?.model }

  private func keptUntil(_ model: String, _ daemon: DaemonProcess) throws -> String? {
    try models(daemon).first { $0.model == model }?.vectorsKeptUntil
  }

  private func add(_ file: String, _ daemon: DaemonProcess) throws -> String {
    let output = try daemon.facectl(["model", "add", file, "--json"])
    return try #require(try output.objects(Model.self).first?.model, "\(output.text)\(output.errors)")
  }

  private func name(of picture: String, in gallery: String, _ daemon: DaemonProcess) throws -> String? {
    try daemon.facectl(["identify", picture, "--gallery", gallery, "--json"]).objects(Identified.self)
      .first?.faces.first?.candidates.first?.identity
  }

  /// A face whose crop is not kept.
  private func enrollBare(_ work: TemporaryFolder, _ daemon: DaemonProcess) throws -> String {
    #expect(try daemon.facectl(["gallery", "create", "bare", "--discard-crops"]).status == 0)
    let picture = try work.picture(40, view: 0)
    #expect(try daemon.facectl(["enroll", picture, "--identity", "late", "--gallery", "bare"]).status == 0)
    return picture
  }

  @Test func whatTheSwitchChangesCanBeLookedAt() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let daemon = try DaemonProcess(data: try TemporaryFolder())
      // People whose pictures are of different faces: who is nearest is anybody's guess, so that some faces change it.
      for person in 0..<40 as Range<UInt64> {
        _ = try work.picture(100 + person, view: 0, name: "mixed/m\(person / 4)/\(person % 4).jpg")
      }
      #expect(try daemon.facectl(["enroll", work.file("mixed")]).status == 0)
      _ = try enrollBare(work, daemon)
      let old = try #require(try active(daemon))
      let new = try add(DaemonProcess.Manifest.model("triplet"), daemon)
      _ = try daemon.facectl(["reindex", "start", new, "--ask", "--watch"])
      #expect(try job(daemon, ["status"]).state == "AWAITING_DECISION")

      let sheet = work.file("changes.png")
      let output = try daemon.facectl(["reindex", "compare", "--sheet", sheet, "--json"])
      let comparison = try #require(try output.objects(Comparison.self).first, "\(output.text)\(output.errors)")
      #expect(comparison.compared == 40 && comparison.before.model == old && comparison.after.model == new)
      #expect(!comparison.changed.isEmpty && comparison.agreeing + comparison.changed.count == 40)
      #expect(comparison.changed.allSatisfy { $0.before.identity != $0.after.identity })
      #expect(comparison.leftOutFaces == 1 && comparison.leftOut.map(\.identity) == ["late"])
      #expect(comparison.leftOut.map(\.reason) == ["NO_CROP"])
      for distances in [comparison.before, comparison.after] {
        let own = try #require(distances.own)
        #expect(own.low <= own.median && own.median <= own.high && own.high > 0)
        #expect(try #require(distances.nearestOther).median > 0)
      }
      let picture = try ImageDecoder.decode([UInt8](try Data(contentsOf: URL(fileURLWithPath: sheet))))
      #expect(picture.width > 128)

      #expect(try active(daemon) == old)
      #expect(try job(daemon, ["resume"]).state == "RUNNING")
      #expect(try daemon.facectl(["reindex", "watch"]).status == 0)
      #expect(try active(daemon) == new)
      #expect(try daemon.facectl(["reindex", "compare", "--json"]).text.contains("JOB_ENDED"))
    }
  }

  @Test func oldVectorsAreKeptForAWindowAndCanBeDropped() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let data = try TemporaryFolder()
      let daemon = try DaemonProcess(data: data)
      _ = try daemon.facectl(["enroll", try work.gallery(people: 3, pictures: 2)])
      let old = try #require(try active(daemon))
      let new = try add(DaemonProcess.Manifest.model("previous"), daemon)
      _ = try daemon.facectl(["reindex", "start", new, "--require-agreement", "0", "--watch"])
      #expect(try keptUntil(old, daemon) != nil)
      #expect(try keptUntil(new, daemon) == nil)
      #expect(try daemon.facectl(["reindex", "drop", new, "--yes", "--json"]).text.contains("MODEL_ACTIVE"))
      #expect(try daemon.facectl(["reindex", "drop", old]).status == 64, "it asks, or wants --yes")
      #expect(try daemon.facectl(["reindex", "drop", old, "--yes"]).status == 0)
      #expect(try keptUntil(old, daemon) == nil)
      // The way back is there still; it only takes longer.
      #expect(try daemon.facectl(["reindex", "rollback", "--watch"]).status == 0)
      let back = try job(daemon, ["status"])
      #expect(back.reused == 0 && back.done == 6)
      #expect(try active(daemon) == old)

      // A window that has passed needs nobody.
      #expect(daemon.stop() == 0)
      let forgetful = try DaemonProcess(data: data, arguments: ["--rollback-days", "0"])
      while try keptUntil(new, forgetful) != nil { Thread.sleep(forTimeInterval: 0.2) }
      #expect(try active(forgetful) == old)
    }
  }

  /// The default model under another id, whose header says that its vectors may be compared with the default one's.
  private func compatible(_ work: TemporaryFolder) throws -> String {
    let file = work.file("compatible.safetensors")
    let shipped = DaemonProcess.Manifest.model("default")
    let output = try DaemonProcess.run(
      "facetrain",
      ["export", "--model", shipped, "--compatible-with", shipped, "--output", file])
    #expect(output.status == 0, "\(output.text)\(output.errors)")
    return file
  }

  @Test func aCompatibleModelAnswersAtOnceAndTheFacesFollow() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let data = try TemporaryFolder()
      var daemon = try DaemonProcess(data: data, arguments: ["--workers", "1"])
      _ = try daemon.facectl(["enroll", try work.gallery(people: 10, pictures: 8)])
      let bare = try enrollBare(work, daemon)
      let old = try #require(try active(daemon))
      let new = try add(try compatible(work), daemon)
      #expect(new != old)
      let begun = try job(daemon, ["start", new])
      #expect(begun.follows)
      #expect(try active(daemon) == new, "the switch does not wait for the faces")
      _ = try daemon.facectl(["reindex", "pause"])
      let probe = try work.picture(7, view: 0, name: "probe.jpg")
      #expect(try name(of: probe, in: "default", daemon) == "p7")
      #expect(try name(of: bare, in: "bare", daemon) == "late")
      #expect(try daemon.facectl(["reindex", "cancel", "--json"]).text.contains("JOB_ENDED"))
      #expect(try daemon.facectl(["reindex", "compare", "--json"]).status == 1)

      daemon.kill()
      daemon = try DaemonProcess(data: data, arguments: ["--workers", "1"])
      #expect(try active(daemon) == new)
      #expect(try name(of: probe, in: "default", daemon) == "p7")
      #expect(try name(of: bare, in: "bare", daemon) == "late")
      // The job may have been done before the pause came; where it was not, the vectors are needed.
      if try job(daemon, ["status"]).state == "PAUSED" {
        #expect(try daemon.facectl(["reindex", "drop", old, "--yes", "--json"]).text.contains("REINDEX_RUNNING"))
        _ = try job(daemon, ["resume"])
      }
      #expect(try daemon.facectl(["reindex", "watch"]).status == 0)
      let done = try job(daemon, ["status"])
      #expect(done.state == "SUCCEEDED" && done.done == 81 && done.total == 81)
      // Also the face without a crop needs the old vectors no more.
      #expect(try daemon.facectl(["reindex", "drop", old, "--yes"]).status == 0)
      #expect(try name(of: bare, in: "bare", daemon) == "late")
      #expect(daemon.stop() == 0)
      daemon = try DaemonProcess(data: data)
      #expect(try name(of: bare, in: "bare", daemon) == "late")
      #expect(try name(of: probe, in: "default", daemon) == "p7")
    }
  }

  @Test func aCompatibleModelCanBeLeftBeforeTheFacesHaveFollowed() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let daemon = try DaemonProcess(data: try TemporaryFolder(), arguments: ["--workers", "1"])
      _ = try daemon.facectl(["enroll", try work.gallery(people: 10, pictures: 8)])
      let old = try #require(try active(daemon))
      let new = try add(try compatible(work), daemon)
      _ = try job(daemon, ["start", new])
      _ = try daemon.facectl(["reindex", "pause"])
      let late = try work.picture(30, view: 0)
      #expect(try daemon.facectl(["enroll", late, "--identity", "late"]).status == 0)
      #expect(try daemon.facectl(["reindex", "rollback", "--watch"]).status == 0)
      #expect(try active(daemon) == old)
      #expect(try name(of: late, in: "default", daemon) == "late")
      #expect(try name(of: try work.picture(3, view: 1, name: "probe.jpg"), in: "default", daemon) == "p3")
      // With a question about agreement it is a job like any other.
      let asked = try job(daemon, ["start", new, "--ask"])
      #expect(!asked.follows)
      _ = try daemon.facectl(["reindex", "watch"])
      #expect(try job(daemon, ["status"]).state == "AWAITING_DECISION")
    }
  }

  @Test func aShutdownEndsAWatch() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let daemon = try DaemonProcess(data: try TemporaryFolder(), arguments: ["--workers", "1"])
      _ = try daemon.facectl(["enroll", try work.gallery(people: 10, pictures: 8)])
      let new = try add(DaemonProcess.Manifest.model("previous"), daemon)
      _ = try job(daemon, ["start", new])
      #expect(try job(daemon, ["pause"]).state == "PAUSED")
      let watch = Process()
      watch.executableURL = DaemonProcess.programs.appendingPathComponent("facectl")
      watch.arguments = ["--address", daemon.address, "reindex", "watch", "--json"]
      let output = Pipe()
      (watch.standardOutput, watch.standardError) = (output, output)
      try watch.run()
      var said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
      #expect(said.contains("PAUSED"))
      #expect(daemon.stop() == 0)
      watch.waitUntilExit()
      said += String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      // The stream was ended in order: after the grace for running calls it would have been cut off.
      #expect(watch.terminationStatus == 1 && !said.contains("error"), "\(said)")
    }
  }
}
