import FaceDetection
import FaceNet
import FaceTraining
import FaceTypes
import Images
import Networks
import Testing

/// Learning to find landmarks, on pictures whose landmarks are spots of known colours.
@Suite struct AlignerTrainingTests {
  static let recipe = """
    {"name": "test", "seed": 4, "pictures": {"folders": ["train"], "side": 3.7, "pixels": 112, "validationShare": 0.1},
    "cropSide": 2.8, "passes": 2, "batch": 16,
    "optimisation": {"learningRate": 0.003, "warmUp": 2, "steps": 6, "weightDecay": 0.0005},
    "augmentation": {"shift": 0.12, "scale": 0.1, "rotation": 50, "uprightRotation": 8, "uprightShare": 0.5,
    "mirror": true, "coarse": 0, "fewestPixels": 16, "occlusion": 0, "cut": 0,
    "harm": {"occlusion": 0, "sideLight": 0, "gamma": 0, "lowResolution": 0, "blur": 0, "blurs": 2, "compression": 0},
    "light": {"contrast": 0, "brightness": 0, "colour": 0, "grey": 0, "blur": 0, "noise": 0, "noiseLevel": 0}},
    "others": {"photographs": {"scenes": "scenes", "backgrounds": "backgrounds", "validationShare": 0.1, "keptSets": []},
    "floor": -3, "most": 5, "scales": [1], "share": 0, "sceneShare": 0, "weight": 0.5}}
    """

  static let colours = [
    Colour(255, 0, 0), Colour(0, 255, 0), Colour(0, 0, 255), Colour(255, 255, 0), Colour(0, 255, 255),
  ]

  /// Squares with five spots, at landmarks that differ from square to square.
  static func pictures(_ count: Int) -> AlignerPictures {
    var bytes: [UInt8] = []
    var landmarks: [Landmarks] = []
    for index in 0..<count {
      let frame = FaceFrame(
        centre: Point(x: 55 + Double(index % 3), y: 56), eyeMouthDistance: 30, roll: 0.1 * Double(index % 5 - 2))
      let points = FaceTemplate.landmarks.map { frame.point(right: $0.x, down: $0.y) }
      var picture = Image(width: 112, height: 112, colour: Colour(40, 40, 40))
      for (point, colour) in zip(points.points, colours) {
        picture.fill(x: Int(point.x) - 3, y: Int(point.y) - 3, width: 7, height: 7, colour: colour)
      }
      bytes += picture.pixels
      landmarks.append(points)
    }
    return AlignerPictures(
      pixels: 112, bytes: bytes, landmarks: landmarks, training: Array(0..<count), validation: [0, 1], scenes: [2],
      others: [3, 4])
  }

  static func task(_ change: (inout AlignerRecipe) -> Void = { _ in }) throws -> AlignerTask {
    var recipe = try AlignerRecipe(json: Array(recipe.utf8))
    change(&recipe)
    return try AlignerTask(recipe, pictures: pictures(9))
  }

  /// Turned, shifted, scaled and mirrored: where a target says a landmark is, the crop has that landmark's spot. A
  /// mirrored face's right eye is what was its left.
  @Test func targetsAreWhereTheLandmarksWent() throws {
    let task = try Self.task()
    let batch = task.batch(step: 3)
    #expect(batch.count == 16)
    let side = task.definition.inputWidth
    let half = Double(side) / 2
    var mirrored = 0
    for index in 0..<batch.count {
      let targets = batch.targets[11 * index..<11 * index + 10].map { Double($0) }
      #expect(batch.targets[11 * index + 10] == 1)
      let points = (0..<5).map { Point(x: half * (1 + targets[2 * $0]), y: half * (1 + targets[2 * $0 + 1])) }
      // In its own frame a face's right eye lies left of the nose's line; in the picture mirrored or not.
      let seen = points.map { point in
        Self.nearest((0..<3).map { batch.pixels[((index * 3 + $0) * side + Int(point.y)) * side + Int(point.x)] })
      }
      #expect(seen == [0, 1, 2, 3, 4] || seen == [1, 0, 2, 4, 3], "crop \(index): \(seen)")
      if seen[0] == 1 { mirrored += 1 }
      // Right eye, left eye and mouth go round clockwise in every crop.
      let (eye, other, mouth) = (points[0], points[1], points[3])
      #expect((other.x - eye.x) * (mouth.y - eye.y) - (other.y - eye.y) * (mouth.x - eye.x) > 0)
    }
    #expect((1..<16).contains(mirrored))
  }

  private static func nearest(_ numbers: [Float]) -> Int {
    let bytes = numbers.map { $0 * 128 + 127.5 }
    return colours.indices.min { distance($0, bytes) < distance($1, bytes) } ?? -1
  }

  private static func distance(_ colour: Int, _ bytes: [Float]) -> Float {
    let (red, green, blue) = (Float(colours[colour].red), Float(colours[colour].green), Float(colours[colour].blue))
    return abs(bytes[0] - red) + abs(bytes[1] - green) + abs(bytes[2] - blue)
  }

