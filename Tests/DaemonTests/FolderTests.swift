import Foundation
import Images
import Testing

/// One walk for every command: whatever is left out is named with its reason.
@Suite(.serialized) struct FolderTests {
  private func reasons(_ summary: Enrolled) -> [String: String] {
    Dictionary(
      summary.refused.map { ($0.file.split(separator: "/").suffix(2).joined(separator: "/"), $0.reason) },
      uniquingKeysWith: { a, _ in a })
  }

  @Test func nothingIsLeftOutWithoutAWord() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let people = work.file("people")
    _ = try work.picture(1, view: 0, name: "people/ok/a.jpg")
    // The bytes say what a file is, not its name.
    _ = try work.picture(1, view: 1, name: "people/ok/noextension")
    _ = try work.picture(1, view: 2, name: "people/ok/.hidden.jpg")
    _ = try work.picture(1, view: 3, name: "people/ok/2020/a.jpg")
    _ = try work.picture(4, view: 0, name: "people/loose.jpg")
    try Data("text".utf8).write(to: URL(fileURLWithPath: people + "/ok/notes.txt"))
    try Data("dropping".utf8).write(to: URL(fileURLWithPath: people + "/ok/.DS_Store"))
    let manager = FileManager.default
    try manager.createDirectory(atPath: people + "/empty", withIntermediateDirectories: false)
    try manager.createSymbolicLink(atPath: people + "/ok/gone.jpg", withDestinationPath: "nowhere")
    try manager.createSymbolicLink(atPath: people + "/again", withDestinationPath: "ok")
    mkfifo(people + "/ok/pipe.jpg", 0o600)
    var foreign: [CChar] = (people + "/").utf8.map { CChar(bitPattern: $0) } + [-1, -2, 0]
    mkdir(&foreign, 0o700)

