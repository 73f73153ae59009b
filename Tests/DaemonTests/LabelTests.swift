import Foundation
import Testing

/// Labels of identities: set, taken away, and gone by in lists and searches.
@Suite(.serialized) struct LabelTests {
  private struct Labelled: Decodable {
    let identity: String
    let labels: [String: String]
  }

  private func list(_ daemon: DaemonProcess, _ labels: [String] = []) throws -> [Labelled] {
    try daemon.facectl(["identity", "list", "--json"] + labels.flatMap { ["--label", $0] }).objects(Labelled.self)
  }

  @Test func listsAndSearchesGoByThem() throws {
    let work = try TemporaryFolder()
    let data = try TemporaryFolder()
    var daemon = try DaemonProcess(data: data)
    let people = try work.gallery(people: 3, pictures: 1)
    #expect(try daemon.facectl(["enroll", people]).status == 0)
    #expect(try daemon.facectl(["identity", "label", "p0", "team=blue", "floor=2"]).status == 0)
    #expect(try daemon.facectl(["identity", "label", "p1", "team=blue", "floor=3"]).status == 0)
    #expect(try daemon.facectl(["identity", "label", "p2", "team=red"]).text.contains("team=red"))
    #expect(try Set(list(daemon, ["team=blue"]).map(\.identity)) == ["p0", "p1"])
    #expect(try list(daemon, ["team=blue", "floor=3"]).map(\.identity) == ["p1"])
    #expect(try list(daemon, ["team=green"]).isEmpty)

    func candidates(_ more: [String]) throws -> Set<String> {
      let ended = try daemon.facectl(["identify", people + "/p2/0.jpg", "--json"] + more)
      return Set(try ended.objects(Identified.self).first?.faces.first?.candidates.map(\.identity) ?? [])
    }
    #expect(try candidates(["--label", "team=blue"]) == ["p0", "p1"])
    #expect(try candidates(["--label", "team=blue", "--except", "p0"]) == ["p1"])
    #expect(try candidates(["--label", "team=blue", "--only", "p0", "--only", "p2"]) == ["p0"])
    #expect(try candidates(["--label", "team=green"]).isEmpty)
    #expect(try candidates([]) == ["p0", "p1", "p2"])

    // Renaming, another picture and a restart leave them as they are.
    #expect(try daemon.facectl(["identity", "rename", "p0", "Ada"]).status == 0)
    #expect(
      try daemon.facectl(["enroll", try work.picture(0, view: 7), "--identity", "Ada"]).status == 0)
    #expect(daemon.stop() == 0)
    daemon = try DaemonProcess(data: data)
    #expect(try list(daemon).first { $0.identity == "Ada" }?.labels == ["team": "blue", "floor": "2"])
    // What is set anew is changed, what is taken away is gone, the rest stays.
    #expect(try daemon.facectl(["identity", "label", "Ada", "team=red", "floor-", "other-", "note=a = b"]).status == 0)
    #expect(try list(daemon).first { $0.identity == "Ada" }?.labels == ["team": "red", "note": "a = b"])

    // An export takes them along.
    #expect(try daemon.facectl(["export", work.file("export")]).status == 0)
    let other = try DaemonProcess(data: try TemporaryFolder())
    #expect(try other.facectl(["import", work.file("export")]).status == 0)
    #expect(try Set(list(other, ["team=red"]).map(\.identity)) == ["Ada", "p2"])
  }

  @Test func whatIsNoLabelIsRefused() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    #expect(try daemon.facectl(["enroll", try work.picture(1, view: 0), "--identity", "a"]).status == 0)
    let long = String(repeating: "x", count: 201)
    for label in ["Team=blue", "=x", "1a=x", "a b=x", "team", "a=\u{1}", "a=\(long)", "\(long)=a", "Team-"] {
      #expect(try daemon.facectl(["identity", "label", "a", label]).status == 64, "\(label)")
    }
    let many = (0..<33).map { "k\($0)=v" }
    #expect(try daemon.facectl(["identity", "label", "a"] + many).status == 64)
    #expect(try daemon.facectl(["identity", "label", "a"] + many.dropLast()).status == 0)
    #expect(try daemon.facectl(["identity", "label", "a", "k32=v"]).status == 64)
    #expect(try daemon.facectl(["identity", "label", "nobody", "a=b"]).status == 1)
    #expect(try list(daemon).first?.labels.count == 32)
  }
}
