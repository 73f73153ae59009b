import FaceDetection
import FaceNet
import FaceTraining
import FaceTypes
import Foundation
import Images
import Networks
import Testing

/// Learning to find faces, on photographs whose faces have spots of known colours for landmarks.
@Suite struct DetectorTrainingTests {
  static let recipe = """
    {"name": "test", "seed": 4, "pictures": {"scenes": "scenes", "backgrounds": "backgrounds", "faces": ["train"],
    "side": 3.7, "pixels": 112, "every": 1, "validationShare": 0.15, "keptSets": []},
    "crops": {"pixels": 160, "faceShare": 0.35, "tightShare": 0.15, "sceneShare": 0.1, "pasteShare": 0.3,
    "crowdShare": 0.3, "hardShare": 0.3, "rotation": 50,
    "uprightRotation": 8, "uprightShare": 0.5, "enlargement": 1.5,
    "harm": {"occlusion": 0, "sideLight": 0, "gamma": 0, "lowResolution": 0, "blur": 0, "blurs": 1, "compression": 0},
    "light": {"contrast": 0, "brightness": 0, "colour": 0, "grey": 0, "blur": 0, "noise": 0, "noiseLevel": 0}},
    "sizes": {"smallest": 18, "largest": 50, "ignoredFrom": 0, "ignoredTo": 70, "unverified": 12},
    "batch": 16, "focus": 2, "placeWeight": 0.1,
    "optimisation": {"learningRate": 0.003, "warmUp": 2, "steps": 3, "weightDecay": 0.0005}}
    """

  /// A dark picture with one face of red eyes and a green mouth, as large as its frame says.
  static func drawn(_ frame: FaceFrame, width: Int, height: Int) -> (picture: Image, landmarks: Landmarks) {
    let landmarks = FaceTemplate.landmarks.map { frame.point(right: $0.x, down: $0.y) }
    var picture = Image(width: width, height: height, colour: Colour(20, 20, 60))
    let spot = max(3, Int(frame.eyeMouthDistance * 0.36))
    for (index, point) in landmarks.points.enumerated() where index != 2 {
      picture.fill(
        x: Int(point.x) - spot / 2, y: Int(point.y) - spot / 2, width: spot, height: spot,
        colour: index < 2 ? Colour(255, 0, 0) : Colour(0, 255, 0))
    }
    return (picture, landmarks)
  }

  static func data() -> DetectorPictures {
    let scenes = (0..<4).map { index -> (picture: Image, faces: [SceneFace]) in
      let frame = FaceFrame(
        centre: Point(x: 120 + 10 * Double(index), y: 110), eyeMouthDistance: 16 + 9 * Double(index))
      let (picture, landmarks) = drawn(frame, width: 320, height: 240)
      let em = frame.eyeMouthDistance
      let box = Box(x: frame.centre.x - em, y: frame.centre.y - 1.53 * em, width: 2 * em, height: 2.71 * em)
      return (picture, [SceneFace(box: box, landmarks: landmarks)])
    }
    let squares = (0..<3).map { index in
      drawn(
        FaceFrame(centre: Point(x: 56, y: 56), eyeMouthDistance: 30, roll: 0.1 * Double(index)), width: 112, height: 112
      )
    }
    return DetectorPictures(
      scenes: scenes, backgrounds: [Image(width: 300, height: 200, colour: Colour(20, 20, 60))], squares: squares)
  }

  static func task(_ change: (inout DetectorRecipe) -> Void = { _ in }) throws -> DetectorTask {
    var recipe = try DetectorRecipe(json: Array(recipe.utf8))
    change(&recipe)
    return try DetectorTask(recipe, data: data())
  }

