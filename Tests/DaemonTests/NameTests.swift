import Foundation
import Testing

/// A typed name is a name, always; a number has a form of its own.
@Suite(.serialized) struct NameTests {
  @Test func aPersonNamedLikeANumberIsNobodyElse() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let (first, second) = (try work.picture(1, view: 0), try work.picture(2, view: 0))
    #expect(try daemon.facectl(["enroll", first, "--identity", "Alice"]).status == 0)
    let alice = try #require(
      try daemon.facectl(["identity", "get", "Alice", "--json"]).objects(ListedIdentity.self).first)
    let number = try #require(alice.name.split(separator: "/").last.map(String.init))
    #expect(try daemon.facectl(["enroll", second, "--identity", number]).status == 0)

    func named(_ text: String) throws -> String? {
      try daemon.facectl(["identity", "get", text, "--json"]).objects(ListedIdentity.self).first?.identity
    }
    #expect(try named(number) == number)
    #expect(try named("#" + number) == "Alice")
    #expect(try daemon.facectl(["verify", second, "--identity", number]).status == 0)
    #expect(try daemon.facectl(["verify", first, "--identity", "#" + number]).status == 0)
    let faces = try daemon.facectl(["face", "list", "--identity", number, "--json"]).text
    #expect(!faces.contains(alice.name + "\""))

    #expect(try daemon.facectl(["identity", "rename", number, "007"]).status == 0)
    #expect(try named("007") == "007" && named("#" + number) == "Alice")
    #expect(try daemon.facectl(["identity", "delete", "007", "--yes"]).status == 0)
    #expect(try named("Alice") == "Alice")
    #expect(try daemon.facectl(["identity", "delete", "#" + number, "--yes"]).status == 0)
    #expect(try daemon.facectl(["identity", "list", "--json"]).text.isEmpty)
  }

  @Test(arguments: ["007", "+5", "-0", "\u{301}a", "٣", "1e3", "latest"])
  func whateverItLooksLikeItCanBeAddressed(_ name: String) throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let picture = try work.picture(1, view: 0)
    #expect(try daemon.facectl(["enroll", picture, "--identity=\(name)"]).status == 0)
    #expect(try daemon.facectl(["identity", "get", "--", name]).status == 0)
    #expect(try daemon.facectl(["verify", picture, "--identity=\(name)"]).status == 0)
    #expect(try daemon.facectl(["identity", "rename", "--", name, "other"]).status == 0)
    #expect(try daemon.facectl(["identity", "rename", "--", "other", name]).status == 0)
    #expect(try daemon.facectl(["identity", "delete", "--yes", "--", name]).status == 0)
  }

  @Test func aNumberIsNoName() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let picture = try work.picture(1, view: 0)
    #expect(try daemon.facectl(["enroll", picture, "--identity", "a"]).status == 0)
    let refused = try daemon.facectl(["identity", "rename", "a", "#7"])
    #expect(refused.status == 64 && refused.errors.contains("#"))
    let huge = try daemon.facectl(["identity", "get", "#99999999999999999999999", "--json"])
    #expect(try huge.status == 64 && huge.objects(Failed.self).first?.error.reason == "INVALID_NAME")
  }

  /// Letters as one file system writes them and as another one does, and spaces that nobody sees.
  @Test func oneSpellingIsOnePerson() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    _ = try work.picture(1, view: 0, name: "people/Rene\u{301}e/1.jpg")
    _ = try work.picture(1, view: 1, name: "people/Ren\u{E9}e/2.jpg")
    _ = try work.picture(1, view: 2, name: "people/ Ren\u{E9}e\u{200B} /3.jpg")
    #expect(try daemon.facectl(["enroll", work.file("people")]).status == 0)
    let listed = try daemon.facectl(["identity", "list", "--json"]).objects(ListedIdentity.self)
    #expect(listed.map(\.identity.unicodeScalars.count) == [5] && listed.map(\.faces) == [3])
    #expect(try daemon.facectl(["identity", "get", "  Rene\u{301}e"]).status == 0)
  }
}
