import Foundation
import Testing

@Suite(.serialized) struct RetentionTests {
  private struct Receipt: Decodable { let faces, identities: Int }

  private func wait(until isTrue: () throws -> Bool) rethrows { while try !isTrue() { usleep(50_000) } }

  /// What is older than a gallery keeps is erased, others are left alone, and a receipt without names stays.
  @Test(.timeLimit(.minutes(2))) func facesThatAreOldEnoughAreErased() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let data = try TemporaryFolder()
      let daemon = try DaemonProcess(data: data)
      let folder = try work.gallery(people: 3, pictures: 2)
      #expect(try daemon.facectl(["gallery", "create", "door"]).status == 0)
      for gallery in ["door", "default"] {
        #expect(try daemon.facectl(["enroll", folder, "--gallery", gallery]).status == 0)
      }
      func names(_ gallery: String) throws -> [String] {
        try daemon.facectl(["identity", "list", "--gallery", gallery, "--json"]).objects(ListedIdentity.self)
          .map(\.identity).sorted()
      }
      let unasked = try daemon.facectl(["retention", "set", "--gallery", "door", "--days", "1"])
      #expect(unasked.status == 64 && unasked.errors.contains("--yes"))
      #expect(try daemon.facectl(["retention", "set", "--gallery", "door", "--days", "1", "--yes"]).status == 0)
      #expect(try daemon.facectl(["retention", "receipts", "--gallery", "door", "--json"]).text.isEmpty)
      #expect(try names("door").count == 3)
      // A day has not passed; a second has by the time that it is looked at again.
      sleep(2)
      #expect(try daemon.facectl(["retention", "set", "--gallery", "door", "--days", "0.00001", "--yes"]).status == 0)
      try wait { try names("door").isEmpty }
      #expect(try names("default") == ["p0", "p1", "p2"])
      try wait { try !daemon.facectl(["retention", "receipts", "--gallery", "door", "--json"]).text.isEmpty }
      let receipts = try daemon.facectl(["retention", "receipts", "--gallery", "door", "--json"]).objects(Receipt.self)
      #expect(receipts.map(\.faces) == [6] && receipts.map(\.identities) == [3])
      let kept = try String(contentsOfFile: data.file("retention/erasures.jsonl"), encoding: .utf8)
      #expect(!kept.contains("p0"))
      // A gallery of the same name that is made anew keeps its faces.
      #expect(try daemon.facectl(["gallery", "delete", "door", "--yes"]).status == 0)
      #expect(try daemon.facectl(["gallery", "create", "door"]).status == 0)
      #expect(try daemon.facectl(["retention", "show", "--gallery", "door"]).text.contains("until they are deleted"))
    }
  }
}
