import FaceDetection
import FaceEngine
import FaceNet
import FaceTypes
import Images
import SyntheticFaces
import Testing

/// Photographs that are searched at a part of their size, against the same searched whole.
@Suite struct LargePhotographTests {
  private let detector: FacedDetector
  private let embedder: Embedder

  init() throws {
    detector = try FacedDetector(
      detector: NetworkFile(path: EngineHarness.model("detector")),
      aligner: NetworkFile(path: EngineHarness.model("aligner")))
    embedder = try Embedder(try ModelFile(path: EngineHarness.model("previous")))
  }

  private func run(
    _ bytes: [UInt8], isWhole: Bool = false, from minimum: MinimumFace? = nil
  ) throws -> PhotoStages.Run {
    try PhotoStages(detector: detector, embedder: embedder, isWhole: isWhole).run(bytes, from: minimum)
  }

  /// A photograph with faces at these places, each so many pixels wide.
  private func photograph(
    width: Int, height: Int, _ faces: [(identity: UInt64, x: Int, y: Int, width: Int)]
  ) -> Image {
    var photo = Image(width: width, height: height, colour: Colour(120, 130, 140))
    for face in faces {
      // About 0.4 of a drawn picture is the face.
      let side = face.width * 5 / 2
      let drawn = SyntheticFace(identity: face.identity).photograph(View(), side: min(side, 1024))
      photo.blit(drawn.resized(width: side, height: side), x: face.x, y: face.y)
    }
    return photo
  }

  /// - Parameter share: of a box's width that its edges may be off by; a pixel at least.
  private func expectSame(
    _ run: PhotoStages.Run, _ whole: PhotoStages.Run, within distance: Float, share: Double = 0
  ) throws {
    try #require(run.boxes.count == whole.boxes.count)
    for (number, box) in whole.boxes.enumerated() {
      let centre = box.centre
      let nearest = try #require(
        run.boxes.indices.min {
          abs(run.boxes[$0].centre.x - centre.x) + abs(run.boxes[$0].centre.y - centre.y)
            < abs(run.boxes[$1].centre.x - centre.x) + abs(run.boxes[$1].centre.y - centre.y)
        })
      let other = run.boxes[nearest]
      let most = max(1, share * box.width)
      #expect(abs(other.x - box.x) <= most && abs(other.y - box.y) <= most)
      #expect(abs(other.x + other.width - box.x - box.width) <= most)
      #expect(abs(other.y + other.height - box.y - box.height) <= most)
      #expect(whole.embeddings[number].squaredDistance(to: run.embeddings[nearest]) <= distance)
    }
  }

  private func threeFaces(width: Int, height: Int) -> Image {
    photograph(width: width, height: height, [(1, 300, 200, 210), (2, 1200, 300, 480), (3, 2400, 400, 620)])
  }

  /// Of 5 %, 12 % and 15 % of the longer side.
  @Test(arguments: JPEGLayout.allCases)
  func facesStayWhereTheyAre(layout: JPEGLayout) throws {
    let bytes = try threeFaces(width: 4000, height: 3000).encodeJPEG(quality: 92, layout: layout)
    let (run, whole) = (try run(bytes), try run(bytes, isWhole: true))
    #expect(run.pixels == 2000 * 1500 && whole.pixels == 4000 * 3000 && whole.boxes.count == 3)
    try expectSame(run, whole, within: 0.02)
  }

  /// Odd sides put the reduced picture's pixels elsewhere in the smaller ones that are searched.
  @Test func facesStayInPhotographsOfOddSides() throws {
    let bytes = try threeFaces(width: 4001, height: 2999).encodeJPEG(quality: 92, layout: .halfColour)
    try expectSame(try run(bytes), try run(bytes, isWhole: true), within: 0.04, share: 0.01)
  }

  /// Such faces are read at full size.
  @Test func smallFacesAreFoundWhereThereAreNoLargeOnes() throws {
    let photo = photograph(width: 4000, height: 3000, [(4, 3300, 2300, 90), (5, 200, 2200, 100)])
    let bytes = try photo.encodeJPEG(quality: 92, layout: .halfColour)
    let whole = try run(bytes, isWhole: true)
    #expect(whole.boxes.count == 2)
    try expectSame(try run(bytes), whole, within: 0.1, share: 0.1)
  }

  /// Lying without saying so: places are told in the photograph as it lies.
  @Test(arguments: [QuarterTurn.left, .right, .over])
  func turnedPhotographsTellPlacesOfTheUprightOne(turn: QuarterTurn) throws {
    let upright = photograph(width: 2999, height: 4001, [(6, 400, 500, 300), (9, 1500, 2500, 60)])
    let bytes = try upright.turned(turn).encodeJPEG(quality: 92)
    try expectSame(try run(bytes), try run(bytes, isWhole: true), within: 0.1, share: 0.1)
  }

  @Test func smallerFacesThanAskedForAreLeftOut() throws {
    let photo = photograph(width: 2000, height: 1500, [(7, 100, 100, 60), (8, 900, 300, 300)])
    let bytes = try photo.encodeJPEG(quality: 92)
    #expect(try run(bytes).boxes.count == 2)
    #expect(try run(bytes, from: .pixels(40)).boxes.count == 2)
    for minimum in [MinimumFace.pixels(150), .share(0.1)] {
      let found = try run(bytes, from: minimum)
      #expect(found.boxes.count == 1 && found.boxes[0].width > 200)
    }
    #expect(try run(bytes, from: .share(0.5)).boxes.isEmpty)
  }

  @Test func aMinimumIsReadAsPeopleWriteIt() {
    #expect(
      MinimumFace("80") == .pixels(80) && MinimumFace("5%") == .share(0.05) && MinimumFace("0.5%") == .share(0.005))
    for text in ["", "0", "-3", "0%", "100%", "5 px", "%", "nan%", "1.5"] { #expect(MinimumFace(text) == nil) }
  }
}
