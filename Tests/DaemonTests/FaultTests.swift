import Foundation
import Testing

/// What goes wrong around a daemon: files that are missing, folders that move, photographs that were deleted.
@Suite(.serialized) struct FaultTests {
  private struct Status: Decodable {
    let faces: Int
    let writeRefusal: String?
  }

  private func status(_ daemon: DaemonProcess) throws -> Status {
    try #require(try daemon.facectl(["status", "--json"]).objects(Status.self).first)
  }

  private func files(_ folder: String) -> [String] {
    (FileManager.default.subpaths(atPath: folder) ?? []).filter { !$0.contains("LOG") && !$0.hasSuffix("LOCK") }
      .sorted()
  }

  /// Each part of a store that is missing is noticed, and nothing is made or removed.
  @Test func aPartOfAStoreIsRefusedAsItIs() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let data = try TemporaryFolder()
      var daemon = try DaemonProcess(data: data)
      #expect(try daemon.facectl(["enroll", try work.gallery(people: 2, pictures: 2)]).status == 0)
      #expect(daemon.stop() == 0)
      let log = try #require(files(data.path).first { $0.hasPrefix("store/") && $0.hasSuffix(".log") })
      for part in ["store/CURRENT", log, "store"] {
        try FileManager.default.moveItem(atPath: data.file(part), toPath: work.file("aside"))
        let before = files(data.path)
        let refused = try DaemonProcess.run("faced", ["--data", data.path, "--address", "127.0.0.1:0"])
        #expect(refused.status == 1 && refused.errors.contains("missing"), "\(part): \(refused.errors)")
        #expect(files(data.path) == before, "\(part)")
        try FileManager.default.moveItem(atPath: work.file("aside"), toPath: data.file(part))
      }
      daemon = try DaemonProcess(data: data)
      #expect(try status(daemon).faces == 4)
    }
  }

  /// A log that was begun beside the store is no obstacle; files that say something are.
  @Test func aFolderWithOtherFilesIsNoDataFolder() async throws {
    try await onOwnThread {
      let data = try TemporaryFolder()
      try Data().write(to: URL(fileURLWithPath: data.file("log")))
      try Data("mine".utf8).write(to: URL(fileURLWithPath: data.file("letter")))
      let refused = try DaemonProcess.run("faced", ["--data", data.path, "--address", "127.0.0.1:0"])
      #expect(refused.status == 1 && refused.errors.contains("'letter'") && !refused.errors.contains("'log'"))
      #expect(files(data.path) == ["letter", "log"])
      try FileManager.default.removeItem(atPath: data.file("letter"))
      #expect(try status(DaemonProcess(data: data)).faces == 0)
    }
  }

  /// The same photograph is the same face, also without the request id that has expired; what was deleted stays so.
  @Test func aPhotographIsEnrolledOnce() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let daemon = try DaemonProcess(data: try TemporaryFolder())
      let picture = try work.picture(1, view: 0)
      let copy = work.file("copy.jpg")
      try FileManager.default.copyItem(atPath: picture, toPath: copy)
      #expect(try daemon.facectl(["enroll", picture, "--identity", "Ada"]).status == 0)
      // Another request id, for another way to enroll; and another name of the file.
      let again = try daemon.facectl(["enroll", copy, "--largest", "--identity", "Ada", "--json"]).objects(
        Enrolled.self)
      #expect(again.first?.enrolledBefore == 1 && again.first?.enrolledFaces == 0)
      #expect(try status(daemon).faces == 1)
      #expect(
        try daemon.facectl(["enroll", copy, "--identity", "Bea"]).status == 0, "another identity is another matter")
      #expect(try daemon.facectl(["identity", "delete", "Ada", "--yes"]).status == 0)
      let deleted = try daemon.facectl(["enroll", copy, "--largest", "--identity", "Ada", "--json"])
      #expect(deleted.status == 3 && deleted.text.contains("FACE_DELETED_SINCE"))
      #expect(try daemon.facectl(["enroll", copy, "--again", "--identity", "Ada"]).status == 0)
      #expect(try status(daemon).faces == 2)
    }
  }

  /// Nothing is acknowledged that is not in the folder that the path names; writes work again without a restart.
  @Test(.timeLimit(.minutes(2))) func aFolderThatIsMovedAwayAndBack() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let data = try TemporaryFolder()
      let daemon = try DaemonProcess(data: data)
      let pictures = try (0..<3).map { try work.picture(7, view: $0) }
      #expect(try daemon.facectl(["enroll", pictures[0], "--identity", "Ada"]).status == 0)
      try FileManager.default.moveItem(atPath: data.file("store"), toPath: data.file("elsewhere"))
      #expect(try daemon.facectl(["enroll", pictures[1], "--identity", "Ada"]).status != 0)
      #expect(try status(daemon).writeRefusal?.contains("moved") == true)
      #expect(try daemon.facectl(["identify", pictures[0]]).status == 0, "searches go on")
      try FileManager.default.moveItem(atPath: data.file("elsewhere"), toPath: data.file("store"))
      while try status(daemon).writeRefusal != nil { usleep(100_000) }
      #expect(try daemon.facectl(["enroll", pictures[2], "--identity", "Ada"]).status == 0)
      #expect(try status(daemon).faces == 2)
      #expect(daemon.stop() == 0)
      #expect(try status(DaemonProcess(data: data)).faces == 2)
    }
  }
}
