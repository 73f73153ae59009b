import Foundation
import Images
import SyntheticFaces
import Testing

/// The smallest face that is looked for: the daemon's, and a request's own.
@Suite(.serialized) struct MinimumFaceTests {
  private struct Seen: Decodable {
    struct Face: Decodable {}
    let faces: [Face]
  }

  @Test func theRequestGoesBeforeTheSetting() throws {
    let work = try TemporaryFolder()
    var photo = Image(width: 900, height: 600, colour: .white)
    photo.blit(SyntheticFace(identity: 1).photograph(View(), side: 500), x: 0, y: 50)
    photo.blit(SyntheticFace(identity: 2).photograph(View(), side: 130), x: 700, y: 100)
    let file = work.file("two.png")
    try Data(try photo.encodePNG()).write(to: URL(fileURLWithPath: file))

    let daemon = try DaemonProcess(data: try TemporaryFolder(), arguments: ["--minimum-face", "12%"])
    func found(_ arguments: [String]) throws -> Int {
      try daemon.facectl(["detect", "--json", file] + arguments).objects(Seen.self).first?.faces.count ?? -1
    }
    #expect(try found([]) == 1)
    #expect(try found(["--minimum-face", "20"]) == 2)
    #expect(try found(["--minimum-face", "50%"]) == 0)
    #expect(try daemon.facectl(["detect", file, "--minimum-face", "many"]).status == 64)
    let embedded = try daemon.facectl(["embed", "--json", file, "--minimum-face", "20"])
    #expect(try embedded.objects(Seen.self).first?.faces.count == 2)
    #expect(try DaemonProcess.run("faced", ["--minimum-face", "0"]).status == 1)
  }
}
