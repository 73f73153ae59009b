import Foundation
import Testing

/// `facectl check gallery` finds what was enrolled wrongly, and respects who is noted as different people.
@Suite(.serialized) struct ReviewTests {
  private struct Finding: Decodable {
    let kind: String
    let identity: String
    let other: String?
    let face: String?
    let distance: Double?
    let ownDistance: Double?
    let advice: String
  }

  private struct Embedded: Decodable {
    let faces: [Face]
    struct Face: Decodable { let vector: [Float] }
  }

  private struct Pair: Decodable, Equatable {
    let first: String
    let second: String
  }

  private func check(_ daemon: DaemonProcess, _ more: [String] = []) throws -> [Finding] {
    let output = try daemon.facectl(["check", "gallery", "--json"] + more)
    #expect(output.status == 0, "\(output.text)\(output.errors)")
    return try output.objects(Finding.self)
  }

  /// A unit vector along one axis, with a little of others: as near to or far from each other as the test says.
  private static func vector(_ parts: [Int: Float]) -> [Float] {
    let values = (0..<128).map { parts[$0] ?? 0 }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 / length }
  }

  private func importVectors(
    _ daemon: DaemonProcess, _ work: TemporaryFolder, _ rows: [(String, [Float])], into gallery: String = "default"
  ) throws {
    let vectors = try work.npy(UUID().uuidString + ".npy", rows.map(\.1))
    let names = work.file(UUID().uuidString + ".txt")
    try Data(rows.map { $0.0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: names))
    let output = try daemon.facectl(["import", "--vectors", vectors, "--names", names, "--gallery", gallery])
    #expect(output.status == 0, "\(output.errors)")
  }

  @Test func findsDuplicatesWrongLabelsAndOutliers() throws {
    let (work, data) = (try TemporaryFolder(), try TemporaryFolder())
    var daemon = try DaemonProcess(data: data)
    var rows: [(String, [Float])] = []
    for person in 0..<20 {
      for face in 0..<3 { rows.append(("p\(person)", Self.vector([person: 1, 100 + face: 0.1]))) }
    }
    // Grace is p1 under another name, one of p2's faces is p3's, and one of p4's is nobody's.
    rows.append(("Grace", Self.vector([1: 1, 110: 0.15])))
    rows.append(("Grace", Self.vector([1: 1, 111: 0.15])))
    rows.append(("p2", Self.vector([3: 1, 112: 0.1])))
    rows.append(("p4", Self.vector([90: 1])))
    rows.append(("Single", Self.vector([50: 1])))
    try importVectors(daemon, work, rows)
    let found = try check(daemon)
    #expect(
      Set(found.map { [$0.kind, $0.identity, $0.other ?? ""] }) == [
        ["duplicate", "p1", "Grace"], ["mislabelled", "p2", "p3"], ["outlier", "p4", ""], ["few-faces", "Single", ""],
      ])
    let wrong = try #require(found.first { $0.kind == "mislabelled" })
    #expect((wrong.distance ?? 4) < (wrong.ownDistance ?? 0))
    #expect(try check(daemon, ["--kind", "duplicate"]).map(\.kind) == ["duplicate"])
    #expect(try check(daemon, ["--minimum-faces", "3", "--kind", "few-faces"]).map(\.identity) == ["Grace", "Single"])

    // What is advised mends it.
    let face = try #require(wrong.face?.split(separator: "/").last.map(String.init))
    #expect(try daemon.facectl(["identity", "move", "p3", face]).status == 0)
    #expect(try daemon.facectl(["identity", "apart", "p1", "Grace"]).status == 0)
    #expect(daemon.stop() == 0)
    daemon = try DaemonProcess(data: data)
    #expect(try check(daemon).map(\.kind).sorted() == ["few-faces", "outlier"])
    #expect(
      try daemon.facectl(["identity", "apart", "--json"]).objects(Pair.self) == [Pair(first: "p1", second: "Grace")])
    #expect(try daemon.facectl(["identity", "merge", "Grace", "p1"]).status == 1)
    #expect(try daemon.facectl(["identity", "apart", "Grace", "p1", "--forget"]).status == 0)
    #expect(try check(daemon, ["--kind", "duplicate"]).count == 1)
    #expect(try daemon.facectl(["check", "gallery", "nowhere"]).status == 1)
    #expect(try daemon.facectl(["identity", "apart", "p1"]).status == 64)
    #expect(try daemon.facectl(["identity", "apart", "p1", "p1"]).status == 64)
    #expect(try check(daemon, ["--kind", "poor-faces"]).isEmpty)
  }

  @Test func whoIsKeptApartIsRespected() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    // Twins: each with a face of their own, near to the other's.
    try importVectors(
      daemon, work,
      [
        ("Ann", Self.vector([0: 1, 1: 0.3])), ("Beth", Self.vector([0: 1, 1: -0.3])), ("Carl", Self.vector([9: 1])),
        ("Dora", Self.vector([7: 1])),
      ])
    struct Enrolled: Decodable {
      let warnings: [Warning]
      struct Warning: Decodable {
        let reason: String
        let identity: String?
      }
    }
    func enroll(_ name: String, _ row: [Float]) throws -> [String] {
      let file = try work.npy("probe.npy", [row])
      let output = try daemon.facectl(["enroll", "--vectors", file, "--identity", name, "--dry-run", "--json"])
      return try #require(try output.objects(Enrolled.self).first).warnings.map {
        $0.reason + " " + ($0.identity ?? "")
      }
    }
    func decision(_ row: [Float]) throws -> String? {
      let file = try work.npy("probe.npy", [row])
      return try daemon.facectl(["identify", "--vectors", file, "--json"]).objects(Identified.self).first?.faces.first?
        .decision
    }
    let (nearBeth, nearerAnn) = (Self.vector([0: 1, 1: -0.1]), Self.vector([0: 1, 1: 0.12]))
    #expect(try enroll("Ann", nearBeth) == ["LOOKS_LIKE_OTHER Beth"])
    let before = try decision(nearerAnn)
    #expect(try daemon.facectl(["identity", "apart", "Ann", "Beth"]).status == 0)
    #expect(try enroll("Ann", nearBeth).isEmpty)
    #expect(before == "IDENTIFIED")
    #expect(try decision(nearerAnn) == "AMBIGUOUS")
    // A merge hands the note on, and undoing it hands it back.
    func pairs() throws -> [Pair] { try daemon.facectl(["identity", "apart", "--json"]).objects(Pair.self) }
    struct Done: Decodable { let change: Int }
    let merge = try #require(
      try daemon.facectl(["identity", "merge", "Beth", "Carl", "--json"]).objects(Done.self).first)
    #expect(try pairs() == [Pair(first: "Ann", second: "Carl")])
    #expect(try daemon.facectl(["undo", String(merge.change)]).status == 0)
    #expect(try pairs() == [Pair(first: "Ann", second: "Beth")])
    #expect(try daemon.facectl(["identity", "delete", "Beth", "--yes"]).status == 0)
    #expect(try pairs().isEmpty)
  }

  @Test func theSheetShowsTheFaces() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let script = "<script>alert(1)</script>"
    #expect(try daemon.facectl(["enroll", try work.picture(1, view: 0), "--identity", "Ada"]).status == 0)
    #expect(
      try daemon.facectl(["enroll", try work.picture(1, view: 1), "--identity", script.replacing("/", with: "")]).status
        == 0)
    let sheet = work.file("sheet.html")
    let output = try daemon.facectl(["check", "gallery", "--sheet", sheet])
    #expect(output.status == 0 && output.text.contains("duplicate"), "\(output.text)\(output.errors)")
    let html = try String(contentsOfFile: sheet, encoding: .utf8)
    #expect(html.contains("data:image/jpeg;base64,/9j/") && html.contains("Ada"))
    #expect(!html.contains("<script") && html.contains("&lt;script&gt;"))
    let rights = try FileManager.default.attributesOfItem(atPath: sheet)[.posixPermissions]
    #expect(rights as? Int == 0o600, "pictures of people are their owner's alone")
    #expect(try daemon.facectl(["check", "gallery", "--sheet", sheet]).status == 64, "nothing is replaced")
    struct Token: Decodable { let token: String }
    let token = try #require(
      try daemon.facectl(["token", "create", "--scopes", "read", "--json"]).objects(Token.self).first?.token)
    #expect(try daemon.facectl(["check", "gallery", "--token", token]).status == 0)
    let refused = try daemon.facectl(["check", "gallery", "--token", token, "--sheet", work.file("b.html"), "--json"])
    #expect(refused.text.contains("SCOPE_MISSING"))
  }
}