  /// Cut out, turned, mirrored or pasted: where a target says an eye or a mouth corner is, the crop has its colour, and
  /// the box lies about them.
  @Test func targetsAreWhereTheFacesWent() throws {
    let task = try Self.task()
    var faces = 0
    for step in 0..<2 {
      let batch = task.batch(step: step)
      #expect(batch.targets.count == 16 * 400 * FaceCode.channels)
      for cell in 0..<16 * 400 {
        let numbers = batch.targets[cell * FaceCode.channels..<(cell + 1) * FaceCode.channels]
        #expect([-1, 0, 1].contains(numbers[numbers.startIndex]))
        guard numbers[numbers.startIndex] == 1 else { continue }
        faces += 1
        let place = Point(x: FaceCode.place(cell % 400 % 20), y: FaceCode.place(cell % 400 / 20))
        let face = FaceCode.decode(numbers, from: place)
        #expect((17...51).contains(face.box.area.squareRoot()))
        #expect(abs(face.box.centre.x - place.x) < 30 && abs(face.box.centre.y - place.y) < 30)
        for (index, point) in face.landmarks.points.enumerated() where index != 2 {
          #expect((face.box.x - 1...face.box.x + face.box.width + 1).contains(point.x))
          #expect((face.box.y - 1...face.box.y + face.box.height + 1).contains(point.y))
          guard (0..<160).contains(point.x), (0..<160).contains(point.y) else { continue }
          let colour = (0..<3).map { channel in
            batch.pixels[((cell / 400 * 3 + channel) * 160 + Int(point.y)) * 160 + Int(point.x)]
          }
          let (strong, weak) = index < 2 ? (colour[0], colour[1]) : (colour[1], colour[0])
          #expect(strong > weak + 0.4, "step \(step), cell \(cell), point \(index): \(colour)")
        }
      }
    }
    #expect(faces > 20)
  }

  /// A picture that ends close about a face: the cut lies where it should, and beyond it is what the cut says.
  @Test func cutCropsEndWhereTheySay() throws {
    let task = try Self.task { recipe in
      (recipe.crops.faceShare, recipe.crops.tightShare) = (0, 0.99)
      (recipe.crops.sceneShare, recipe.crops.pasteShare) = (0, 0)
    }
    let batch = task.batch(step: 0)
    var ofOneValue = 0
    for crop in 0..<16 {
      let corner = 160 * 160 - 1
      let last = (0..<3).map { batch.pixels[(crop * 3 + $0) * 160 * 160 + corner] }
      // The pictures are blue: one value in all channels is the cut's.
      if last[0] == last[1], last[1] == last[2], [-127.5 / 128, 0, 127.5 / 128].contains(last[0]) { ofOneValue += 1 }
      #expect((0..<400).contains { batch.targets[(crop * 400 + $0) * FaceCode.channels] == 1 })
    }
    #expect((2...14).contains(ofOneValue))
  }

  /// Harm changes pictures and leaves what is to be found as it is.
  @Test func harmIsDoneInItsShare() throws {
    let whole = try Self.task().batch(step: 1)
    for change: @Sendable (inout Harm) -> Void in [
      { $0.occlusion = 1 }, { $0.sideLight = 1 }, { $0.gamma = 1 }, { $0.lowResolution = 1 }, { $0.blur = 1 },
      { $0.compression = 1 },
    ] {
      let harmed = try Self.task { change(&$0.crops.harm) }.batch(step: 1)
      #expect(harmed.pixels != whole.pixels)
      #expect(harmed.pixels.allSatisfy { $0.isFinite && abs($0) <= 1 })
      #expect(harmed.targets == whole.targets)
    }
  }

  /// Sets that are kept as a whole are no part of what is trained on, and are told apart when measured.
  @Test func setsAreKeptAsAWhole() throws {
    let folder = try TrainerTests.folder()
    let jpeg = try Image(width: 64, height: 48, colour: Colour(20, 20, 60)).encodeJPEG(quality: 90)
    var table = "file,x,y,w,h,a,b,c,d,e,f,g,h,i,j\n"
    for path in ["scenes", "scenes/a", "scenes/b", "backgrounds", "backgrounds/hard"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(path)", withIntermediateDirectories: true)
    }
    for set in ["a", "b"] {
      for number in 0..<20 {
        try Data(jpeg).write(to: URL(filePath: "\(folder)/scenes/\(set)/\(number).jpg"))
        table += "\(set)/\(number).jpg,10,10,20,27,15,17,25,17,20,22,16,30,24,30\n"
      }
    }
    for path in ["backgrounds/1.jpg", "backgrounds/hard/1.jpg"] {
      try Data(jpeg).write(to: URL(filePath: "\(folder)/\(path)"))
    }
    try Data(table.utf8).write(to: URL(filePath: "\(folder)/scenes.faces.csv"))
    var recipe = try DetectorRecipe(json: Array(Self.recipe.utf8))
    recipe.pictures.keptSets = ["b"]
    let photographs = try Photographs(folder: folder, recipe.pictures.photographs)
    let other = photographs.scenes.filter(\.isOfOtherSource)
    #expect(other.count == 20 && other.allSatisfy { $0.isKept && $0.path.contains("/b/") })
    #expect(photographs.scenes.contains { !$0.isKept })
    let report = try DetectorEvaluation.run("none", on: photographs, smallest: 10, rate: 0.05, sources: .other) { _ in
      []
    }
    #expect(report.faces == 20 && report.recall == 0)
  }

