import Foundation
import Images
import SyntheticFaces
import Testing

/// Bad input gets its own clear error.
@Suite(.serialized) struct RefusalTests {
  @Test func everyKindOfBadPhotographHasItsReason() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder(), arguments: ["--maximum-photo-pixels", "1000000"])
    let good = [UInt8](try Data(contentsOf: URL(fileURLWithPath: try work.picture(1, view: 0))))
    var files: [(name: String, bytes: [UInt8], reason: String)] = []
    files.append(("text.jpg", Array("this is no picture".utf8), "NOT_AN_IMAGE"))
    files.append(("empty.jpg", [], "NOT_AN_IMAGE"))
    files.append(("gif.jpg", Array("GIF89a".utf8) + [UInt8](repeating: 0, count: 64), "NOT_AN_IMAGE"))
    files.append(("cut.jpg", Array(good.prefix(good.count / 2)), "IMAGE_DAMAGED"))
    files.append(("grey.png", try Image(width: 300, height: 300, colour: .white).encodePNG(), "NO_FACE"))
    files.append(("large.png", try Image(width: 2000, height: 1000, colour: .white).encodePNG(), "IMAGE_TOO_LARGE"))
    files.append(("two.jpg", try pair().encodeJPEG(), "SEVERAL_FACES"))
    for file in files { try Data(file.bytes).write(to: URL(fileURLWithPath: work.file(file.name))) }

    let paths = files.map { work.file($0.name) }
    let output = try daemon.facectl(["enroll", "--identity", "x", "--json"] + paths)
    let summary = try #require(try output.objects(Enrolled.self).first)
    let reasons = Dictionary(
      summary.refused.map { (URL(fileURLWithPath: $0.file).lastPathComponent, $0.reason) },
      uniquingKeysWith: { a, _ in a })
    for file in files { #expect(reasons[file.name] == file.reason, "\(file.name)") }
    #expect(output.status == 3 && summary.enrolledFaces == 0)
    #expect(try daemon.facectl(["identity", "list", "--json"]).text.isEmpty, "a refused photograph enrolls nobody")

    let both = try daemon.facectl(["identify", work.file("two.jpg"), "--json"]).objects(Identified.self)
    #expect(both.first?.faces.count == 2, "identify answers for every face")
    #expect(try daemon.facectl(["enroll", work.file("two.jpg"), "--identity", "x", "--largest"]).status == 0)
    // Two people never become one.
    #expect(try daemon.facectl(["enroll", work.file("two.jpg"), "--identity", "y", "--all-faces"]).status == 64)
    let advice = try #require(summary.refused.first { $0.reason == "SEVERAL_FACES" })
    #expect(!advice.message.contains("all"))
    let listed = try daemon.facectl(["identity", "list", "--json"]).objects(ListedIdentity.self)
    #expect(listed.map(\.faces) == [1])
  }

  /// Two people in one picture.
  private func pair() -> Image {
    var both = Image(width: 520, height: 256, colour: .white)
    both.blit(SyntheticFace(identity: 1).photograph(View()), x: 0, y: 0)
    both.blit(SyntheticFace(identity: 2).photograph(View()), x: 264, y: 0)
    return both
  }

  @Test func aDaemonThatIsNotThereIsSaidToBe() throws {
    let output = try DaemonProcess.run("facectl", ["--address", "127.0.0.1:1", "status"])
    #expect(output.status == 1)
    #expect(output.errors.contains("no daemon answers at 127.0.0.1:1") && output.errors.contains("faced"))
  }

  @Test func aDamagedModelIsRefused() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: DaemonProcess.Manifest.model("default"))))
    bytes.removeLast(1000)
    try Data(bytes).write(to: URL(fileURLWithPath: work.file("cut.safetensors")))
    let output = try daemon.facectl(["model", "add", work.file("cut.safetensors"), "--json"])
    #expect(output.status == 1 && output.text.contains("MODEL_REFUSED"))
    let models = try daemon.facectl(["model", "list", "--json"]).objects(ListedModel.self)
    #expect(models.count == 1)
  }

  /// A whole file whose network has learnt nothing, or whose header is absurd, is not kept, and nothing remembers it.
  @Test func aModelThatCannotTellFacesApartIsRefused() throws {
    let (work, data) = (try TemporaryFolder(), try TemporaryFolder())
    let daemon = try DaemonProcess(data: data)
    let whole = try Data(contentsOf: URL(fileURLWithPath: DaemonProcess.Manifest.model("default")))
    let header = 8 + whole.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    let zeros = whole.prefix(header) + Data(count: whole.count - header)
    let view = Data(#"{\"mirrored\":false,\"raise\":0,\"scale\":1}"#.utf8)
    var text = whole[8..<header]
    let place = try #require(text.range(of: view))
    text.insert(
      contentsOf: [Data](repeating: view, count: 2000).joined(separator: Data(",".utf8)) + Data(",".utf8),
      at: place.lowerBound)
    text.append(Data(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
    let length = Data((0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) })
    for (name, bytes) in [("zeros", zeros), ("views", length + text + whole[header...])] {
      try bytes.write(to: URL(fileURLWithPath: work.file(name)))
      let output = try daemon.facectl(["model", "add", work.file(name), "--json"])
      #expect(output.status == 1 && output.text.contains("MODEL_REFUSED"), "\(name): \(output.text)")
    }
    #expect(try daemon.facectl(["model", "list", "--json"]).objects(ListedModel.self).count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: data.file("models")).count == 1)
    #expect(daemon.stop() == 0)
  }

  @Test func beyondLoopbackHasToBeAskedFor() throws {
    let data = try TemporaryFolder()
    let output = try DaemonProcess.run("faced", ["--data", data.path, "--address", "0.0.0.0:0"])
    #expect(
      output.status == 1 && output.errors.contains("--allow-remote") && output.errors.contains("--tls-certificate"))
  }

  @Test func aStoreBelongsToOneDaemon() throws {
    let data = try TemporaryFolder()
    let first = try DaemonProcess(data: data)
    let second = try DaemonProcess.run("faced", ["--data", data.path, "--address", "127.0.0.1:0"])
    #expect(second.status == 1 && second.errors.contains("another"))
    #expect(first.stop() == 0)
  }

  @Test(arguments: [
    ["--false-positive-rate", "2"], ["--workers", "0"], ["--log-level", "loud"], ["--model", "/nowhere"],
  ])
  func aSettingThatCannotBeUsedIsSaidToBe(_ arguments: [String]) throws {
    let data = try TemporaryFolder()
    let output = try DaemonProcess.run("faced", ["--data", data.path, "--address", "127.0.0.1:0"] + arguments)
    #expect(output.status == 1 && !output.errors.isEmpty)
  }
}
