import Foundation
import Testing

/// What an operator looks at: status, doctor, bench, the background reading, SIGHUP, dashboard and alerts.
@Suite(.serialized) struct OperationTests {
  private struct Status: Decodable {
    let state: String
    let diskFreeBytes: Int
    let callsLastMinute: Int
    let p50Ms: Double?
    let damageCount: Int
    let damagedFaces: [String]
    let falsePositiveRate: Double
    let scrub: String
  }

  private func status(_ daemon: DaemonProcess) throws -> Status {
    try #require(try daemon.facectl(["status", "--json"]).objects(Status.self).first)
  }

  private func wait(until isTrue: () throws -> Bool) rethrows { while try !isTrue() { usleep(50_000) } }

  @Test(.timeLimit(.minutes(2))) func statusDoctorAndBenchOfADaemonThatIsWell() async throws {
    try await onOwnThread {
      struct Finding: Decodable { let subject, weight: String }
      struct Bench: Decodable { let calls, refused: Int }
      let work = try TemporaryFolder()
      let daemon = try DaemonProcess(data: try TemporaryFolder())
      let empty = try daemon.facectl(["bench", "--seconds", "1"])
      #expect(empty.status == 64 && empty.errors.contains("no faces"), "\(empty.errors)")
      let picture = try work.picture(1, view: 0)
      #expect(try daemon.facectl(["enroll", picture, "--identity", "Ada"]).status == 0)
      let said = try status(daemon)
      #expect(said.state == "serving" && said.diskFreeBytes > 0 && said.callsLastMinute > 0 && said.p50Ms != nil)
      let doctor = try daemon.facectl(["doctor", "--json"])
      let findings = try doctor.objects(Finding.self)
      #expect(doctor.status == 0, "\(doctor.text)")
      for subject in ["store", "disk", "data", "processors", "descriptors", "model", "clock"] {
        #expect(findings.contains { $0.subject == subject }, "\(subject)")
      }
      for arguments in [["bench", "--seconds", "1"], ["bench", picture, "--seconds", "1", "--clients", "2"]] {
        let bench = try daemon.facectl(arguments + ["--json"])
        let measured = try #require(try bench.objects(Bench.self).first, "\(bench.errors)")
        #expect(measured.calls > 0 && measured.refused == 0)
      }
    }
  }