  @Test func onlyFacesOfTheRightSizeAreToBeFound() throws {
    // Every face of the photographs is too small to be verified, and nothing is pasted.
    let task = try Self.task { recipe in
      recipe.sizes.unverified = 1000
      recipe.crops.pasteShare = 0
      recipe.crops.faceShare = 0.8
      recipe.crops.tightShare = 0
    }
    let labels = stride(from: 0, to: 16 * 400 * FaceCode.channels, by: FaceCode.channels)
    let batch = task.batch(step: 0)
    #expect(labels.allSatisfy { batch.targets[$0] <= 0 })
    #expect(labels.contains { batch.targets[$0] == -1 })
  }

  @Test func theLossHasItsGradient() throws {
    let task = try Self.task()
    // Four cells: a face, none, one left out, another face.
    var targets = [Float](repeating: 0, count: 4 * FaceCode.channels)
    for (cell, label) in [Float(1), 0, -1, 1].enumerated() {
      targets[cell * FaceCode.channels] = label
      for channel in 1..<FaceCode.channels where label == 1 {
        targets[cell * FaceCode.channels + channel] = Float((channel * 5 + cell) % 11) / 8 - 0.6
      }
    }
    let outputs = targets.indices.map { Float(($0 * 13) % 29) / 9 - 1.5 }
    let batch = TaskBatch(pixels: [], count: 1, targets: targets)
    for focus in [Float(0), 1.5, 2] {
      let task = try Self.task { $0.focus = focus }
      let loss = task.loss(outputs, batch)
      for index in outputs.indices {
        var (above, below) = (outputs, outputs)
        above[index] += 1e-2
        below[index] -= 1e-2
        let slope = (task.loss(above, batch).value - task.loss(below, batch).value) / 2e-2
        #expect(abs(slope - loss.gradient[index]) < 2e-3, "focus \(focus), output \(index)")
      }
      #expect(loss.gradient[2 * FaceCode.channels..<3 * FaceCode.channels].allSatisfy { $0 == 0 })
    }
    // Very sure and very wrong is finite.
    let wild = task.loss([Float](repeating: 80, count: outputs.count), batch)
    #expect(wild.value.isFinite && wild.gradient.allSatisfy { $0.isFinite })
  }

  /// A few steps, a file, and a detector that runs on photographs of any size.
  @Test func whatIsTrainedRuns() async throws {
    let folder = try TrainerTests.folder()
    let trainer = try TaskTrainer(try Self.task { $0.batch = 4 }, folder: folder, resume: false)
    try await trainer.run()
    let file = try DetectorTask.export(checkpoint: Checkpoint.path(in: folder))
    let finder = try PyramidDetector(NetworkFile(bytes: file.bytes()))
    #expect(finder.settings.smallestFace == 18 && finder.settings.largestFace == 50)
    for (width, height) in [(1, 1), (33, 200), (320, 240), (1500, 90)] {
      let photo = Image(width: width, height: height, colour: Colour(20, 20, 60))
      // Every cell whose place lies in the picture is a candidate; suppression leaves some of them.
      let all = try finder.search(photo, threshold: -.infinity)
      #expect(width < 5 || !all.isEmpty)
      #expect(try finder.search(photo, threshold: .infinity).isEmpty)
    }
  }
}

