import FaceDetection
import FaceTypes
import Images
import Testing

@Suite(.enabled(if: FaceData.folder != nil, "skipped: no face data"))
struct RealPhotoTests {
  private let detector: FacedDetector

  init() throws { detector = try FacedDetector.shipped() }

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
}
