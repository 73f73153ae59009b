import Foundation
import Testing

/// A gallery calibrates itself on its own people, says so in its answers, and forgets it when asked to.
@Suite(.serialized) struct CalibrationTests {
  private struct Report: Decodable {
    let calibration: Kept
    let threshold: Double
    let modelThreshold: Double
    let lowestSupportedRate: Double
    let observedRate: Double
    let recognisedRate: Double
    let duplicates: Int
    struct Kept: Decodable {
      let identities: Int
      let faces: Int
      let comparisons: Int
    }
  }

  private struct Answered: Decodable {
    let faces: [Face]
    struct Face: Decodable {
      let threshold: Double
      let basis: Basis
    }
    struct Basis: Decodable {
      let calibrationSource: String
      let measuredOn: String
      let expectedFalsePositiveRate: Double
    }
  }

  /// Unit vectors of people who all look a little alike: what they share is along the first axis.
  private static func people(_ count: Int, faces: Int, shared: Float) -> [(String, [Float])] {
    var state: UInt64 = 88
    func random() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
    }
    return (0..<count).flatMap { person in
      let own = (0..<128).map { $0 == 0 ? shared : random() / 11 }
      return (0..<faces).map { _ in
        let values = own.map { $0 + random() / 30 }
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return ("p\(person)", values.map { $0 / length })
      }
    }
  }

  private func importVectors(
    _ daemon: DaemonProcess, _ work: TemporaryFolder, _ rows: [(String, [Float])], into gallery: String
  ) throws {
    #expect(try daemon.facectl(["gallery", "create", gallery]).status == 0)
    let vectors = try work.npy("\(gallery).npy", rows.map(\.1))
    try Data(rows.map { $0.0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: work.file("names.txt")))
    let output = try daemon.facectl(
      ["import", "--vectors", vectors, "--names", work.file("names.txt"), "--gallery", gallery])
    #expect(output.status == 0, "\(output.errors)")
  }

  @Test func decisionsGoByWhatTheGalleryMeasured() throws {
    let (work, data) = (try TemporaryFolder(), try TemporaryFolder())
    var daemon = try DaemonProcess(data: data)
    let rows = Self.people(1_200, faces: 2, shared: 0.5)
    try importVectors(daemon, work, rows, into: "many")
    let probe = try work.npy("probe.npy", [rows[0].1])
    func basis() throws -> Answered.Face {
      let output = try daemon.facectl(["identify", "--vectors", probe, "--gallery", "many", "--json"])
      return try #require(try output.objects(Answered.self).first?.faces.first, "\(output.text)\(output.errors)")
    }
    let before = try basis()
    #expect(before.basis.calibrationSource == "MODEL" && before.basis.measuredOn.contains("identities"))
    #expect(try daemon.facectl(["gallery", "calibrate", "many", "--show"]).status == 1)

    let output = try daemon.facectl(["gallery", "calibrate", "many", "--json"])
    let report = try #require(try output.objects(Report.self).first, "\(output.text)\(output.errors)")
    #expect(report.calibration.identities == 1_200 && report.calibration.faces == 2_400)
    #expect(report.calibration.comparisons == 2_400 * 1_199)
    #expect(abs(report.modelThreshold - before.threshold) < 1e-4)
    #expect(report.lowestSupportedRate <= 0.01 && report.observedRate < 0.02 && report.recognisedRate > 0.9)
    let after = try basis()
    #expect(after.basis.calibrationSource == "GALLERY" && after.basis.measuredOn.contains("1200 identities"))
    #expect(abs(after.threshold - report.threshold) < 1e-4 && abs(after.threshold - before.threshold) > 1e-3)
    #expect(abs(after.basis.expectedFalsePositiveRate - 0.01) < 1e-3)

    // It outlives the daemon, is the gallery's alone, and is forgotten when that is wanted.
    #expect(daemon.stop() == 0)
    daemon = try DaemonProcess(data: data)
    #expect(try abs(basis().threshold - report.threshold) < 1e-4)
    #expect(try daemon.facectl(["gallery", "calibrate", "many", "--show"]).text.contains("1200 identities"))
    #expect(try daemon.facectl(["gallery", "calibrate", "many", "--drop"]).status == 0)
    #expect(try abs(basis().threshold - before.threshold) < 1e-4)
    #expect(try basis().basis.calibrationSource == "MODEL")
  }

  @Test func strictAndLenientAreToldByTheGallerysOwnFaces() throws {
    struct Estimate: Decodable {
      let falsePositiveRate: Double
      let threshold: Double
      let expectedFalsePositiveRate: Double
      let strangersAccepted: Double?
      let knownMissed: Double?
    }
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    func estimates(_ gallery: String, _ rates: [String] = []) throws -> [Estimate] {
      let asked = rates.flatMap { ["--false-positive-rate", $0] }
      let output = try daemon.facectl(["gallery", "thresholds", gallery, "--json"] + asked)
      #expect(output.status == 0, "\(output.errors)")
      return try output.objects(Estimate.self)
    }
    try importVectors(daemon, work, Self.people(300, faces: 3, shared: 0.5), into: "many")
    let told = try estimates("many")
    #expect(told.map(\.falsePositiveRate) == [0.0001, 0.001, 0.01, 0.1])
    for (strict, lenient) in zip(told, told.dropFirst()) {
      #expect(strict.threshold <= lenient.threshold)
      #expect(try #require(strict.strangersAccepted) <= #require(lenient.strangersAccepted))
      #expect(try #require(strict.knownMissed) >= #require(lenient.knownMissed))
    }
    // What is told of a rate is what a search with it does.
    let probe = try work.npy("probe.npy", [Self.people(1, faces: 1, shared: 0.5)[0].1])
    let asked = ["--gallery", "many", "--false-positive-rate", "0.1", "--json"]
    let searched = try daemon.facectl(["identify", "--vectors", probe] + asked).objects(Answered.self)
    #expect(abs(try #require(searched.first?.faces.first?.threshold) - told[3].threshold) < 1e-4)
    // Nobody to be taken for, and nobody with other faces: nothing is made up.
    try importVectors(daemon, work, Self.people(1, faces: 1, shared: 0.5), into: "one")
    let alone = try #require(try estimates("one", ["0.01"]).first)
    #expect(alone.strangersAccepted == nil && alone.knownMissed == nil && alone.threshold > 0)
    #expect(try daemon.facectl(["gallery", "thresholds", "many", "--false-positive-rate", "1"]).status == 64)
    #expect(try daemon.facectl(["gallery", "thresholds", "nowhere"]).status == 1)
  }

  @Test func tooFewPeopleAreRefusedWithTheRateThatTheySupport() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    try importVectors(daemon, work, Self.people(60, faces: 2, shared: 0.5), into: "few")
    func calibrate(_ more: [String]) throws -> DaemonProcess.Output {
      try daemon.facectl(["gallery", "calibrate", "few", "--json"] + more)
    }
    let refused = try #require(try calibrate([]).objects(Failed.self).first).error
    #expect(refused.reason == "TOO_FEW_PEOPLE" && refused.message.contains("60 identities with 120 faces"))
    // The rate that the sentence names is taken.
    let rate = try #require(
      refused.message.split(separator: " ").compactMap { Double($0) }.filter { $0 < 1 }.last, "\(refused.message)")
    #expect(rate > 0.01 && rate < 0.5)
    #expect(try calibrate(["--false-positive-rate", String(rate)]).status == 0)
    try importVectors(daemon, work, Self.people(5, faces: 2, shared: 0.5), into: "five")
    let none = try daemon.facectl(["gallery", "calibrate", "five", "--json"])
    #expect(try none.objects(Failed.self).first?.error.reason == "TOO_FEW_PEOPLE")
    #expect(try calibrate(["--false-positive-rate", "2"]).status == 64)
    #expect(try daemon.facectl(["gallery", "calibrate", "nowhere"]).status == 1)
  }
}