    let ended = try daemon.facectl(["enroll", people, "--json"])
    let summary = try #require(try ended.objects(Enrolled.self).first, "\(ended.errors)")
    #expect(ended.status == 3 && summary.enrolledFaces == 2)
    #expect(
      reasons(summary) == [
        "ok/.hidden.jpg": "HIDDEN", "ok/2020": "NESTED_FOLDER", "people/loose.jpg": "NO_IDENTITY",
        "ok/notes.txt": "NOT_AN_IMAGE", "people/empty": "NO_PICTURES", "ok/gone.jpg": "BROKEN_LINK",
        "people/again": "SEEN_BEFORE", "ok/pipe.jpg": "NOT_A_FILE", "people/\\xff\\xfe": "NAME_NOT_UTF8",
      ])
    let text = try daemon.facectl(["enroll", people])
    #expect(text.status == 3)
    for name in ["notes.txt", "loose.jpg", "empty", "\\xff\\xfe", "2020"] { #expect(text.text.contains(name)) }

    // With a name everything is that person's, down to the bottom.
    let nested = try daemon.facectl(["enroll", people + "/ok", "--identity", "x", "--json"])
    #expect(try nested.objects(Enrolled.self).first?.enrolledFaces == 3)
    let asked = try daemon.facectl(["identify", people, "--json"])
    let answers = try asked.objects(Identified.self)
    #expect(asked.status == 3 && answers.filter { $0.error == nil }.count == 4)
    #expect(try daemon.facectl(["detect", people, "--json"]).text.split(separator: "\n").count == answers.count)
  }

  /// A file whose name is not UTF-8 is a photograph like any other.
  @Test func aNameThatIsNotUTF8IsReadAsItIs() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let picture = try work.picture(1, view: 0)
    let ended = try daemon.shell(
      """
      cp '\(picture)' "$(printf '\(work.path)/caf\\351.jpg')"
      "$FACECTL" enroll "$(printf '\(work.path)/caf\\351.jpg')" --identity a && "$FACECTL" identify '\(work.path)'
      """)
    #expect(ended.status == 0 && ended.text.contains("caf\\xe9.jpg: a "), "\(ended)")
  }

  @Test func whateverThePathIsTheReadIsBounded() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(
      data: try TemporaryFolder(), arguments: ["--maximum-photo-bytes", "100000"])
    let picture = try work.picture(1, view: 0)
    // A picture with a hole behind it: 1 TiB as far as anybody can tell.
    #expect(truncate(picture, 1 << 40) == 0)
    mkfifo(work.file("pipe"), 0o600)
    let paths = [picture, "/dev/zero", work.file("pipe"), "/dev/null"]
    let ended = try daemon.facectl(["identify", "--json"] + paths)
    let found = try ended.objects(Identified.self).map(\.error?.reason)
    #expect(ended.status == 3)
    #expect(found == ["IMAGE_TOO_LARGE", "NOT_AN_IMAGE", "NOT_AN_IMAGE", "NOT_AN_IMAGE"])
  }

  @Test(.enabled(if: getuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")))
  func anUnreadableFolderStopsNobodyElse() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    _ = try work.picture(1, view: 0, name: "p/A/a.jpg")
    _ = try work.picture(2, view: 0, name: "p/B/b.jpg")
    let unreadable = try work.picture(1, view: 1, name: "p/A/b.jpg")
    chmod(work.path, 0o755)
    chmod(work.file("p/B"), 0o700)
    chmod(unreadable, 0o600)
    let ended = try daemon.shell(
      "setpriv --reuid 65534 --regid 65534 --clear-groups \"$FACECTL\" enroll '\(work.file("p"))' --json")
    let summary = try #require(try ended.objects(Enrolled.self).first, "\(ended.errors)")
    #expect(ended.status == 3 && summary.enrolledFaces == 1)
    #expect(reasons(summary) == ["p/B": "UNREADABLE", "A/b.jpg": "UNREADABLE"])
  }

  @Test func aDrawingReplacesNothing() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let picture = try work.picture(1, view: 0, name: "a.jpg")
    let own = Data("mine".utf8)
    try own.write(to: URL(fileURLWithPath: work.file("a.png")))
    #expect(try daemon.facectl(["detect", picture, "--draw", work.path]).status == 0)
    #expect(try Data(contentsOf: URL(fileURLWithPath: work.file("a.png"))) == own)
    #expect(FileManager.default.fileExists(atPath: work.file("a-2.png")))
  }

  @Test func candidatesAreListedWhereTheyAreAskedFor() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let folder = try work.gallery(people: 3, pictures: 1)
    #expect(try daemon.facectl(["enroll", folder]).status == 0)
    let listed = try daemon.facectl(["identify", folder + "/p0/0.jpg", "--candidates", "2"]).text
    #expect(listed.split(separator: "\n").count == 3 && listed.contains("  1. p0"))
    // The same picture under another name: nobody can say which of the two it is.
    #expect(try daemon.facectl(["enroll", folder + "/p0/0.jpg", "--identity", "twin"]).status == 0)
    let tied = try daemon.facectl(["identify", folder + "/p0/0.jpg"]).text
    #expect(tied.contains("p0") && tied.contains("twin"))
  }

  @Test func aContactSheetIsANewFile() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let picture = try work.picture(1, view: 0)
    let sheet = work.file("sheet.png")
    #expect(try daemon.facectl(["identify", picture, "--sheet", sheet]).status == 0)
    let drawn = try Data(contentsOf: URL(fileURLWithPath: sheet))
    #expect(try ImageDecoder.decode([UInt8](drawn)).width > 128)
    #expect(try daemon.facectl(["identify", picture, "--sheet", sheet]).status == 64)
    #expect(try Data(contentsOf: URL(fileURLWithPath: sheet)) == drawn)
  }

  @Test func anEnrolmentsContactSheetShowsWhatWasTakenAndWhatWasNot() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let folder = try work.gallery(people: 2, pictures: 1)
    let sheet = work.file("sheet.png")
    #expect(try daemon.facectl(["enroll", folder, "--sheet", sheet]).status == 0)
    let drawn = try Data(contentsOf: URL(fileURLWithPath: sheet))
    #expect(try ImageDecoder.decode([UInt8](drawn)).width > 2 * 128)
    // Nothing is enrolled where the sheet could not be written.
    #expect(try daemon.facectl(["enroll", folder, "--gallery", "other", "--sheet", sheet]).status == 64)
    #expect(try Data(contentsOf: URL(fileURLWithPath: sheet)) == drawn)
  }

  @Test func theDemonstrationRemovesNothingOfOthers() throws {
    let work = try TemporaryFolder()
    let kept = work.file("kept.txt")
    try Data("mine".utf8).write(to: URL(fileURLWithPath: kept))
    let ended = try DaemonProcess.run("facedemo", ["--output", work.path])
    #expect(ended.status != 0 && ended.errors.contains(work.path))
    #expect(FileManager.default.fileExists(atPath: kept))
    let missing = try DaemonProcess.run("facedemo", ["--output", work.file("new"), "--photos", "/nowhere"])
    #expect(missing.status != 0 && missing.errors.contains("/nowhere") && !missing.errors.contains("Domain"))
  }
}
