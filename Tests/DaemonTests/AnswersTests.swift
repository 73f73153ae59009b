import Foundation
import Images
import SyntheticFaces
import Testing

/// What an answer says beside a name, vectors for programs, and faces that nobody has named.
@Suite(.serialized) struct AnswersTests {
  private struct Answer: Decodable {
    struct Face: Decodable {
      let decision: String
      let identity: String?
      let among: [String]
      let search: String
      let basis: Basis
    }
    struct Basis: Decodable {
      let expectedFalsePositiveRate: Double
      let identitiesCompared: Int
      let margin: Double?
      let calibration: String
      let lowestSupportedRate: Double
    }
    let faces: [Face]
  }

  private struct Box: Decodable, Hashable {
    let x: Double
    let y: Double
    let width: Double
    let height: Double
  }

  private struct Embedded: Decodable {
    struct Face: Decodable {
      let box: Box
      let vector: [Double]
    }
    let file: String
    let model: String
    let faces: [Face]
  }

  private struct Group: Decodable {
    struct Face: Decodable {
      let file: String
      let box: Box
    }
    let group: Int
    let faces: [Face]
  }

  @Test func aPictureUnderTwoNamesIsAmbiguous() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let picture = try work.picture(1, view: 0)
    for name in ["Ada", "Grace"] {
      #expect(try daemon.facectl(["enroll", picture, "--identity", name]).status == 0)
    }
    func ask(_ more: [String]) throws -> Answer.Face {
      try #require(try daemon.facectl(["identify", picture, "--json"] + more).objects(Answer.self).first?.faces.first)
    }
    let both = try ask([])
    #expect(both.decision == "AMBIGUOUS" && both.identity == nil && Set(both.among) == ["Ada", "Grace"])
    #expect(both.basis.identitiesCompared == 2 && both.basis.margin == 0 && both.search == "EXACT")
    #expect(both.basis.calibration == "SUPPORTED" && abs(both.basis.expectedFalsePositiveRate - 0.01) < 0.002)

    // A search of one of them, or without the other, has an answer.
    for restriction in [["--only", "Grace"], ["--except", "Ada"], ["--only", "#2"]] {
      let one = try ask(restriction)
      #expect(one.decision == "IDENTIFIED" && one.identity == "Grace" && one.basis.identitiesCompared == 1)
    }
    let unknown = try daemon.facectl(["identify", picture, "--only", "nobody", "--json"])
    #expect(unknown.status != 0)

    let strict = try ask(["--false-positive-rate", "1e-9"])
    #expect(strict.basis.calibration == "CALIBRATION_UNSUPPORTED" && strict.basis.lowestSupportedRate > 1e-9)
  }

  @Test func vectorsAndGroupsOfAFolder() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let first = try work.picture(1, view: 0, name: "in/1.jpg")
    try FileManager.default.copyItem(atPath: first, toPath: work.file("in/1-again.jpg"))
    let other = try work.picture(2, view: 0, name: "in/2.jpg")

    let embedded = try daemon.facectl(["embed", first, other, "--json"]).objects(Embedded.self)
    try #require(embedded.count == 2)
    for answer in embedded {
      let face = try #require(answer.faces.first)
      #expect(answer.model.hasPrefix("models/") && face.box.width > 40)
      #expect(abs(face.vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)
    }
    #expect(embedded[0].faces[0].vector != embedded[1].faces[0].vector)

    // Nobody else is as near as a copy is, so a small threshold groups the copies alone.
    let output = try daemon.facectl(["cluster", work.file("in"), "--threshold", "0.01", "--json"])
    let groups = try output.objects(Group.self)
    #expect(groups.map(\.group) == [0, 1], "\(output.errors)")
    try #require(groups.count == 2)
    #expect(groups[0].faces.map(\.file) == [other] && groups[1].faces.count == 2)
    #expect(groups[1].faces[0].box.width > 40)
    let all = try daemon.facectl(["cluster", work.file("in"), "--threshold", "3.9", "--json"]).objects(Group.self)
    #expect(all.map(\.group) == [1] && all.first?.faces.count == 3)
  }
}
