import Foundation
import Images
import SyntheticFaces
import Testing

/// A library of photographs: who is in it, where somebody is, and groups of people whom nobody has named.
@Suite struct LibraryTests {
  private struct Found: Decodable {
    struct Face: Decodable {
      let distance: Double
    }
    let file: String
    let faces: [Face]
  }

  private struct Group: Decodable {
    struct Face: Decodable {
      let file: String
    }
    let group: Int
    let faces: [Face]
  }

  /// Pictures of several people on one, side by side.
  private func together(_ people: [UInt64], view: UInt64, _ file: String) throws {
    let pictures = people.map { SyntheticFace(identity: $0).photograph(.snapshot(seed: $0 * 1000 + view)) }
    var image = Image(
      width: pictures.reduce(0) { $0 + $1.width }, height: pictures.map(\.height).max() ?? 1, colour: .white)
    var left = 0
    for picture in pictures {
      image.blit(picture, x: left, y: 0)
      left += picture.width
    }
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: file).deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(try image.encodeJPEG()).write(to: URL(fileURLWithPath: file))
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test func thePhotographsOfAPersonAreFound() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let daemon = try DaemonProcess(data: try TemporaryFolder())
      #expect(try daemon.facectl(["enroll", try work.gallery(people: 4, pictures: 4)]).status == 0)
      for view in 10..<13 as Range<UInt64> { _ = try work.picture(1, view: view, name: "library/own/\(view).jpg") }
      _ = try work.picture(2, view: 10, name: "library/other.jpg")
      try together([3, 1], view: 14, work.file("library/two.jpg"))
      try Data("no picture".utf8).write(to: URL(fileURLWithPath: work.file("library/notes.txt")))
      let library = work.file("library")

      let sheet = work.file("found.html")
      let links = work.file("links")
      let threshold = ["--false-positive-rate", "0.01"]
      let output = try daemon.facectl(
        ["find", "p1", library, "--json", "--sheet", sheet, "--links", links] + threshold)
      #expect(output.status == 3, "a file is left out, and named")
      let found = try output.objects(Found.self).filter { !$0.faces.isEmpty }
      let wanted = ["own/10.jpg", "own/11.jpg", "own/12.jpg", "two.jpg"].map { "\(library)/\($0)" }
      #expect(found.map(\.file) == wanted && found.allSatisfy { $0.faces.count == 1 }, "\(output.text)")
      #expect(try names(links) == ["10.jpg", "11.jpg", "12.jpg", "two.jpg"])
      let target = try FileManager.default.destinationOfSymbolicLink(atPath: links + "/two.jpg")
      #expect(target.hasSuffix("/library/two.jpg"))
      let page = try String(contentsOfFile: sheet, encoding: .utf8)
      #expect(page.components(separatedBy: "<figure").count - 1 == 4 && page.contains("data:image/jpeg;base64,"))
      #expect(page.contains("two.jpg") && !page.contains("other.jpg") && page.hasSuffix("</body></html>\n"))

