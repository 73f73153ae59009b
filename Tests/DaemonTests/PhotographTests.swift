import Foundation
import Images
import SyntheticFaces
import Testing

/// Photographs as people have them: copied in part, turned without a mark, with somebody in the background.
@Suite(.serialized) struct PhotographTests {
  private struct Warned: Decodable {
    let warnings: [Warning]
    struct Warning: Decodable {
      let reason: String
      let message: String
    }
  }

  private func write(_ image: Image, _ file: String, less count: Int = 0) throws {
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: file).deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(try image.encodeJPEG().dropLast(count)).write(to: URL(fileURLWithPath: file))
  }

  private func clockwise(_ image: Image) -> Image {
    var turned = Image(width: image.height, height: image.width, colour: .white)
    for y in 0..<turned.height {
      for x in 0..<turned.width { turned[x, y] = image[y, image.height - 1 - x] }
    }
    return turned
  }

  @Test func aFileThatLacksItsEndMarkIsReadAndSaidToBeSo() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let image = SyntheticFace(identity: 1).photograph(View())
    let file = work.file("cut.jpg")
    try write(image, file, less: 2)
    let png = work.file("cut.png")
    try Data(try image.encodePNG().dropLast(12)).write(to: URL(fileURLWithPath: png))
    for command in [
      ["enroll", file, "--identity", "a"], ["identify", png], ["detect", file], ["verify", file, png],
    ] {
      let ended = try daemon.facectl(command + ["--json"])
      let warnings = try #require(try ended.objects(Warned.self).first, "\(command): \(ended.errors)").warnings
      #expect(
        ended.status == 0 && !warnings.isEmpty && warnings.allSatisfy { $0.reason == "FILE_ENDS_EARLY" }, "\(command)")
      let text = try daemon.facectl(command)
      #expect((text.text + text.errors).contains("the file ends early; all its pixels were there"), "\(command)")
    }
    let whole = work.file("whole.jpg")
    try write(image, whole)
    #expect(try daemon.facectl(["detect", whole, "--json"]).objects(Warned.self).first?.warnings.isEmpty == true)
  }

  private static func drawn(_ format: String) -> String {
    DaemonProcess.Manifest.root.appendingPathComponent("Tests/ImagesTests/Golden/drawn.\(format)").path
  }

  /// The same drawn person as a telephone or a browser would have it.
  @Test func webPHEICAndAVIFAreTaken() throws {
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    #expect(try daemon.facectl(["enroll", Self.drawn("heic"), "--identity", "a"]).status == 0)
    for format in ["webp", "avif"] {
      let answer = try daemon.facectl(["identify", Self.drawn(format), "--json"])
      let face = try #require(try answer.objects(Identified.self).first?.faces.first, "\(answer.text)")
      #expect(face.identity == "a", "\(format)")
    }
  }

  /// Without libheif the daemon says what is missing, and reads everything else.
  @Test func aMissingLibraryIsAClearRefusal() throws {
    let work = try TemporaryFolder()
    // What the loader comes upon first, and cannot load.
    try Data().write(to: URL(fileURLWithPath: work.file("libheif.so.1")))
    let daemon = try DaemonProcess(data: try TemporaryFolder(), environment: ["LD_LIBRARY_PATH": work.path])
    let refused = try daemon.facectl(["identify", Self.drawn("heic"), "--json"])
    let error = try #require(try refused.objects(Identified.self).first?.error)
    #expect(refused.status == 3 && error.reason == "NOT_AN_IMAGE", "\(error)")
    #expect(error.message.contains("HEIC") && error.message.contains("libheif1"))
    #expect(
      try daemon.facectl(["identify", Self.drawn("webp"), "--json"]).objects(Identified.self).first?.faces.count == 1)
  }

  /// The same person is found in a photograph that lies on its side, and the box is where the face is in it.
  @Test func aPhotographThatLiesOnItsSideIsTurned() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    var image = Image(width: 400, height: 300, colour: .white)
    image.blit(SyntheticFace(identity: 12).photograph(View()), x: 0, y: 20)
    try write(image, work.file("upright.jpg"))
    #expect(try daemon.facectl(["enroll", work.file("upright.jpg"), "--identity", "a"]).status == 0)
    try write(clockwise(image), work.file("turned.jpg"))
    let ended = try daemon.facectl(["identify", work.file("turned.jpg"), "--json"])
    let answer = try #require(try ended.objects(Identified.self).first)
    #expect(answer.faces.first?.identity == "a", "\(ended.text)")
    #expect(try ended.objects(Warned.self).first?.warnings.first?.reason == "PHOTO_TURNED")
    // Turned clockwise, what was at the left is at the top.
    let box = try #require(answer.faces.first).box
    #expect(box[1] + box[3] / 2 < 200)
  }

  /// Whom a photograph in a person's folder is about is told by area and place, else by their other pictures.
  @Test func inAPersonsFolderTheirFaceIsTaken() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    func face(_ identity: UInt64, side: Int) -> Image {
      SyntheticFace(identity: identity).photograph(View(), side: side)
    }
    var background = Image(width: 520, height: 320, colour: .white)
    background.blit(face(1, side: 300), x: 100, y: 10)
    background.blit(face(2, side: 110), x: 405, y: 10)
    try write(background, work.file("people/ann/0-background.jpg"))
    var pair = Image(width: 520, height: 256, colour: .white)
    pair.blit(face(1, side: 256), x: 0, y: 0)
    pair.blit(face(2, side: 256), x: 264, y: 0)
    // Comes before the pictures that say who Ann is.
    try write(pair, work.file("people/ann/00-pair.jpg"))
    try write(face(1, side: 256), work.file("people/ann/1.jpg"))
    try write(pair, work.file("people/unclear/pair.jpg"))

    let ended = try daemon.facectl(["enroll", work.file("people"), "--json"])
    let summary = try #require(try ended.objects(Enrolled.self).first, "\(ended.errors)")
    #expect(ended.status == 3 && summary.enrolledFaces == 3, "\(ended.text)")
    #expect(summary.refused.map(\.reason) == ["SEVERAL_FACES"])
    #expect(summary.refused.first?.file.hasSuffix("unclear/pair.jpg") == true)
    #expect(try daemon.facectl(["enroll", work.file("people")]).text.contains("--largest"))
    // It was Ann who was taken, not the other one.
    try write(face(2, side: 256), work.file("other.jpg"))
    // Drawn faces are alike for a model of photographs, so the distances are compared.
    func distance(_ file: String) throws -> Double? {
      try daemon.facectl(["identify", file, "--json"]).objects(Identified.self).first?.faces.first?.candidates.first?
        .distance
    }
    let own = try #require(try distance(work.file("people/ann/1.jpg")))
    let another = try #require(try distance(work.file("other.jpg")))
    #expect(own < another / 4)
  }

  /// The verdict is what distance and threshold say, for the person and for another.
  @Test func aVerificationGoesByTheDistance() throws {
    struct Verified: Decodable {
      let verified: Bool
      let distance, threshold: Double
    }
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let picture = try work.picture(1, view: 0)
    #expect(try daemon.facectl(["enroll", picture, "--identity", "a"]).status == 0)
    for identity: UInt64 in [1, 7, 8, 9] {
      let asked = try work.picture(identity, view: 0)
      let ended = try daemon.facectl(["verify", asked, "--identity", "a", "--json"])
      let answer = try #require(try ended.objects(Verified.self).first)
      #expect(answer.verified == (answer.distance <= answer.threshold))
      #expect(ended.status == (answer.verified ? 0 : 4))
      #expect(identity == 1 ? answer.distance < 0.01 : answer.distance > 0.2)
    }
  }
}