  @Test func everyChangeStaysWithinItsRange() throws {
    let task = try Self.task { recipe in
      recipe.augmentation.coarse = 1
      recipe.augmentation.occlusion = 1
      recipe.augmentation.cut = 1
      recipe.augmentation.harm.occlusion = 1
      recipe.augmentation.harm.sideLight = 1
      recipe.augmentation.harm.compression = 1
      recipe.augmentation.light = Photometry(
        contrast: 0.4, brightness: 40, colour: 0.2, grey: 0.5, blur: 0.5, noise: 1, noiseLevel: 20)
    }
    let batch = try Self.task().batch(step: 0)
    let changed = task.batch(step: 0)
    #expect(changed.pixels.allSatisfy { (-1...1).contains($0) })
    #expect(changed.pixels != batch.pixels)
    // Light changes no landmark.
    #expect(changed.targets == batch.targets && changed.targets.count == 11 * batch.count)
    #expect(task.batch(step: 0).pixels == changed.pixels && task.batch(step: 1).pixels != changed.pixels)
  }

  /// In their share crops show no face, and of the others a part is from photographs.
  @Test func whatIsNoFaceComesInItsShare() throws {
    let batch = try Self.task { $0.others.share = 0.5 }.batch(step: 2)
    let faces = (0..<batch.count).count { batch.targets[11 * $0 + 10] == 1 }
    #expect((4...12).contains(faces))
  }

  /// Landmarks of what is no face count nothing; whether there is one counts for all.
  @Test func theLossHasItsGradient() throws {
    let task = try Self.task()
    var targets = (0..<33).map { Float($0) / 40 }
    (targets[10], targets[21], targets[32]) = (1, 0, 1)
    let batch = TaskBatch(pixels: [], count: 3, targets: targets)
    let outputs = (0..<33).map { Float(($0 * 7) % 20) / 38 }
    let loss = task.loss(outputs, batch)
    #expect(loss.gradient[11..<21].allSatisfy { $0 == 0 })
    #expect(loss.gradient[10] < 0 && loss.gradient[21] > 0 && loss.gradient[32] < 0)
    for index in outputs.indices {
      var (above, below) = (outputs, outputs)
      above[index] += 1e-3
      below[index] -= 1e-3
      let slope = (task.loss(above, batch).value - task.loss(below, batch).value) / 2e-3
      #expect(abs(slope - loss.gradient[index]) < 0.02, "output \(index)")
    }
  }

  /// A run that was stopped and resumed ends with the very weights of one that was not.
  @Test func aResumedRunEndsTheSame() async throws {
    let folders = try (0..<2).map { _ in try TrainerTests.folder() }
    let whole = try TaskTrainer(try Self.task(), folder: folders[0], resume: false)
    try await whole.run()
    let first = try TaskTrainer(try Self.task(), folder: folders[1], resume: false)
    try await first.run(until: 2)
    let second = try TaskTrainer(try Self.task(), folder: folders[1], resume: true)
    #expect(second.step == 2)
    var losses: [Float] = []
    try await second.run { losses.append($0.loss) }
    #expect(second.step == 6 && losses.count == 4)
    let files = try folders.map { try AlignerTask.export(checkpoint: Checkpoint.path(in: $0)) }
    #expect(try files[0].bytes() == files[1].bytes())
    #expect(files[0].kind == .aligner)
    // Another recipe does not go on from it; one with more steps does.
    #expect(throws: TrainingError.self) {
      try TaskTrainer(try Self.task { $0.cropSide = 3 }, folder: folders[1], resume: true)
    }
    _ = try TaskTrainer(try Self.task { $0.optimisation.steps = 9 }, folder: folders[1], resume: true)
    // What was trained runs.
    let aligner = try Aligner(files[0])
    let picture = Image(width: 80, height: 60, colour: Colour(1, 2, 3))
    let frame = FaceFrame(centre: Point(x: 40, y: 30), eyeMouthDistance: 12, roll: 1)
    let found = try aligner.face(picture, near: frame, passes: 2)
    #expect(found.landmarks.points.allSatisfy { $0.x.isFinite && $0.y.isFinite } && found.logit.isFinite)
  }

  @Test func recipesSayWhatIsWrong() {
    for (from, to) in [
      (#""batch": 16"#, #""batch": 1"#), (#""cropSide": 2.8"#, #""cropSide": 0"#), (#""passes": 2,"#, ""),
      (#""learningRate": 0.003"#, #""learningRate": 0"#), (#""contrast": 0"#, #""contrast": 2"#),
      (#""cut": 0"#, #""cut": 2"#), (#""share": 0"#, #""share": 1"#), (#""scales": [1]"#, #""scales": []"#),
    ] {
      let text = Self.recipe.replacing(from, with: to)
      #expect(text != Self.recipe)
      #expect(throws: TrainingError.self) { try AlignerRecipe(json: Array(text.utf8)) }
    }
  }
}
