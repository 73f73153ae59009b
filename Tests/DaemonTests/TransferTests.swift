import Foundation
import Testing

/// A gallery out of one daemon and into another, as a folder that other programs can read.
@Suite(.serialized) struct TransferTests {
  struct Exported: Decodable {
    let identities, faces, vectors, crops: Int
    let model: String
    let leftOut: [String]
  }

  struct Imported: Decodable {
    let faces, added, embedded, known, identitiesCreated, refusedFaces: Int
    let refused: [Refused]
    struct Refused: Decodable {
      let face, reason: String
    }
  }

  private struct Line: Decodable {
    let row: Int?
    let crop: String?
    let photographSha256: String?
    let created: String
    let source: String?
  }

  private func export(_ daemon: DaemonProcess, _ folder: String, _ more: [String] = []) throws -> Exported {
    let ended = try daemon.facectl(["export", folder, "--json"] + more)
    #expect(ended.status == 0, "\(ended.errors)")
    return try #require(try ended.objects(Exported.self).first)
  }

  private func imported(_ daemon: DaemonProcess, _ folder: String, _ more: [String] = []) throws -> Imported {
    let ended = try daemon.facectl(["import", folder, "--json"] + more)
    return try #require(try ended.objects(Imported.self).first, "\(ended.text) \(ended.errors)")
  }

  private func lines(_ folder: String) throws -> [Line] {
    try DaemonProcess.Output(
      status: 0, text: try String(contentsOfFile: folder + "/faces.jsonl", encoding: .utf8), errors: ""
    ).objects(Line.self)
  }

  private func rows(_ work: TemporaryFolder, _ name: String) throws -> Set<Data> {
    let bytes = try work.contents(name).dropFirst(128)
    return Set(stride(from: bytes.startIndex, to: bytes.endIndex, by: 512).map { Data(bytes[$0..<$0 + 512]) })
  }

  @Test func anExportIsImportedElsewhereAndExportsTheSame() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let people = try work.gallery(people: 3, pictures: 2)
    #expect(try daemon.facectl(["enroll", people]).status == 0)
    // An identity whose only face was deleted.
    let picture = try work.picture(9, view: 0)
    #expect(try daemon.facectl(["enroll", picture, "--identity", "nobody now"]).status == 0)
    #expect(try daemon.facectl(["face", "delete", "7"]).status == 0)
    let first = try export(daemon, work.file("first"))
    #expect(first.identities == 4 && first.faces == 6 && first.vectors == 6 && first.crops == 6)
    #expect(first.leftOut.count == 3)
    #expect(try daemon.facectl(["export", work.file("first")]).status == 1, "nothing is overwritten")

    let other = try DaemonProcess(data: try TemporaryFolder())
    let added = try imported(other, work.file("first"))
    #expect(added.added == 6 && added.embedded == 0 && added.identitiesCreated == 4 && added.refused.isEmpty)
    let twice = try imported(other, work.file("first"))
    #expect(twice.added == 0 && twice.known == 6 && twice.identitiesCreated == 0)
    // The photographs are known too.
    let enrolled = try #require(try other.facectl(["enroll", people, "--json"]).objects(Enrolled.self).first)
    #expect(enrolled.enrolledFaces == 0 && enrolled.enrolledBefore == 6)
    // And an import of what was enrolled adds nothing.
    #expect(try imported(daemon, work.file("first")).known == 6)

