import Foundation
import Images
import SyntheticFaces
import Testing

/// Enrolments are judged: what speaks against one is told, or refuses it, as the gallery has it.
@Suite(.serialized) struct GuardTests {
  private struct Judged: Decodable {
    let enrolledFaces: Int
    let enrolledBefore: Int
    let identitiesCreated: Int
    let refused: [Refused]
    let warnings: [Warning]
    let dryRun: Bool
    struct Refused: Decodable {
      let reason: String
      let message: String
    }
    struct Warning: Decodable {
      let reason: String
      let identity: String?
      let distance: Double?
    }
  }

  private struct Galleries: Decodable {
    let name: String
    let policy: String
  }

  private func enroll(_ daemon: DaemonProcess, _ arguments: [String]) throws -> Judged {
    let output = try daemon.facectl(["enroll", "--json"] + arguments)
    return try #require(try output.objects(Judged.self).first, "\(output.text) \(output.errors)")
  }

  @Test func aFaceThatLooksLikeSomebodyElseIsToldOrRefused() throws {
    let (work, data) = (try TemporaryFolder(), try TemporaryFolder())
    var daemon = try DaemonProcess(data: data)
    let (ada, again) = (try work.picture(1, view: 0), try work.picture(1, view: 1))
    #expect(try enroll(daemon, [ada, "--identity", "Ada"]).enrolledFaces == 1)

    // The default policy warns, with the name and the distance.
    let warned = try enroll(daemon, [again, "--identity", "Grace"])
    let warning = try #require(warned.warnings.first { $0.reason == "LOOKS_LIKE_OTHER" })
    #expect(warned.enrolledFaces == 1 && warning.identity == "Ada" && (warning.distance ?? 4) < 1.2)
    #expect(try daemon.facectl(["identity", "delete", "Grace", "--yes"]).status == 0)

    #expect(try daemon.facectl(["gallery", "update", "default", "--policy", "refuse"]).status == 0)
    // The policy is the gallery's own and outlives the daemon.
    #expect(daemon.stop() == 0)
    daemon = try DaemonProcess(data: data)
    #expect(try daemon.facectl(["gallery", "list", "--json"]).objects(Galleries.self).map(\.policy) == ["refuse"])
    let other = try work.picture(1, view: 2)
    let refused = try enroll(daemon, [other, "--identity", "Grace"])
    #expect(refused.enrolledFaces == 0 && refused.refused.map(\.reason) == ["LOOKS_LIKE_OTHER"])
    #expect(refused.refused.first?.message.contains("'Ada'") == true)
    #expect(try daemon.facectl(["identity", "get", "Grace"]).status == 1, "nobody is made by a refusal")
    // The person's own photograph is no reason for a refusal, and neither is another person's.
    #expect(try enroll(daemon, [other, "--identity", "Ada"]).enrolledFaces == 1)

    let insisted = try work.picture(1, view: 4)
    let forced = try enroll(daemon, [insisted, "--identity", "Grace", "--force"])
    #expect(forced.enrolledFaces == 1 && forced.warnings.map(\.reason).contains("LOOKS_LIKE_OTHER"))
    // Asking for what is enrolled is not refused.
    #expect(try enroll(daemon, [insisted, "--identity", "Grace"]).enrolledBefore == 1)

    #expect(try daemon.facectl(["gallery", "update", "default", "--policy", "allow"]).status == 0)
    let allowed = try enroll(daemon, [try work.picture(1, view: 3), "--identity", "Edith"])
    #expect(allowed.enrolledFaces == 1 && allowed.warnings.isEmpty)
    #expect(try daemon.facectl(["gallery", "update", "default", "--policy", "never"]).status == 64)
    #expect(try daemon.facectl(["gallery", "update", "default"]).status == 64)
    #expect(try daemon.facectl(["gallery", "update", "nowhere", "--policy", "warn"]).status == 1)
  }

