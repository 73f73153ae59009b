import FaceDetection
import FaceTypes
import Images
import SyntheticFaces
import Testing

@Suite struct TurnedSearchTests {
  private let search: TurnedSearch

  init() throws { search = TurnedSearch(try FacedDetector.shipped()) }

  private func photograph(_ identity: UInt64) -> Image {
    SyntheticFace(identity: identity).photograph(.snapshot(seed: identity + 500), side: 256)
  }

  /// A photograph that was turned is turned back, and what is found lies where it lay.
  @Test(arguments: [QuarterTurn.right, .over, .left])
  func photographsWithoutAMarkAreTurned(turn: QuarterTurn) throws {
    let back: QuarterTurn = turn == .right ? .left : turn == .left ? .right : .over
    var found = 0
    for identity in UInt64(12)..<20 {
      let upright = photograph(identity)
      guard let face = try search.detector.detect(upright).first else { continue }
      let finding = try search.search(upright.turned(back))
      guard finding.turn == turn, let same = finding.faces.first else { continue }
      found += 1
      #expect(finding.image == upright && same == face)
      let box = finding.turn.original(same.box, in: ReducedSize(finding.image))
      let centre = Point(x: box.x + box.width / 2, y: box.y + box.height / 2)
      // Mapping there and back is the identity.
      let again = back.original(centre, in: ReducedSize(upright.turned(back)))
      #expect(abs(again.x - face.box.x - face.box.width / 2) < 1e-6)
      #expect(abs(again.y - face.box.y - face.box.height / 2) < 1e-6)
    }
    #expect(found >= 5)
  }

  /// The corner of a picture that is wider than high.
  @Test func placesComeFromTheTurnedPicture() {
    let picture = Image(width: 30, height: 20, colour: Colour(1, 2, 3))
    let turned = picture.turned(.right)
    #expect(turned.width == 20 && turned.height == 30)
    // Turned clockwise, the bottom left corner is the top left one.
    #expect(QuarterTurn.right.original(Point(x: 0, y: 0), in: ReducedSize(turned)) == Point(x: 0, y: 20))
    #expect(QuarterTurn.left.original(Point(x: 0, y: 0), in: ReducedSize(picture.turned(.left))) == Point(x: 30, y: 0))
    #expect(QuarterTurn.over.original(Point(x: 0, y: 0), in: ReducedSize(picture.turned(.over))) == Point(x: 30, y: 20))
    #expect(
      QuarterTurn.right.original(Box(x: 0, y: 0, width: 5, height: 10), in: ReducedSize(turned))
        == Box(x: 0, y: 15, width: 10, height: 5))
  }

  @Test func uprightPhotographsStayAsTheyAre() throws {
    let finding = try search.search(photograph(12))
    #expect(finding.turn == .none && finding.faces.count == 1)
    let flat = try search.search(Image(width: 64, height: 48, colour: Colour(90, 90, 90)))
    #expect(flat.turn == .none && flat.faces.isEmpty)
  }

  /// A face of 88 pixels in a photograph of 27 megapixels, and the advice that is given says no more than that.
  @Test func smallFacesOfLargePhotographsAreFound() throws {
    let detector = try FacedDetector.shipped()
    var photo = Image(width: 6000, height: 4500, colour: Colour(120, 130, 140))
    var view = View()
    view.noise = 1
    let face = SyntheticFace(identity: 12)
    let whole = try #require(try detector.detect(face.photograph(view, side: 400)).first)
    let side = Int((400 * 88 / whole.box.width).rounded())
    photo.blit(face.photograph(view, side: side), x: 2000, y: 1500)
    let found = try detector.detect(photo)
    #expect(found.count == 1)
    let box = try #require(found.first).box
    #expect(abs(box.width - 88) < 18 && box.x > 2000 && box.y > 1500)
    #expect(detector.smallestFace(in: photo) <= 88)
    #expect(detector.smallestFace(in: Image(width: 640, height: 480, colour: Colour(0, 0, 0))) == 24)
  }
}