    _ = try export(other, work.file("second"))
    for file in ["vectors.npy", "faces.jsonl"] {
      let (a, b) = (try work.contents("first/\(file)"), try work.contents("second/\(file)"))
      #expect(a == b, "\(file) differs")
    }
    let faces = try lines(work.file("first"))
    #expect(faces.map(\.row) == [0, 1, 2, 3, 4, 5] && faces.allSatisfy { $0.photographSha256?.count == 64 })
    for face in faces {
      let crop = try #require(face.crop)
      #expect(try work.contents("first/\(crop)") == work.contents("second/\(crop)"))
    }
  }

  @Test func anotherModelEmbedsTheCropsAnew() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let people = try work.gallery(people: 3, pictures: 2)
    #expect(try daemon.facectl(["enroll", people]).status == 0)
    #expect(try daemon.facectl(["gallery", "create", "bare", "--discard-crops"]).status == 0)
    #expect(try daemon.facectl(["enroll", people, "--gallery", "bare"]).status == 0)
    _ = try export(daemon, work.file("export"))
    let bare = try export(daemon, work.file("bare"), ["--gallery", "bare"])
    #expect(bare.crops == 0 && bare.vectors == 6 && bare.leftOut.contains { $0.hasPrefix("6 faces have no crop") })

    let other = try DaemonProcess(data: try TemporaryFolder(), model: "small")
    let added = try imported(other, work.file("export"))
    #expect(added.added == 6 && added.embedded == 6)
    // Enrolled there from the photographs, the vectors are the same.
    #expect(try other.facectl(["gallery", "create", "again"]).status == 0)
    #expect(try other.facectl(["enroll", people, "--gallery", "again"]).status == 0)
    _ = try export(other, work.file("a"))
    _ = try export(other, work.file("b"), ["--gallery", "again"])
    // The photographs were enrolled side by side, in no certain order.
    #expect(try rows(work, "a/vectors.npy") == rows(work, "b/vectors.npy"))
    // Vectors alone are of no use to another model, and good for the same one.
    let refused = try imported(other, work.file("bare"))
    #expect(refused.added == 0 && refused.refusedFaces == 6)
    #expect(Set(refused.refused.map(\.reason)) == ["MODEL_MISMATCH"])
    #expect(try daemon.facectl(["gallery", "create", "copy"]).status == 0)
    #expect(try imported(daemon, work.file("bare"), ["--gallery", "copy"]).added == 6)
    let found = try daemon.facectl(["identify", people + "/p1/0.jpg", "--gallery", "copy", "--json"])
    #expect(try found.objects(Identified.self).first?.faces.first?.candidates.first?.identity == "p1")
  }

  @Test func whatWasDeletedDoesNotComeBackByItself() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    #expect(try daemon.facectl(["enroll", try work.gallery(people: 2, pictures: 1)]).status == 0)
    _ = try export(daemon, work.file("export"))
    #expect(try daemon.facectl(["identity", "delete", "p0", "--yes"]).status == 0)
    let refused = try imported(daemon, work.file("export"))
    #expect(refused.known == 1 && refused.refused.map(\.reason) == ["FACE_DELETED_SINCE"])
    #expect(try imported(daemon, work.file("export"), ["--again"]).added == 1)
  }

  /// Two faces of one photograph under one name are two faces again.
  @Test func facesOfOnePhotographStayTogether() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let picture = try work.picture(1, view: 0)
    #expect(try daemon.facectl(["enroll", picture, "--identity", "Ada"]).status == 0)
    _ = try export(daemon, work.file("export"))
    let line = try String(contentsOfFile: work.file("export/faces.jsonl"), encoding: .utf8)
    let moved = line.replacing(/"box":\[[^\]]*\]/, with: "\"box\":[1,2,3,4]")
    try (line + moved).write(toFile: work.file("export/faces.jsonl"), atomically: true, encoding: .utf8)
    let manifest = try String(contentsOfFile: work.file("export/export.json"), encoding: .utf8)
    try manifest.replacing("\"faces\":1", with: "\"faces\":2")
      .write(toFile: work.file("export/export.json"), atomically: true, encoding: .utf8)
    #expect(try daemon.shell("cd \(work.file("export")) && sha256sum *.json *.jsonl *.npy > SHA256SUMS").status == 0)

    let other = try DaemonProcess(data: try TemporaryFolder())
    #expect(try imported(other, work.file("export")).added == 2)
    #expect(try imported(other, work.file("export")).known == 2)
    let enrolled = try #require(
      try other.facectl(["enroll", picture, "--identity", "Ada", "--json"]).objects(Enrolled.self).first)
    #expect(enrolled.enrolledFaces == 0)
  }

  /// Retention goes by when a face was first enrolled, not by its number.
  @Test(.timeLimit(.minutes(2))) func anImportedFaceIsAsOldAsItWas() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let daemon = try DaemonProcess(data: try TemporaryFolder())
      #expect(try daemon.facectl(["enroll", try work.picture(1, view: 0), "--identity", "old"]).status == 0)
      _ = try export(daemon, work.file("export"))
      let line = try String(contentsOfFile: work.file("export/faces.jsonl"), encoding: .utf8)
      try line.replacing(/"created":"[^"]*"/, with: "\"created\":\"2001-02-03T04:05:06.789Z\"")
        .write(toFile: work.file("export/faces.jsonl"), atomically: true, encoding: .utf8)
      #expect(try daemon.shell("cd \(work.file("export")) && sha256sum *.json *.jsonl *.npy > SHA256SUMS").status == 0)

      let other = try DaemonProcess(data: try TemporaryFolder())
      #expect(try other.facectl(["enroll", try work.picture(2, view: 0), "--identity", "new"]).status == 0)
      #expect(try imported(other, work.file("export")).added == 1)
      #expect(try other.facectl(["face", "list"]).text.contains("2001-02-03T04:05:06"))
      #expect(try other.facectl(["retention", "set", "--gallery", "default", "--days", "1", "--yes"]).status == 0)
      func names() throws -> [String] {
        try other.facectl(["identity", "list", "--json"]).objects(ListedIdentity.self).map(\.identity)
      }
      while try names() != ["new"] { usleep(50_000) }
    }
  }

  @Test func damageIsRefusedBeforeAnythingIsAdded() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    #expect(try daemon.facectl(["enroll", try work.gallery(people: 1, pictures: 2)]).status == 0)
    _ = try export(daemon, work.file("export"))
    let crop = try #require(try lines(work.file("export")).last?.crop)
    #expect(try daemon.shell("cd \(work.file("export")) && sha256sum --check --quiet SHA256SUMS").status == 0)

    let other = try DaemonProcess(data: try TemporaryFolder())
    for (name, change) in [
      ("export.json", flipped), ("identities.jsonl", flipped), ("faces.jsonl", flipped), ("vectors.npy", flipped),
      ("vectors.npy", cut), ("faces.jsonl", cut), (crop, flipped), (crop, removed), ("SHA256SUMS", flipped),
      ("identities.jsonl", removed),
    ] as [(String, (Data) -> Data?)] {
      let copy = work.file("damaged")
      try? FileManager.default.removeItem(atPath: copy)
      try FileManager.default.copyItem(atPath: work.file("export"), toPath: copy)
      let url = URL(fileURLWithPath: "\(copy)/\(name)")
      if let bytes = change(try Data(contentsOf: url)) {
        try bytes.write(to: url)
      } else {
        try FileManager.default.removeItem(at: url)
      }
      let ended = try other.facectl(["import", copy, "--json"])
      let failed = try #require(try ended.objects(Failed.self).first, "\(name): \(ended.text)")
      #expect(ended.status != 0 && ["EXPORT_DAMAGED", "FILE_REFUSED"].contains(failed.error.reason), "\(name)")
      #expect(failed.error.message.contains(name == "SHA256SUMS" ? "damaged" : (name as NSString).lastPathComponent))
    }
    #expect(try other.facectl(["face", "list", "--json"]).text.isEmpty)
    #expect(try other.facectl(["import", work.file("export"), "--gallery", "none"]).status == 1)
  }

  private func flipped(_ data: Data) -> Data? {
    var data = data
    data[data.count / 2] ^= 1
    return data
  }
  private func cut(_ data: Data) -> Data? { data.dropLast(7) }
  private func removed(_ data: Data) -> Data? { nil }
}

extension TemporaryFolder {
  func contents(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: file(name))) }
}
