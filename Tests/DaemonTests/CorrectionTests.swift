import Foundation
import Testing

/// Corrections through the client: searches see each at once, and `undo` takes it back.
@Suite(.serialized) struct CorrectionTests {
  private struct Done: Decodable {
    let change: Int
    let kind: String
    let state: String
    let from: String
    let into: String
    let faces: Int
  }

  private struct ListedFace: Decodable {
    let name: String
    let identity: String
  }

  @Test func mergeSplitMoveAndUndo() throws {
    let (work, data) = (try TemporaryFolder(), try TemporaryFolder())
    var daemon = try DaemonProcess(data: data)
    let (one, two) = (try work.picture(1, view: 0), try work.picture(2, view: 0))
    #expect(try daemon.facectl(["enroll", one, "--identity", "Ada"]).status == 0)
    #expect(try daemon.facectl(["enroll", two, "--identity", "Grace"]).status == 0)
    func who(_ picture: String) throws -> String? {
      try daemon.facectl(["identify", picture, "--json"]).objects(Identified.self).first?.faces.first?.identity
    }
    func names() throws -> [String: Int] {
      let listed = try daemon.facectl(["identity", "list", "--json"]).objects(ListedIdentity.self)
      return Dictionary(uniqueKeysWithValues: listed.map { ($0.identity, $0.faces) })
    }
    func did(_ arguments: [String]) throws -> Done {
      let output = try daemon.facectl(arguments + ["--json"])
      #expect(output.status == 0, "\(output.errors)")
      return try #require(try output.objects(Done.self).first)
    }

    let merge = try did(["identity", "merge", "Ada", "Grace"])
    #expect(merge.kind == "merge" && merge.faces == 1 && merge.into == "Grace")
    #expect(try names() == ["Grace": 2])
    // The picture's own vector is in Grace's template now, and Ada is nobody.
    #expect(try daemon.facectl(["identify", one, "--only", "Ada"]).status != 0)
    #expect(try who(one) != "Ada")
    // What is durable is so after a kill, and can still be undone.
    daemon.kill()
    daemon = try DaemonProcess(data: data)
    #expect(try names() == ["Grace": 2])
    #expect(try did(["undo", String(merge.change)]).state == "undone")
    #expect(try names() == ["Ada": 1, "Grace": 1])
    #expect(try who(one) == "Ada" && who(two) == "Grace")
    #expect(try daemon.facectl(["undo", String(merge.change)]).status == 1)

    let faces = try daemon.facectl(["face", "list", "--identity", "Ada", "--json"]).objects(ListedFace.self)
    let face = try #require(faces.first?.name.split(separator: "/").last.map(String.init))
    let move = try did(["identity", "move", "Grace", face])
    #expect(try names() == ["Ada": 0, "Grace": 2] && move.from == "Ada")
    let split = try did(["identity", "split", "Grace", "Edith", face])
    #expect(try names() == ["Ada": 0, "Grace": 1, "Edith": 1] && who(one) == "Edith")
    // The move cannot be undone while the face is somebody else's.
    #expect(try daemon.facectl(["undo", String(move.change)]).status == 1)
    _ = try did(["undo", String(split.change)])
    _ = try did(["undo", String(move.change)])
    #expect(try names() == ["Ada": 1, "Grace": 1] && who(one) == "Ada")

    let history = try daemon.facectl(["history", "--json"]).objects(Done.self)
    #expect(history.map(\.kind) == ["split", "move", "merge"] && history.allSatisfy { $0.state == "undone" })
    let last = try did(["identity", "merge", "Ada", "Grace"])
    #expect(try daemon.facectl(["identity", "delete", "Grace", "--yes"]).status == 0)
    #expect(try daemon.facectl(["history", "--json"]).objects(Done.self).first?.state == "erased")
    let late = try daemon.facectl(["undo", String(last.change), "--json"])
    #expect(try late.objects(Failed.self).isEmpty || late.status == 1)
    #expect(late.errors.contains("deleted") || late.text.contains("deleted"))
  }
}
