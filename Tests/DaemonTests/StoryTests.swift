import Foundation
import Testing

/// The four stories through a real daemon and a real client.
@Suite(.serialized) struct StoryTests {
  @Test func enrollIdentifyDeleteAndRestart() throws {
    let work = try TemporaryFolder()
    let data = try TemporaryFolder()
    var daemon = try DaemonProcess(data: data)
    let folder = try work.gallery(people: 5, pictures: 4)
    let enrolled = try daemon.facectl(["enroll", folder, "--json"])
    let summary = try #require(try enrolled.objects(Enrolled.self).first, "\(enrolled.errors)")
    #expect(summary.enrolledFaces == 20 && summary.refused.isEmpty && enrolled.status == 0)

    // The very same pictures: at distance 0 but for the JPEG of the kept crop, so the nearest is certain.
    func nearest() throws -> [String?] {
      let files = (0..<5).map { "\(folder)/p\($0)/0.jpg" }
      return try daemon.facectl(["identify", "--json"] + files).objects(Identified.self)
        .map { $0.faces.first?.candidates.first?.identity }
    }
    #expect(try nearest() == ["p0", "p1", "p2", "p3", "p4"])

    // Again: nothing is enrolled twice.
    let again = try daemon.facectl(["enroll", folder, "--json"]).objects(Enrolled.self)
    #expect(again.first?.enrolledFaces == 0 && again.first?.enrolledBefore == 20)
    #expect(again.first?.identities == 5 && again.first?.identitiesCreated == 0)

    #expect(try daemon.facectl(["identity", "rename", "p1", "Ada Lovelace"]).status == 0)
    #expect(try daemon.facectl(["identity", "delete", "p3", "--yes"]).status == 0)
    #expect(try nearest()[1] == "Ada Lovelace")
    #expect(try nearest()[3] != "p3")

    #expect(daemon.stop() == 0)
    daemon = try DaemonProcess(data: data)
    #expect(try nearest()[..<3] == ["p0", "Ada Lovelace", "p2"])
    #expect(try nearest()[3] != "p3")
    let listed = try daemon.facectl(["identity", "list", "--json"]).objects(ListedIdentity.self)
    // Listed as created, and photographs are enrolled several at a time.
    #expect(Set(listed.map(\.identity)) == ["p0", "Ada Lovelace", "p2", "p4"] && listed.count == 4)
    #expect(listed.allSatisfy { $0.faces == 4 })
    #expect(try daemon.facectl(["enroll", "--identity", "p3", "\(folder)/p3/0.jpg"]).status == 3)
    #expect(try daemon.facectl(["enroll", "--again", "--identity", "p3", "\(folder)/p3/0.jpg"]).status == 0)
  }

  @Test func verifyTellsTheOneFromTheOther() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    _ = try daemon.facectl(["enroll", try work.gallery(people: 4, pictures: 3)])
    let picture = work.file("gallery/p3/0.jpg")
    #expect(try daemon.facectl(["verify", picture, "--identity", "p3"]).status == 0)
    #expect(try daemon.facectl(["verify", picture, picture]).status == 0)
    // Drawn faces are more alike than people's, so that it takes a strict rate.
    for claim in [["--identity", "p1"], [work.file("gallery/p2/0.jpg")], [work.file("gallery/p0/0.jpg")]] {
      let other = try daemon.facectl(["verify", picture, "--false-accept-rate", "1e-12", "--json"] + claim)
      #expect(other.status != 0 && other.text.contains("\"verified\":false"), "\(claim): \(other.text)")
    }
    let own = ["verify", picture, picture, "--false-accept-rate", "1e-12", "--json"]
    #expect(try daemon.facectl(own).text.contains("\"verified\":true"))
    let nobody = try daemon.facectl(["verify", picture, "--identity", "nobody", "--json"])
    #expect(nobody.status == 1 && nobody.text.contains("IDENTITY_NOT_FOUND"))
  }

  @Test func galleriesAreIsolated() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let picture = try work.picture(1, view: 0)
    #expect(try daemon.facectl(["gallery", "create", "front-door"]).status == 0)
    #expect(try daemon.facectl(["enroll", picture, "--identity", "a", "--gallery", "front-door"]).status == 0)
    let elsewhere = try daemon.facectl(["identify", picture, "--json"]).objects(Identified.self)
    #expect(elsewhere.first?.faces.first?.candidates.isEmpty == true)
    #expect(elsewhere.first?.faces.first?.decision == "UNKNOWN")
    #expect(try daemon.facectl(["gallery", "delete", "front-door", "--yes"]).status == 0)
    let gone = try daemon.facectl(["identify", picture, "--gallery", "front-door", "--json"])
    #expect(gone.status == 1 && gone.text.contains("GALLERY_NOT_FOUND"))
  }

  @Test func reindexSwitchesInOneStepWhileIdentifyGoesOn() throws {
    let work = try TemporaryFolder()
    let data = try TemporaryFolder()
    var daemon = try DaemonProcess(data: data, model: "previous")
    let folder = try work.gallery(people: 6, pictures: 4)
    _ = try daemon.facectl(["enroll", folder])
    let probes = (0..<6).map { "\(folder)/p\($0)/1.jpg" }
    let right = (0..<6).map { Optional("p\($0)") }
    func ask() throws -> (nearest: [String?], models: Set<String?>) {
      let answers = try daemon.facectl(["identify", "--json"] + probes).objects(Identified.self)
      return (answers.map { $0.faces.first?.candidates.first?.identity }, Set(answers.map(\.model)))
    }
    let before = try ask()
    #expect(before.nearest == right)

    let added = try daemon.facectl(["model", "add", DaemonProcess.Manifest.model("default"), "--json"])
    let model = try #require(try added.objects(ListedModel.self).first?.model)
    #expect(try ask().models == before.models, "adding a model must not change who answers")
    #expect(try daemon.facectl(["reindex", "start", String(model.prefix(8))]).status == 0)
    // Whatever model answers meanwhile, every answer is right.
    for _ in 0..<3 { #expect(try ask().nearest == right) }
    let picture = try work.picture(9, view: 0)
    #expect(try daemon.facectl(["enroll", picture, "--identity", "late"]).status == 0)
    #expect(try daemon.facectl(["reindex", "watch"]).status == 0)

    let after = try ask()
    #expect(after.nearest == right)
    #expect(after.models == ["models/\(model)"])
    let late = try daemon.facectl(["identify", picture, "--json"]).objects(Identified.self)
    #expect(late.first?.faces.first?.candidates.first?.identity == "late")

    // The switch is durable, and the way back is open.
    #expect(daemon.stop() == 0)
    daemon = try DaemonProcess(data: data, model: "previous")
    #expect(try ask().models == after.models)
    let old = try #require(before.models.first ?? nil).dropFirst("models/".count)
    #expect(try daemon.facectl(["reindex", "start", String(old), "--watch"]).status == 0)
    #expect(try ask().nearest == right)
    #expect(try ask().models == before.models)
    let same = try daemon.facectl(["reindex", "start", String(old), "--json"])
    #expect(same.status == 1 && same.text.contains("ALREADY_ACTIVE"))
  }
}