@Suite struct DetectorScoresTests {
  private static func face(_ x: Double, _ size: Double) -> SceneFace {
    SceneFace(box: Box(x: x, y: 0, width: size, height: size), landmarks: FaceTemplate.landmarks)
  }

  private static func found(_ x: Double, _ size: Double, _ score: Double) -> DetectorScores.Found {
    .init(box: Box(x: x, y: 0, width: size, height: size), score: score)
  }

  @Test func recallAndFalseBoxesFollowTheThreshold() {
    var scores = DetectorScores()
    // Two faces, one found twice, and a small one that does not count but is found.
    scores.add(
      [Self.found(1, 30, 3), Self.found(0, 29, 2), Self.found(200, 10, 5), Self.found(300, 30, 4)],
      faces: [Self.face(0, 30), Self.face(100, 30), Self.face(200, 10)]
    ) { $0.size >= 24 }
    scores.add([Self.found(50, 30, 1), Self.found(90, 30, 2.5)], faces: []) { _ in true }
    scores.add([], faces: []) { _ in true }
    #expect(scores.faces.count == 2 && scores.backgrounds == 2)
    #expect(scores.recall(at: 3) == 0.5 && scores.recall(at: 3.1) == 0)
    #expect(scores.falseBoxes(at: 1) == 2 && scores.falseBoxes(at: 2) == 1)
    #expect(scores.strayBoxes(at: 0) == 1)
    // None allowed: just above the surest false box. One: just above the other.
    #expect(scores.threshold(falseBoxesPerBackground: 0.1) > 2.5)
    let threshold = scores.threshold(falseBoxesPerBackground: 0.5)
    #expect(threshold > 1 && threshold <= 2.5 && scores.falseBoxes(at: threshold) == 1)
  }

  /// A turned photograph's faces are where the tables say.
  @Test func facesTurnWithTheirPhotograph() {
    let frame = FaceFrame(centre: Point(x: 90, y: 70), eyeMouthDistance: 26)
    let (picture, landmarks) = DetectorTrainingTests.drawn(frame, width: 200, height: 140)
    let face = SceneFace(box: Box(x: 64, y: 30, width: 52, height: 70), landmarks: landmarks)
    let (turned, faces) = DetectorEvaluation.turned(picture, [face], degrees: 30)
    #expect(turned.width == turned.height)
    for (index, point) in faces[0].landmarks.points.enumerated() where index != 2 {
      let colour = turned[Int(point.x), Int(point.y)]
      #expect(index < 2 ? colour.red > 200 : colour.green > 200)
    }
    // Clockwise as seen: the line between the eyes goes down to the right.
    #expect(faces[0].landmarks.leftEye.y > faces[0].landmarks.rightEye.y + 5)
  }

  @Test func whatIsKeptIsDecidedByTheName() {
    let names = (0..<10_000).map { "set/\($0).jpg" }
    let kept = names.filter { HeldOut.contains($0, share: 0.15) }
    #expect((1350...1650).contains(kept.count))
    #expect(kept.allSatisfy { HeldOut.contains($0, share: 0.3) })
    #expect(names.allSatisfy { !HeldOut.contains($0, share: 0) })
  }

  @Test func tablesOfFacesAreRead() throws {
    let text = "file,x,y,width,height,a,b,c,d,e,f,g,h,i,j,score\na/1.jpg,1,2,3,4,5,6,7,8,9,10,11,12,13,14,0.9\r\n"
    let table = try SceneTable(csv: Array((text + "a/1.jpg,9,9,9,9,5,6,7,8,9,10,11,12,13,14\n").utf8), name: "t")
    let faces = try #require(table.faces["a/1.jpg"])
    #expect(faces.count == 2 && faces[0].box == Box(x: 1, y: 2, width: 3, height: 4))
    #expect(faces[0].landmarks.leftMouth == Point(x: 13, y: 14))
    for wrong in ["a,1,2,0,4,5,6,7,8,9,10,11,12,13,14", "a,1,2", ",1,2,3,4,5,6,7,8,9,10,11,12,13,14"] {
      #expect(throws: TrainingError.self) { try SceneTable(csv: Array("h\n\(wrong)\n".utf8), name: "t") }
    }
  }
}
