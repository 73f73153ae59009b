import Foundation
import Testing

/// A daemon whose data is encrypted on the disk, from its first start to a restored backup.
@Suite(.serialized) struct EncryptionTests {
  private struct Embedded: Decodable {
    let faces: [Face]
    struct Face: Decodable { let vector: [Float] }
  }

  let work: TemporaryFolder
  let key: String

  init() throws {
    work = try TemporaryFolder()
    key = work.file("key")
    #expect(try DaemonProcess.run("faced", ["key", "create", key]).status == 0)
  }

  private func daemon(_ data: TemporaryFolder, key: String) throws -> DaemonProcess {
    try DaemonProcess(data: data, arguments: ["--encryption-key-file", key, "--checkpoint-minimum-faces", "1"])
  }

  private func refusal(_ data: TemporaryFolder, _ arguments: [String]) throws -> String {
    let ended = try DaemonProcess.run("faced", ["--data", data.path, "--address", "127.0.0.1:0"] + arguments)
    #expect(ended.status != 0)
    return ended.errors
  }

  private func enroll(_ person: UInt64, _ daemon: DaemonProcess) throws {
    for view in 0..<2 as Range<UInt64> {
      let file = try work.picture(person, view: view)
      #expect(try daemon.facectl(["enroll", "--identity", "p\(person)", file]).status == 0)
    }
  }

  private func name(_ person: UInt64, _ daemon: DaemonProcess) throws -> String? {
    let answer = try daemon.facectl(["identify", "--json", try work.picture(person, view: 0)])
    return try #require(answer.objects(Identified.self).first?.faces.first).identity
  }

  /// Whether any file of the folder has the bytes.
  private func holds(_ folder: TemporaryFolder, _ bytes: Data) throws -> Bool {
    let url = URL(fileURLWithPath: folder.path)
    for file in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where !file.hasPrefix("models/") {
      let path = url.appendingPathComponent(file)
      guard (try? path.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true else { continue }
      if try Data(contentsOf: path).range(of: bytes) != nil { return true }
    }
    return false
  }

  /// 16 numbers of each vector and the quantization tables of a crop's JPEG are looked for.
  @Test func noCropAndNoVectorIsPlainOnTheDisk() throws {
    for isSealed in [true, false] {
      let data = try TemporaryFolder()
      let daemon =
        isSealed
        ? try self.daemon(data, key: key)
        : try DaemonProcess(data: data, arguments: ["--checkpoint-minimum-faces", "1"])
      try enroll(1, daemon)
      let exported = work.file("export-\(isSealed)")
      #expect(try daemon.facectl(["export", exported]).status == 0)
      #expect(daemon.stop() == 0)
      let files = try FileManager.default.subpathsOfDirectory(atPath: exported)
      let crop = try Data(
        contentsOf: URL(fileURLWithPath: exported + "/" + #require(files.first { $0.hasSuffix(".jpg") })))
      let table = try Data(
        contentsOf: URL(fileURLWithPath: exported + "/" + #require(files.first { $0.hasSuffix(".npy") })))
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: data.path + "/index").contains { $0.hasSuffix(".index") })
      for secret in [crop.subdata(in: 20..<52), crop.suffix(200).prefix(32), table.suffix(64)] {
        #expect(try holds(data, secret) != isSealed)
      }
    }
  }

  @Test func withoutItsKeyItDoesNotStart() throws {
    let data = try TemporaryFolder()
    let first = try daemon(data, key: key)
    try enroll(1, first)
    #expect(first.stop() == 0)
    #expect(try refusal(data, []).contains("--encryption-key-file"))
    let other = work.file("other")
    #expect(try DaemonProcess.run("faced", ["key", "create", other]).status == 0)
    #expect(try refusal(data, ["--encryption-key-file", other]).contains("not the one"))
    #expect(try refusal(data, ["--encryption-key-file", work.file("none")]).contains("missing"))
    // The index comes from a sealed file, and the daemon is as it was.
    let second = try daemon(data, key: key)
    #expect(try name(1, second) == "p1")
    second.kill()
    let rotated = try DaemonProcess.run(
      "faced", ["key", "rotate", "--data", data.path, "--encryption-key-file", key, "--new-key-file", other])
    #expect(rotated.status == 0, "\(rotated.errors)")
    #expect(try refusal(data, ["--encryption-key-file", key]).contains("not the one"))
    let third = try daemon(data, key: other)
    #expect(try name(1, third) == "p1")
    #expect(third.stop() == 0)
    #expect(try DaemonProcess.run("faced", ["check", "--data", data.path]).status == 0)
  }

  @Test func aBackupDoesNotOpenForWhoWasDeleted() throws {
    let first = try daemon(try TemporaryFolder(), key: key)
    for person in 1...2 as ClosedRange<UInt64> { try enroll(person, first) }
    let (backup, keys) = (work.file("backup"), work.file("keys"))
    #expect(try first.facectl(["backup", "create", backup]).status == 0)
    #expect(try first.facectl(["backup", "keys", keys]).status == 0)
    #expect(try first.facectl(["identity", "delete", "p1", "--yes"]).status == 0)
    // The next file of keys takes the place of the former.
    #expect(try first.facectl(["backup", "keys", keys]).status == 0)
    #expect(first.stop() == 0)

    let without = try TemporaryFolder()
    let refused = try DaemonProcess.run("faced", ["restore", backup, "--data", without.path])
    #expect(refused.status != 0 && refused.errors.contains("--keyring"))
    let data = try TemporaryFolder()
    let restored = try DaemonProcess.run("faced", ["restore", backup, "--keyring", keys, "--data", data.path])
    #expect(restored.status == 0 && restored.text.contains("left out 2 faces of 1 identities"), "\(restored)")
    let second = try daemon(data, key: key)
    #expect(try second.facectl(["identity", "list", "--json"]).objects(ListedIdentity.self).map(\.identity) == ["p2"])
    #expect(try name(2, second) == "p2")
    #expect(second.stop() == 0)
  }

  @Test func aPlainFolderCanBeEncrypted() throws {
    let data = try TemporaryFolder()
    let first = try DaemonProcess(data: data, arguments: ["--checkpoint-minimum-faces", "1"])
    try enroll(1, first)
    #expect(first.stop() == 0)
    #expect(try refusal(data, ["--encryption-key-file", key]).contains("faced key enable"))
    let enabled = try DaemonProcess.run("faced", ["key", "enable", "--data", data.path, "--encryption-key-file", key])
    #expect(enabled.status == 0 && enabled.text.contains("encrypted 2 faces"), "\(enabled)")
    let second = try daemon(data, key: key)
    #expect(try name(1, second) == "p1")
    // A reindex opens crops and seals what it makes of them.
    let added = try second.facectl(["model", "add", DaemonProcess.Manifest.model("small"), "--json"])
    let model = try #require(added.objects(ListedModel.self).first?.model)
    let reindexed = try second.facectl(["reindex", "start", model, "--require-agreement", "0", "--watch"])
    #expect(reindexed.status == 0, "\(reindexed)")
    #expect(try name(1, second) == "p1")
    #expect(second.stop() == 0)
  }
}