      // One path a line, for other programs; nothing is replaced; somebody must be enrolled to be found.
      let lines = try daemon.facectl(["find", "p1", library] + threshold).text
      #expect(lines.split(separator: "\n").map(String.init) == wanted)
      #expect(try daemon.facectl(["find", "p1", library, "--sheet", sheet]).status == 64)
      #expect(try daemon.facectl(["find", "p1", library, "--links", links]).status == 64)
      #expect(try daemon.facectl(["find", "nobody", library, "--json"]).text.contains("IDENTITY_NOT_FOUND"))
    }
  }

  @Test func aReportOfALibraryIsAPage() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let daemon = try DaemonProcess(data: try TemporaryFolder())
      // A name that would be markup.
      #expect(
        try daemon.facectl(["enroll", try work.picture(1, view: 0), "--identity", "<b>Ada & Co"]).status == 0)
      for view in 0..<30 as Range<UInt64> { _ = try work.picture(1, view: view, name: "library/\(100 + view).jpg") }
      try Data("no picture".utf8).write(to: URL(fileURLWithPath: work.file("library/115.txt")))
      let sheet = work.file("report.html")
      let output = try daemon.facectl(["identify", work.file("library"), "--sheet", sheet, "--json"])
      #expect(output.status == 3)
      // Answers come over one stream in any order and are given in that of the names, refusals among them.
      let files = try output.objects(Identified.self).map { URL(fileURLWithPath: $0.file).lastPathComponent }
      #expect(files.count == 31 && files == files.sorted())
      let page = try String(contentsOfFile: sheet, encoding: .utf8)
      #expect(page.components(separatedBy: "<figure").count - 1 == 30)
      #expect(page.contains("&lt;b&gt;Ada &amp; Co") && !page.contains("<b>Ada"))
      #expect(page.contains("30 photographs, 30 faces"))
      let attributes = try FileManager.default.attributesOfItem(atPath: sheet)
      #expect(attributes[.posixPermissions] as? Int == 0o600)

      // Each question has its line in the audit log, and the stream has one.
      let audit = try daemon.facectl(["audit", "tail", "--lines", "100", "--json"]).text.split(separator: "\n")
      #expect(audit.count { $0.contains("IdentifyStream") } == 31)

      // What is wrong with every question ends the command.
      let wrong = try daemon.facectl(["identify", work.file("library"), "--gallery", "nowhere", "--json"])
      #expect(wrong.status == 1 && wrong.text.contains("GALLERY_NOT_FOUND"))
    }
  }

  @Test func groupsAreLookedAtLinkedAndEnrolled() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let daemon = try DaemonProcess(data: try TemporaryFolder())
      for view in 0..<6 as Range<UInt64> { _ = try work.picture(5, view: view, name: "library/a\(view).jpg") }
      for view in 0..<3 as Range<UInt64> { _ = try work.picture(6, view: view, name: "library/b\(view).jpg") }
      try together([6, 5], view: 9, work.file("library/two.jpg"))
      let library = work.file("library")
      // Drawn faces are more alike than real ones.
      let limit = ["--threshold", "0.6"]
      let page = work.file("groups.html")
      let links = work.file("groups")
      let output = try daemon.facectl(["cluster", library, "--json", "--sheet", page, "--links", links] + limit)
      #expect(output.status == 0, "\(output.errors)")
      let groups = try output.objects(Group.self).filter { $0.group > 0 }
      #expect(groups.map(\.faces.count) == [7, 4], "\(output.text)")
      #expect(groups.allSatisfy { $0.faces.contains { $0.file.hasSuffix("two.jpg") } })
      #expect(try names(links).contains("group-0001") && names(links + "/group-0002").count == 4)
      let text = try String(contentsOfFile: page, encoding: .utf8)
      #expect(text.contains("<h2>group 1: 7 faces</h2>") && text.contains("<h2>group 2: 4 faces</h2>"))
      #expect(text.components(separatedBy: "<figure").count - 1 >= 11)

      let enrolled = try daemon.facectl(["cluster", library, "--enroll", "2=Bob"] + limit)
      #expect(enrolled.status == 0 && enrolled.text.contains("enrolled 4 faces of 1 identities"), "\(enrolled.text)")
      let identities = try daemon.facectl(["identity", "list", "--json"]).objects(ListedIdentity.self)
      #expect(identities.map(\.identity) == ["Bob"] && identities.map(\.faces) == [4])
      // Of the photograph with both, the right one was taken.
      let answer = try daemon.facectl(["identify", try work.picture(6, view: 20), "--json"]).objects(Identified.self)
      let other = try daemon.facectl(["identify", try work.picture(5, view: 20), "--json"]).objects(Identified.self)
      let near = try #require(answer.first?.faces.first?.candidates.first?.distance)
      let far = try #require(other.first?.faces.first?.candidates.first?.distance)
      #expect(near < far)
      // The enrolled faces of a gallery are grouped and drawn as well.
      let png = work.file("gallery.png")
      let again = try daemon.facectl(["cluster", "--gallery", "default", "--sheet", png] + limit)
      #expect(again.status == 0 && again.text.contains("group 1: 4 faces"), "\(again.text)")
      #expect(try ImageDecoder.decode([UInt8](try Data(contentsOf: URL(fileURLWithPath: png)))).width > 300)
      #expect(try daemon.facectl(["cluster", library, "--enroll", "99=Nobody"] + limit).status == 64)
      #expect(try daemon.facectl(["cluster", "--gallery", "default", "--enroll", "1=Bob"]).status == 64)
    }
  }
}