  @Test(.timeLimit(.minutes(2))) func theLastHourIsToldByStage() async throws {
    try await onOwnThread {
      struct Hour: Decodable {
        let stages: [Stage]
        let reasons: [Reason]
        let minutes: [Minute]
        struct Stage: Decodable {
          let stage: String
          let count: Int
          let p50Ms: Double
          let p99Ms: Double
        }
        struct Reason: Decodable, Equatable {
          let reason: String
          let count: Int
        }
        struct Minute: Decodable { let calls, failures: Int }
      }
      let work = try TemporaryFolder()
      let daemon = try DaemonProcess(data: try TemporaryFolder())
      func hour() throws -> Hour {
        try #require(try daemon.facectl(["status", "--hour", "--json"]).objects(Hour.self).first)
      }
      #expect(try hour().minutes.isEmpty)
      let picture = try work.picture(1, view: 0)
      #expect(try daemon.facectl(["enroll", picture, "--identity", "Ada"]).status == 0)
      for _ in 0..<3 { #expect(try daemon.facectl(["identify", picture]).status == 0) }
      #expect(try daemon.facectl(["identity", "get", "Bea"]).status == 1)
      let told = try hour()
      #expect(told.stages.map(\.stage) == ["call", "decode", "detect", "embed", "search", "store"])
      let counts = Dictionary(uniqueKeysWithValues: told.stages.map { ($0.stage, $0.count) })
      #expect(counts["store"] == 1 && (counts["search"] ?? 0) >= 3 && (counts["decode"] ?? 0) >= 4)
      for stage in told.stages { #expect(stage.p50Ms > 0 && stage.p50Ms <= stage.p99Ms, "\(stage)") }
      #expect(told.reasons == [.init(reason: "IDENTITY_NOT_FOUND", count: 1)])
      #expect(told.minutes.reduce(0) { $0 + $1.calls } == (counts["call"] ?? 0) + 1)
      #expect(told.minutes.allSatisfy { $0.failures == 0 })
      #expect(try daemon.facectl(["status", "--hour"]).text.contains("IDENTITY_NOT_FOUND"))
    }
  }

  /// Bytes that the disk has changed are found without anybody asking for them, and said by face.
  @Test(.timeLimit(.minutes(3))) func damageIsFoundByReadingInTheBackground() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let data = try TemporaryFolder()
      var daemon = try DaemonProcess(data: data)
      #expect(try daemon.facectl(["enroll", try work.gallery(people: 6, pictures: 3)]).status == 0)
      #expect(daemon.stop() == 0)
      // A start makes a table of the log; its crops are what the bytes are changed in.
      daemon = try DaemonProcess(data: data)
      #expect(daemon.stop() == 0)
      let tables = try FileManager.default.contentsOfDirectory(atPath: data.file("store"))
        .filter { $0.hasSuffix(".ldb") }
      let table = data.file("store/" + (try #require(tables.sorted().last)))
      let size = try #require(FileManager.default.attributesOfItem(atPath: table)[.size] as? UInt64)
      let handle = try #require(FileHandle(forUpdatingAtPath: table))
      try handle.seek(toOffset: size / 2)
      let bytes = try #require(try handle.read(upToCount: 4))
      try handle.seek(toOffset: size / 2)
      try handle.write(contentsOf: Data(bytes.map { $0 ^ 0x55 }))
      try handle.close()
      let log = work.file("log")
      daemon = try DaemonProcess(
        data: data, arguments: ["--scrub-seconds", "1", "--metrics-address", "127.0.0.1:0", "--log-format", "json"],
        log: log)
      try wait { try status(daemon).damageCount > 0 }
      let said = try status(daemon)
      #expect(said.damagedFaces.first?.hasPrefix("galleries/default/faces/") == true)
      let doctor = try daemon.facectl(["doctor"])
      #expect(doctor.status == 5 && doctor.text.contains("faced repair"), "\(doctor.text)")
      #expect(try String(contentsOfFile: log, encoding: .utf8).contains("a face cannot be read whole"))
    }
  }

  @Test(.timeLimit(.minutes(2))) func aHangUpReadsTheSettingsAgain() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let data = try TemporaryFolder()
      let (file, log) = (work.file("faced.json"), work.file("log"))
      func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: file)) }
      try write(#"{"falsePositiveRate": 0.02}"#)
      let daemon = try DaemonProcess(data: data, arguments: ["--config", file], log: log)
      #expect(try status(daemon).falsePositiveRate == 0.02)
      try write(#"{"falsePositiveRate": 0.05, "workers": 3}"#)
      kill(daemon.processIdentifier, SIGHUP)
      try wait { try status(daemon).falsePositiveRate == 0.05 }
      try wait { try String(contentsOfFile: log, encoding: .utf8).contains("--workers") }
      // What cannot be read leaves everything as it is.
      try write("{")
      kill(daemon.processIdentifier, SIGHUP)
      try wait { try String(contentsOfFile: log, encoding: .utf8).contains("is not a JSON object") }
      #expect(try status(daemon).falsePositiveRate == 0.05)
    }
  }

  /// Every metric that the dashboard and the alerts ask for is one that a daemon has.
  @Test(.timeLimit(.minutes(2))) func dashboardAndAlertsAskForWhatThereIs() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let daemon = try DaemonProcess(data: try TemporaryFolder(), arguments: ["--metrics-address", "127.0.0.1:0"])
      let picture = try work.picture(1, view: 0)
      #expect(try daemon.facectl(["enroll", picture, "--identity", "Ada"]).status == 0)
      #expect(try daemon.facectl(["identify", picture]).status == 0)
      #expect(try daemon.facectl(["identity", "get", "Bea"]).status != 0)
      let address = try #require(daemon.announced["metrics"])
      let text = try String(
        decoding: Data(contentsOf: #require(URL(string: "http://\(address)/metrics"))), as: UTF8.self)
      let folder = DaemonProcess.Manifest.root.appendingPathComponent("daemon/Operation")
      for file in ["dashboard.json", "alerts.yml"] {
        let asked = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
        for name in Set(asked.matches(of: /faced_[a-z_]+/).map { String($0.output) }) {
          #expect(text.contains("\n\(name)"), "\(file) asks for \(name)")
        }
      }
      _ = try JSONSerialization.jsonObject(
        with: Data(contentsOf: folder.appendingPathComponent("dashboard.json")))
    }
  }
}
