import FaceDetection
import FaceTypes
import Foundation
import Images
import Testing

@Suite struct YuNetRefusalTests {
  @Test func otherFilesAreRefused() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "faced-yunet-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "detector.onnx").path
    try Data("no network".utf8).write(to: URL(filePath: path))
    for path in [path, path + ".absent"] {
      do throws(DetectionError) {
        _ = try YuNetDetector(path: path)
        Issue.record("'\(path)' was taken")
      } catch {
        #expect(error.code == .unusableModel)
      }
    }
  }
}

/// The public YuNet file by this project's engine, on real photographs.
@Suite(.enabled(if: FaceData.folder != nil, "skipped: no face data"))
struct YuNetDetectorTests {
  private func detector(_ name: String = "yunet_n_dynamic") throws -> YuNetDetector {
    try YuNetDetector(path: try #require(FaceData.folder) + "/models/\(name).onnx")
  }

  /// The landmarks that come with the photographs were found by the same network (at two scales), so they agree.
  @Test func findsTheFacesOfTheScenes() throws {
    let detector = try detector()
    let lines = try String(contentsOfFile: FaceData.folder! + "/scenes.faces.csv", encoding: .utf8).split(
      separator: "\n")
    var known: [String: [[Double]]] = [:]
    for line in lines.dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      known[String(fields[0]), default: []].append(fields.dropFirst().compactMap { Double($0) })
    }
    var (faces, found) = (0, 0)
    var error = 0.0
    for file in known.keys.sorted().prefix(400) {
      let image = try ImageDecoder.decode(try FaceData.bytes("scenes/\(file)"))
      let detections = try detector.detect(image)
      for face in known[file] ?? [] where face[2] >= 24 {
        faces += 1
        let centre = Point(x: face[0] + face[2] / 2, y: face[1] + face[3] / 2)
        let near = detections.first {
          hypot($0.box.centre.x - centre.x, $0.box.centre.y - centre.y) < 0.25 * face[2]
        }
        guard let near, let landmarks = near.landmarks else { continue }
        found += 1
        let eyes = hypot(face[6] - face[4], face[7] - face[5])
        error += hypot(landmarks.rightEye.x - face[4], landmarks.rightEye.y - face[5]) / max(eyes, 1)
      }
    }
    print("\(found) of \(faces) faces, right eye off by \(error / Double(found)) of the distance between the eyes")
    #expect(Double(found) > 0.9 * Double(faces))
    #expect(error / Double(found) < 0.06)
  }

  /// The file of one size searches photographs of every other.
  @Test func theFixedFileTakesEveryPhotograph() throws {
    let (fixed, open) = (try detector("yunet_n_640_640"), try detector())
    let photo = try ImageDecoder.decode(try FaceData.bytes("photos/" + (try firstPhotograph())))
    for image in [photo, photo.resized(width: 1500, height: 1500), photo.resized(width: 301, height: 297)] {
      let (a, b) = (try #require(try fixed.detect(image).first), try #require(try open.detect(image).first))
      #expect(abs(a.box.centre.x - b.box.centre.x) < 0.04 * a.box.width)
      #expect(abs(a.frame.eyeMouthDistance / b.frame.eyeMouthDistance - 1) < 0.05)
      let quality = FaceQuality(of: a, in: image, confidence: fixed.confidence(a.score))
      #expect(quality.overall > 0.2 && quality.pose != nil)
    }
    for (width, height) in [(1, 1), (1, 900), (900, 1), (33, 31)] {
      #expect(try open.detect(Image(width: width, height: height, colour: Colour(90, 120, 150))).isEmpty)
      #expect(try fixed.detect(Image(width: width, height: height, colour: Colour(90, 120, 150))).isEmpty)
    }
  }

  private func firstPhotograph() throws -> String {
    let person = try #require(try FaceData.names(in: "photos/known").first)
    return "known/\(person)/" + (try #require(try FaceData.names(in: "photos/known/\(person)").first))
  }
}