  @Test func theSamePhotographAndFacesUnlikeTheOthers() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    #expect(try daemon.facectl(["gallery", "create", "strict", "--policy", "refuse"]).status == 0)
    let strict = ["--gallery", "strict"]
    let ada = try work.picture(1, view: 0)
    #expect(try enroll(daemon, [ada, "--identity", "Ada"] + strict).enrolledFaces == 1)
    #expect(try enroll(daemon, [ada, "--identity", "Grace"] + strict).refused.map(\.reason) == ["SAME_PHOTOGRAPH"])
    #expect(try enroll(daemon, [ada, "--identity", "Ada"] + strict).enrolledBefore == 1)
    // A vector that points away from Ada's face is unlike it, whatever is in the picture.
    struct Embedded: Decodable {
      let faces: [Face]
      struct Face: Decodable { let vector: [Float] }
    }
    let vector = try #require(
      try daemon.facectl(["embed", ada, "--json"]).objects(Embedded.self).first?.faces.first?.vector)
    let away = try work.npy("away.npy", [vector.map { -$0 }])
    let refused = try enroll(daemon, ["--vectors", away, "--identity", "Ada"] + strict)
    #expect(refused.enrolledFaces == 0 && refused.refused.map(\.reason) == ["UNLIKE_OWN_FACES"])
    #expect(try enroll(daemon, ["--vectors", away, "--identity", "Grace"] + strict).enrolledFaces == 1)
    let near = try work.npy("near.npy", [vector])
    #expect(
      try enroll(daemon, ["--vectors", near, "--identity", "Grace"] + strict).refused.map(\.reason)
        == ["LOOKS_LIKE_OTHER"])
    #expect(try enroll(daemon, ["--vectors", near, "--identity", "Grace", "--force"] + strict).enrolledFaces == 1)
  }

  @Test func aPoorPhotographIsToldApart() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder(), arguments: ["--minimum-quality", "0"])
    let sharp = SyntheticFace(identity: 3).photograph(View())
    func reasons(_ image: Image, _ name: String) throws -> [String] {
      try Data(try image.encodePNG()).write(to: URL(fileURLWithPath: work.file(name)))
      return try enroll(daemon, [work.file(name), "--identity", "Ada", "--dry-run"]).warnings.map(\.reason)
    }
    #expect(try reasons(sharp, "sharp.png").isEmpty)
    let dark = try [3, 4, 5, 6, 7].map { (part: UInt8) in
      try reasons(
        Image(width: sharp.width, height: sharp.height, pixels: sharp.pixels.map { $0 / part }), "dark\(part).png")
    }
    #expect(dark.contains { $0.contains("POOR_LIGHT") }, "\(dark)")
  }

  @Test func aDryRunKeepsNothing() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let people = try work.gallery(people: 2, pictures: 2)
    let dry = try enroll(daemon, [people, "--dry-run"])
    #expect(dry.dryRun && dry.enrolledFaces == 4 && dry.identitiesCreated == 2)
    #expect(try daemon.facectl(["identity", "list", "--json"]).objects(ListedIdentity.self).isEmpty)
    #expect(try enroll(daemon, [people]).enrolledFaces == 4)
    #expect(try enroll(daemon, [people, "--dry-run"]).enrolledBefore == 4)
    // It is refused as the enrolment would be.
    #expect(try daemon.facectl(["gallery", "update", "default", "--policy", "refuse"]).status == 0)
    let other = try enroll(daemon, [people + "/p0/0.jpg", "--identity", "Grace", "--dry-run"])
    #expect(other.refused.map(\.reason) == ["SAME_PHOTOGRAPH"])
  }

  @Test func whoMayOnlyEnrollIsNotToldNames() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    #expect(try enroll(daemon, [try work.picture(1, view: 0), "--identity", "Ada"]).enrolledFaces == 1)
    let made = try daemon.facectl(["token", "create", "--scopes", "enroll", "--json"])
    struct Token: Decodable { let token: String }
    let token = try #require(try made.objects(Token.self).first?.token, "\(made.text)\(made.errors)")
    let warned = try enroll(
      daemon, [try work.picture(1, view: 1), "--identity", "Grace", "--dry-run", "--token", token])
    let warning = try #require(warned.warnings.first)
    #expect(warning.reason == "LOOKS_LIKE_OTHER" && warning.identity == nil)
  }
}

extension TemporaryFolder {
  /// What numpy.save writes for float32 rows.
  func npy(_ name: String, _ rows: [[Float]]) throws -> String {
    var head = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows.count), \(rows.first?.count ?? 0)), }"
    head += String(repeating: " ", count: 117 - head.utf8.count) + "\n"
    var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(head.utf8.count), 0] + Array(head.utf8))
    for value in rows.joined() { withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) } }
    try data.write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }
}
