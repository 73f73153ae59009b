import FaceDetection
import FaceNet
import FaceTypes
import Foundation
import Images
import SyntheticFaces
import Testing

/// The networks that faced ships, on drawn faces.
@Suite struct FacedDetectorTests {
  private let detector: FacedDetector

  init() throws { detector = try FacedDetector.shipped() }

  private func photograph(_ identity: UInt64, roll: Float? = nil, side: Int = 256) -> Image {
    var view = View.snapshot(seed: identity + 500)
    if let roll { view.roll = roll }
    return SyntheticFace(identity: identity).photograph(view, side: side)
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
      #expect(face.box.width > 0 && (0.5...1).contains(face.score) && abs(face.frame.roll) < 0.3)
      let landmarks = try #require(face.landmarks)
      #expect(face.frame == FaceFrame(fitting: landmarks))
      #expect(landmarks.rightEye.x < landmarks.leftEye.x && landmarks.leftEye.y < landmarks.leftMouth.y)
    }
    #expect(found >= 22)
  }

  /// The turn that the landmarks say is the one that the face was drawn with.
  @Test(arguments: [Float(-40), -20, 20, 40])
  func turnedFacesAreFoundAndTheirTurnIsKnown(_ roll: Float) throws {
    var found = 0
    for identity in UInt64(0)..<12 {
      guard let face = try detector.detect(photograph(identity, roll: roll)).first else { continue }
      found += 1
      #expect(abs(face.frame.roll * 180 / .pi - Double(roll)) < 9)
    }
    #expect(found >= 10)
  }

  /// A face that the edge cuts in half comes after a whole one, although its box, which goes on beyond the edge, is the
  /// larger. The picture beside it shows it whole, where it comes first.
  @Test func whatLiesBeyondTheEdgeDoesNotCount() throws {
    let (near, far) = (photograph(3, side: 256), photograph(7, side: 236))
    let both = Image.beside(near, far)
    let whole = try detector.detect(both)
    #expect(whole.count == 2 && whole[0].frame.centre.x < 256)
    let cut = both.from(column: 100)
    let halved = try detector.detect(cut)
    #expect(halved.count == 2 && halved[0].frame.centre.x > 156 && halved[1].box.x < 0)
    #expect(halved[1].box.area > halved[0].box.area)
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

  /// Faces of one photograph at sizes of several octaves, largest first, and in the photograph's own pixels whatever it
  /// is scaled to for the search.
  @Test func facesOfManySizes() throws {
    var found = 0
    for side in [64, 100, 170, 256, 400, 800, 1024] {
      let faces = try detector.detect(photograph(12, side: side))
      guard let face = faces.first else { continue }
      found += 1
      #expect(abs(face.frame.centre.x / Double(side) - 0.5) < 0.16)
      #expect((0.1...0.3).contains(face.frame.eyeMouthDistance / Double(side)))
    }
    #expect(found >= 6)
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
  }

  /// Both networks have their say: the aligner looks at more than the finder is sure of, and the sum decides.
  @Test func theAlignerTellsFacesFromWhatLooksLikeSome() throws {
    let photo = photograph(12)
    let all = try detector.faces(photo, candidates: -6, threshold: -.infinity)
    let settings = detector.finder.settings
    let taken = try detector.faces(photo, candidates: -6, threshold: settings.threshold)
    #expect(all.count > 1 && taken.count == 1)
    #expect(all.filter { $0.logit >= settings.threshold } == taken)
    // What the finder does not see the aligner is not asked about.
    #expect(try detector.faces(photo, candidates: 100, threshold: -.infinity).isEmpty)
  }

  /// A drawn ear that looks a little like a face is none where it is one's ear; a face that is sure stays, however near.
  @Test func whatLiesAtAHeadMustBeSure() throws {
    let photo = SyntheticFace(identity: 4).photograph(.snapshot(seed: 4001))
    let all = try detector.faces(photo, candidates: -2, threshold: -100)
    let head = try #require(all.max { $0.box.area < $1.box.area })
    let small = all.filter { $0.box.area < 0.25 * head.box.area }
    #expect(small.contains { abs($0.box.centre.x - head.box.centre.x) < head.box.width })
    #expect(try detector.detect(photo).count == 1)
    var two = photograph(12, side: 400)
    two.blit(photograph(3, side: 128), x: 0, y: 130)
    #expect(try detector.detect(two).count == 2)
  }

  /// What the finder takes for a large face and is none does not keep small faces from being searched for.
  @Test func whatIsNoFaceDoesNotEndTheSearch() throws {
    var photo = Image(width: 2600, height: 2000, colour: Colour(120, 130, 140))
    photo.blit(photograph(12, side: 900).turned(.over), x: 100, y: 100)
    photo.blit(photograph(3, side: 100), x: 2000, y: 1500)
    let found = try detector.finder.search(photo, threshold: detector.finder.settings.candidates)
    #expect(found.contains { $0.box.width > 100 })
    let faces = try detector.detect(photo, .largeFirst, roughBelow: 0)
    #expect(faces.count == 1 && faces[0].box.width < 70)
  }

  @Test func manyThreadsAtOnceAgree() async throws {
    let detector = self.detector
    let photos = (UInt64(12)..<16).map { photograph($0, side: 200 + 16 * Int($0)) }
    let expected = try photos.map { try detector.detect($0) }
    #expect(expected.contains { !$0.isEmpty })
    try await withThrowingTaskGroup(of: (Int, [Detection]).self) { group in
      for index in 0..<16 { group.addTask { (index % 4, try detector.detect(photos[index % 4])) } }
      for try await (index, faces) in group { #expect(faces == expected[index]) }
    }
  }

  @Test func filesOfTheOtherKindAreRefused() throws {
    let models = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../daemon/Models")
    let aligner = try NetworkFile(path: models.appending(path: "aligner.safetensors").path)
    #expect(throws: ModelFileError.self) { try FacedDetector(detector: aligner, aligner: aligner) }
    let file = try NetworkFile(path: models.appending(path: "detector.safetensors").path)
    #expect(throws: ModelFileError.self) { try FacedDetector(detector: file, aligner: file) }
    var headless = file
    headless.tensors.removeLast()
    #expect(throws: ModelFileError.self) { try FacedDetector(detector: headless, aligner: aligner) }
    var wrong = file
    wrong.settings = #"{"smallestFace":18,"largestFace":20,"candidates":0,"threshold":0,"measuredOn":""}"#
    #expect(throws: ModelFileError.self) { try FacedDetector(detector: wrong, aligner: aligner) }
  }
}

extension Image {
  /// Two pictures side by side; what the lower one leaves over is grey.
  fileprivate static func beside(_ left: Image, _ right: Image) -> Image {
    var pixels: [UInt8] = []
    for row in 0..<max(left.height, right.height) {
      for picture in [left, right] {
        let bytes = 3 * picture.width
        if row < picture.height {
          pixels += picture.pixels[row * bytes..<(row + 1) * bytes]
        } else {
          pixels += [UInt8](repeating: 120, count: bytes)
        }
      }
    }
    return Image(width: left.width + right.width, height: max(left.height, right.height), pixels: pixels)
  }

  /// The part from a column on.
  fileprivate func from(column: Int) -> Image {
    var rows: [UInt8] = []
    for row in 0..<height { rows += pixels[3 * (row * width + column)..<3 * (row + 1) * width] }
    return Image(width: width - column, height: height, pixels: rows)
  }
}

extension FacedDetector {
  /// The detector that the daemon uses.
  static func shipped() throws -> FacedDetector {
    let models = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../daemon/Models")
    return try FacedDetector(
      detector: NetworkFile(path: models.appending(path: "detector.safetensors").path),
      aligner: NetworkFile(path: models.appending(path: "aligner.safetensors").path))
  }
}
