import Foundation
import Images
import SyntheticFaces
import Testing

/// What the daemon sees in a photograph, and what it refuses to enroll for its quality.
@Suite(.serialized) struct DetectTests {
  /// As `facectl detect --json` prints it.
  private struct Detected: Decodable {
    struct Face: Decodable {
      let box: [Double]
      let score: Double
      let landmarks: [[Double]]
      let quality: [String: Double?]
    }
    let file: String
    let faces: [Face]
    let drawing: String?
    let error: Problem?
  }

  @Test func everyFaceWithItsQuality() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    var two = Image(width: 640, height: 256, colour: .white)
    two.blit(SyntheticFace(identity: 1).photograph(View()), x: 0, y: 0)
    two.blit(SyntheticFace(identity: 2).photograph(View(), side: 200), x: 300, y: 30)
    try Data(try two.encodePNG()).write(to: URL(fileURLWithPath: work.file("two.png")))
    try Data(try Image(width: 90, height: 90, colour: .white).encodePNG())
      .write(to: URL(fileURLWithPath: work.file("none.png")))
    try Data("no picture".utf8).write(to: URL(fileURLWithPath: work.file("text.jpg")))
    try FileManager.default.createDirectory(atPath: work.file("more"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: work.file("two.png"), toPath: work.file("more/two.png"))

    let files = ["two.png", "none.png", "text.jpg", "more/two.png"].map { work.file($0) }
    let output = try daemon.facectl(["detect", "--json", "--draw", work.file("drawn")] + files)
    let answers = try output.objects(Detected.self)
    #expect(output.status == 3 && answers.map(\.file) == files)
    try #require(answers.count == 4)
    #expect(answers.map(\.faces.count) == [2, 0, 0, 2] && answers[2].error?.reason == "NOT_AN_IMAGE")
    #expect(answers[1].error == nil)
    for face in answers[0].faces {
      #expect(face.box.count == 4 && face.box[2] > 40 && face.score > 0)
      #expect(face.landmarks.count == 5 && face.quality["pose"] != .some(nil))
      let overall = try #require(face.quality["overall"] ?? nil)
      let sharpness = try #require(face.quality["sharpness"] ?? nil)
      #expect(overall > 0.05 && overall <= sharpness && sharpness <= 1)
    }
    #expect(answers[0].faces[0].box[2] > answers[0].faces[1].box[2], "largest first")

    // The copies are of the photograph's size, differ from it about the box, and do not overwrite one another.
    #expect(
      answers.map(\.drawing) == ["two.png", "none.png", nil, "two-2.png"].map { $0.map { work.file("drawn/\($0)") } })
    let drawn = try ImageDecoder.decode(
      [UInt8](try Data(contentsOf: URL(fileURLWithPath: work.file("drawn/two.png")))))
    #expect(drawn.width == two.width && drawn.height == two.height && drawn != two)
    let box = answers[0].faces[0].box.map { Int($0.rounded()) }
    let corner = drawn[min(max(box[0], 0), 639), min(max(box[1], 0), 255)]
    #expect(corner.green > corner.red && corner.green > corner.blue)
    let rights = try FileManager.default.attributesOfItem(atPath: work.file("drawn/two.png"))[.posixPermissions]
    #expect(rights as? Int == 0o600, "pictures of people are their owner's alone")
  }

  @Test func aPhotographThatNobodyCouldRecogniseIsRefused() throws {
    let work = try TemporaryFolder()
    let sharp = SyntheticFace(identity: 3).photograph(View())
    let soft = sharp.resized(width: 32, height: 32).resized(width: 256, height: 256)
    try Data(try sharp.encodePNG()).write(to: URL(fileURLWithPath: work.file("sharp.png")))
    try Data(try soft.encodePNG()).write(to: URL(fileURLWithPath: work.file("soft.png")))
    func enroll(_ name: String, minimum: String) throws -> (Enrolled?, String) {
      let daemon = try DaemonProcess(
        data: try TemporaryFolder(), arguments: ["--minimum-quality", minimum])
      let output = try daemon.facectl(["enroll", work.file(name), "--identity", "somebody", "--json"])
      return (try output.objects(Enrolled.self).first, output.text)
    }
    #expect(try enroll("sharp.png", minimum: "0.5").0?.enrolledFaces == 1)
    let (refused, text) = try enroll("soft.png", minimum: "0.5")
    #expect(refused?.refused.map(\.reason) == ["LOW_QUALITY"], "\(text)")
    #expect(try enroll("soft.png", minimum: "0").0?.enrolledFaces == 1, "0 takes every face")
    #expect(try DaemonProcess.run("faced", ["--minimum-quality", "2"]).status == 1)
  }

  @Test func aDetectorThatIsNoneIsRefusedAtTheStart() throws {
    let work = try TemporaryFolder()
    try Data("no network".utf8).write(to: URL(fileURLWithPath: work.file("some.onnx")))
    for (detector, said) in [(work.file("some.onnx"), "detector"), ("opencv", "neither faced nor")] {
      let output = try DaemonProcess.run(
        "faced", ["--data", work.file("data"), "--address", "127.0.0.1:0", "--detector", detector])
      #expect(output.status == 1 && output.errors.contains(said), "\(output.errors)")
    }
  }
}
