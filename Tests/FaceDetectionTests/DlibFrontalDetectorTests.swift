import FaceDetection
import FaceTypes
import Images
import SyntheticFaces
import Testing

@Suite struct DlibFrontalDetectorTests {
  private let detector = DlibFrontalDetector()

  private func photograph(_ identity: UInt64, _ side: Int = 256) -> Image {
    SyntheticFace(identity: identity).photograph(.snapshot(seed: identity + 500), side: side)
  }

  @Test func findsDrawnFacesWhereTheyAre() throws {
    var found = 0
    for identity in UInt64(0)..<24 {
      let faces = try detector.detect(photograph(identity))
      #expect(faces.count <= 1)
      guard let face = faces.first else { continue }
      found += 1
      #expect(abs(face.frame.centre.x - 128) < 40 && abs(face.frame.centre.y - 140) < 45)
      #expect((30...75).contains(face.frame.eyeMouthDistance))
      #expect(face.box.width > 0 && face.score > 0 && face.landmarks == nil)
    }
    #expect(found >= 23)
  }

  @Test func findsNothingInFlatOrNoisyPictures() throws {
    var state: UInt64 = 1
    for (width, height) in [(1, 1), (1, 300), (300, 1), (200, 200), (333, 77)] {
      #expect(try detector.detect(Image(width: width, height: height, colour: Colour(90, 120, 150))).isEmpty)
      var noise: [UInt8] = []
      for _ in 0..<width * height * 3 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        noise.append(UInt8(state >> 56))
      }
      #expect(try detector.detect(Image(width: width, height: height, pixels: noise)).isEmpty)
    }
  }

  @Test func severalFacesComeLargestFirst() throws {
    var group = Image(width: 700, height: 300, colour: Colour(120, 130, 140))
    for (index, side) in [160, 300, 220].enumerated() {
      var view = View()
      view.noise = 1
      let face = SyntheticFace(identity: UInt64(12 + [0, 6, 19][index])).photograph(view, side: side)
      group.blit(face, x: [0, 170, 475][index], y: 0)
    }
    let faces = try detector.detect(group)
    #expect(faces.count == 3)
    #expect(zip(faces, faces.dropFirst()).allSatisfy { $0.box.area >= $1.box.area })
    let centres = faces.map(\.frame.centre.x)
    try #require(centres.count == 3)
    #expect((170...470).contains(centres[0]) && centres[1] > 475 && centres[2] < 170)
  }

  /// Boxes are in the photograph's own pixels, whether it was enlarged or shrunk for the search.
  @Test func boxesFollowThePhotographsScale() throws {
    let photo = photograph(12)
    let reference = try #require(try detector.detect(photo).first).box
    for scale in [0.5, 2, 8] {
      let side = Int(256 * scale)
      let box = try #require(try detector.detect(photo.resized(width: side, height: side)).first).box
      #expect(abs(box.centre.x / scale - reference.centre.x) < 12)
      #expect(abs(box.centre.y / scale - reference.centre.y) < 12)
      #expect((0.75...1.33).contains(box.width / scale / reference.width))
    }
  }

  @Test func theWorkingScaleIsBounded() {
    #expect(DlibFrontalDetector.scale(width: 100, height: 50) == 2)
    #expect(DlibFrontalDetector.scale(width: 512, height: 512) == 2)
    #expect(DlibFrontalDetector.scale(width: 1024, height: 300) == 1)
    #expect(DlibFrontalDetector.scale(width: 300, height: 4096) == 0.25)
  }

  @Test func manyThreadsAtOnceAgree() async throws {
    let detector = self.detector
    let photos = (UInt64(12)..<16).map { photograph($0) }
    let expected = try photos.map { try detector.detect($0) }
    #expect(expected.contains { !$0.isEmpty })
    try await withThrowingTaskGroup(of: (Int, [Detection]).self) { group in
      for index in 0..<16 { group.addTask { (index % 4, try detector.detect(photos[index % 4])) } }
      for try await (index, faces) in group { #expect(faces == expected[index]) }
    }
  }

  @Test func theFrameFollowsTheBox() {
    let frame = DlibFrontalDetector.frame(of: Box(x: 100, y: 50, width: 200, height: 200))
    #expect(frame.centre.x == 200 && abs(frame.centre.y - 149.6) < 1e-9)
    #expect(abs(frame.eyeMouthDistance - 87.8) < 1e-9)
  }

  @Test func aHigherThresholdFindsNoMore() throws {
    let photo = photograph(12)
    let strict = DlibFrontalDetector(threshold: 100)
    #expect(try strict.detect(photo).isEmpty)
    #expect(try !DlibFrontalDetector(threshold: -0.5).detect(photo).isEmpty)
  }
}
