import FaceDetection
import FaceTypes
import Images
import Testing

@Suite(.enabled(if: FaceData.folder != nil, "skipped: no face data"))
struct RealPhotoTests {
  private let detector = DlibFrontalDetector()

  @Test func almostEveryPortraitHasItsFaceFound() throws {
    var (found, central) = (0, 0)
    let people = try FaceData.names(in: "photos/known").prefix(60)
    for person in people {
      let file = try #require(try FaceData.names(in: "photos/known/\(person)").first)
      let image = try ImageDecoder.decode(FaceData.bytes("photos/known/\(person)/\(file)"))
      guard let face = try detector.detect(image).first else { continue }
      found += 1
      // These photographs are centred on their person.
      let (dx, dy) = (face.frame.centre.x - 125, face.frame.centre.y - 125)
      if abs(dx) < 30 && abs(dy) < 30 { central += 1 }
    }
    #expect(Double(found) >= 0.95 * Double(people.count))
    #expect(Double(central) >= 0.95 * Double(people.count))
  }

  @Test func picturesWithoutPeopleGiveFewFaces() throws {
    let files = try FaceData.names(in: "backgrounds").filter { $0.hasSuffix(".jpg") }.prefix(100)
    var mistaken = 0
    for file in files {
      if try !detector.detect(ImageDecoder.decode(FaceData.bytes("backgrounds/\(file)"))).isEmpty { mistaken += 1 }
    }
    #expect(files.count == 100 && mistaken <= 4)
  }

  /// Measures anew what `DlibFrontalDetector+Frame.swift` states, on every eighth photograph.
  @Test func frameConstantsAreTheMedians() throws {
    let matches = try Calibration.matches(every: 8, detector: detector)
    #expect(matches.count > 80)
    func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    let offsetX = median(matches.map { ($0.truth.centre.x - $0.box.centre.x) / $0.box.width })
    let offsetY = median(matches.map { ($0.truth.centre.y - $0.box.centre.y) / $0.box.width })
    let fraction = median(matches.map { $0.truth.eyeMouthDistance / $0.box.width })
    #expect(abs(offsetX - DlibFrontalDetector.centreOffset.x) < 0.015)
    #expect(abs(offsetY - DlibFrontalDetector.centreOffset.y) < 0.015)
    #expect(abs(fraction - DlibFrontalDetector.eyeMouthFraction) < 0.015)
    let shifts = matches.map { match in
      let frame = DlibFrontalDetector.frame(of: match.box)
      let (dx, dy) = (frame.centre.x - match.truth.centre.x, frame.centre.y - match.truth.centre.y)
      return (dx * dx + dy * dy) / (match.truth.eyeMouthDistance * match.truth.eyeMouthDistance)
    }
    let spread = (shifts.reduce(0, +) / Double(shifts.count)).squareRoot()
    #expect(spread < 0.16)
  }
}

/// Boxes found beside landmarks known.
enum Calibration {
  struct Match {
    var box: Box
    var truth: FaceFrame
  }

  /// Faces of at least 18 pixels from eyes to mouth, in every n-th photograph of `scenes.faces.csv`.
  static func matches(every step: Int, detector: DlibFrontalDetector) throws -> [Match] {
    let table = String(decoding: try FaceData.bytes("scenes.faces.csv"), as: UTF8.self)
    var faces: [String: [FaceFrame]] = [:]
    var files: [String] = []
    for line in table.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",")
      let numbers = fields.dropFirst().compactMap { Double($0) }
      let file = String(fields[0])
      if faces[file] == nil { files.append(file) }
      func point(_ index: Int) -> Point { Point(x: numbers[index], y: numbers[index + 1]) }
      let landmarks = Landmarks(
        rightEye: point(4), leftEye: point(6), nose: point(8), rightMouth: point(10), leftMouth: point(12))
      faces[file, default: []].append(FaceFrame(landmarks: landmarks))
    }
    var matches: [Match] = []
    for file in stride(from: 0, to: files.count, by: step).map({ files[$0] }) {
      let found = try detector.detect(ImageDecoder.decode(FaceData.bytes("scenes/\(file)")))
      for truth in faces[file]! where truth.eyeMouthDistance >= 18 {
        let near = found.first {
          abs($0.box.centre.x - truth.centre.x) < 0.35 * $0.box.width
            && abs($0.box.centre.y - truth.centre.y) < 0.35 * $0.box.width
            && (0.2...0.9).contains(truth.eyeMouthDistance / $0.box.width)
        }
        if let near { matches.append(Match(box: near.box, truth: truth)) }
      }
    }
    return matches
  }
}
