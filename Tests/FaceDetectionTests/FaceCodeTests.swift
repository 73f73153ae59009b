import FaceDetection
import FaceTypes
import Testing

@Suite struct FaceCodeTests {
  private static let box = Box(x: 30, y: 41.5, width: 27, height: 36)
  private static let landmarks = FaceTemplate.landmarks.map { Point(x: 44 + 14 * $0.x, y: 62 + 14 * $0.y) }

  @Test(arguments: [Point(x: 44, y: 60), Point(x: 4, y: 4), Point(x: 300.5, y: -12)])
  func whatIsWrittenIsRead(_ place: Point) {
    let numbers = [Float(3)] + FaceCode.encode(Self.box, Self.landmarks, from: place)
    #expect(numbers.count == FaceCode.channels)
    // A slice that begins elsewhere, as in a map.
    let map = [Float](repeating: 9, count: 4) + numbers
    let read = FaceCode.decode(map[4...], from: place)
    #expect(abs(read.box.x - Self.box.x) < 1e-3 && abs(read.box.y - Self.box.y) < 1e-3)
    #expect(abs(read.box.width - Self.box.width) < 1e-3 && abs(read.box.height - Self.box.height) < 1e-3)
    for (point, given) in zip(read.landmarks.points, Self.landmarks.points) {
      #expect(abs(point.x - given.x) < 1e-3 && abs(point.y - given.y) < 1e-3)
    }
  }

  @Test func wildNumbersStayBoxes() {
    let wild = [Float](repeating: 1e30, count: FaceCode.channels)
    let face = FaceCode.decode(wild[...], from: Point(x: 0, y: 0))
    #expect(face.box.width.isFinite && face.box.width > 0 && face.box.height.isFinite)
  }

  @Test func cellsLieInTheMiddleOfTheirPixels() {
    #expect(FaceCode.place(0) == 4 && FaceCode.place(3) == 28)
  }
}

@Suite struct OverlapTests {
  @Test func boxesOverlap() {
    let box = Box(x: 0, y: 0, width: 10, height: 10)
    #expect(box.overlap(box) == 1)
    #expect(box.overlap(Box(x: 10, y: 0, width: 10, height: 10)) == 0)
    #expect(box.overlap(Box(x: 30, y: 30, width: 1, height: 1)) == 0)
    #expect(abs(box.overlap(Box(x: 5, y: 0, width: 10, height: 10)) - 50.0 / 150) < 1e-12)
    #expect(box.intersection(Box(x: 2, y: 3, width: 4, height: 5)) == 20)
  }

  private static func face(_ box: Box, _ logit: Float) -> Candidate {
    Candidate(box: box, landmarks: FaceTemplate.landmarks, logit: logit)
  }

  @Test func theSurestOfAFaceStays() {
    let first = Self.face(Box(x: 0, y: 0, width: 20, height: 26), 1)
    let better = Self.face(Box(x: 2, y: 1, width: 20, height: 26), 3)
    let within = Self.face(Box(x: 6, y: 6, width: 9, height: 12), 2)
    let other = Self.face(Box(x: 40, y: 3, width: 18, height: 24), -1)
    let kept = Suppression.surest([first, better, within, other])
    #expect(kept.map(\.logit) == [3, -1])
    #expect(Suppression.surest([Candidate]()).isEmpty)
  }
}
