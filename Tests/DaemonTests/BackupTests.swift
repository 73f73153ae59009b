import Foundation
import Testing

/// A way back: backups, and what is kept of a damaged store.
@Suite(.serialized) struct BackupTests {
  private func faced(_ arguments: [String]) throws -> DaemonProcess.Output {
    try DaemonProcess.run("faced", arguments)
  }

  private func nearest(_ daemon: DaemonProcess, _ folder: String, people: Int) throws -> [String?] {
    let files = (0..<people).map { "\(folder)/p\($0)/0.jpg" }
    return try daemon.facectl(["identify", "--json"] + files).objects(Identified.self)
      .map { $0.faces.first?.candidates.first?.identity }
  }

  @Test func whatWasBackedUpIsThereAgain() throws {
    let work = try TemporaryFolder()
    let data = try TemporaryFolder()
    let daemon = try DaemonProcess(data: data)
    let folder = try work.gallery(people: 3, pictures: 2)
    #expect(try daemon.facectl(["enroll", folder]).status == 0)
    let backup = work.file("backup")
    #expect(try daemon.facectl(["backup", "create", backup]).status == 0)
    #expect(try daemon.facectl(["backup", "verify", backup]).status == 0)
    // Nothing is overwritten.
    #expect(try daemon.facectl(["backup", "create", backup]).status == 1)
    // What happens afterwards is not in it.
    #expect(try daemon.facectl(["identity", "delete", "p1", "--yes"]).status == 0)
    #expect(daemon.stop() == 0)

    let restored = try TemporaryFolder()
    let into = restored.file("data")
    #expect(try faced(["restore", backup, "--data", into]).status == 0)
    #expect(try faced(["restore", backup, "--data", into]).errors.contains("not empty"))
    #expect(try faced(["check", "--data", into]).status == 0)
    let again = try DaemonProcess(data: restored, arguments: ["--data", into])
    #expect(try nearest(again, folder, people: 3) == ["p0", "p1", "p2"])
  }

  @Test func aDamagedBackupIsNotRestored() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    #expect(try daemon.facectl(["enroll", try work.gallery(people: 1, pictures: 2)]).status == 0)
    let backup = work.file("backup")
    #expect(try daemon.facectl(["backup", "create", backup]).status == 0)
    let whole = try Data(contentsOf: URL(fileURLWithPath: backup))
    for (name, bytes) in [
      ("cut", whole.prefix(whole.count - 1)), ("half", whole.prefix(whole.count / 2)), ("empty", Data()),
      ("changed", flipped(whole, at: whole.count / 3)), ("longer", whole + Data([0])),
    ] {
      let path = work.file(name)
      try bytes.write(to: URL(fileURLWithPath: path))
      #expect(try daemon.facectl(["backup", "verify", path]).status == 1, "\(name)")
      let into = work.file("into-\(name)")
      let refused = try faced(["restore", path, "--data", into])
      #expect(refused.status == 1 && refused.errors.hasPrefix("faced: "), "\(name): \(refused.errors)")
      #expect(!FileManager.default.fileExists(atPath: into), "\(name) left something behind")
    }
  }

  private func flipped(_ data: Data, at place: Int) -> Data {
    var data = data
    data[place] ^= 0xff
    return data
  }

  @Test func repairSaysWhatIsLostAndKeepsTheRest() throws {
    let work = try TemporaryFolder()
    let data = try TemporaryFolder()
    let daemon = try DaemonProcess(data: data)
    let folder = try work.gallery(people: 4, pictures: 3)
    #expect(try daemon.facectl(["enroll", folder]).status == 0)
    // A deletion makes the store write its tables.
    #expect(try daemon.facectl(["identity", "delete", "p3", "--yes"]).status == 0)
    #expect(daemon.stop() == 0)
    #expect(try faced(["check", "--data", data.path]).status == 0)

    let store = data.file("store")
    let table = try #require(try FileManager.default.contentsOfDirectory(atPath: store).first { $0.hasSuffix(".ldb") })
    let path = URL(fileURLWithPath: "\(store)/\(table)")
    let bytes = try Data(contentsOf: path)
    try flipped(bytes, at: bytes.count / 2).write(to: path)
    let found = try faced(["check", "--data", data.path])
    #expect(found.status == 4 && found.text.contains("gallery 'default'"), "\(found.text)")
    #expect(try faced(["repair", "--data", data.path]).status == 0)
    #expect(try faced(["check", "--data", data.path]).status == 0)
    let again = try DaemonProcess(data: data)
    #expect(try nearest(again, folder, people: 3).contains { $0 != nil })
  }
}
