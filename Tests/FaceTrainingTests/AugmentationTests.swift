import FaceNet
import FaceTraining
import FaceTypes
import Images
import Testing

@Suite struct AugmentationTests {
  static let pixels = 112
  static let input = InputSpecification(height: 96, width: 96, cropSide: 3.0)

  /// A smooth picture whose left and right differ.
  static let picture: [UInt8] = (0..<pixels * pixels).flatMap { index -> [UInt8] in
    let (x, y) = (index % pixels, index / pixels)
    return [UInt8(2 * x), UInt8(2 * y), UInt8((x + 2 * y) * 255 / 336)]
  }

  static func recipe(_ change: (inout Recipe.Augmentation) -> Void = { _ in }) throws -> Recipe {
    var recipe = try Recipe(json: Array(RecipeTests.text.utf8))
    recipe.pictures.pixels = pixels
    recipe.augmentation.mirror = false
    recipe.augmentation.shift = 0
    recipe.augmentation.scale = 0
    recipe.augmentation.rotation = 0
    recipe.augmentation.contrast = 0
    recipe.augmentation.brightness = 0
    recipe.augmentation.blur = 0
    change(&recipe.augmentation)
    return recipe
  }

  /// Where the face is when nothing is known but the picture's side.
  static let square = FaceFrame(centre: Point(x: 56, y: 56), eyeMouthDistance: 112 / 3.7)

  static func planes(
    _ recipe: Recipe, seed: UInt64, frame: FaceFrame = square, input: InputSpecification = input
  ) -> [Float] {
    let augmenter = Augmenter(recipe: recipe, source: pixels, input: input)
    var random = RandomSource(seed: seed)
    return picture.withUnsafeBufferPointer { picture in
      [Float](unsafeUninitializedCapacity: 3 * input.height * input.width) { planes, initialised in
        planes.initialize(repeating: 0)
        augmenter.write(picture, frame: frame, to: planes, random: &random)
        initialised = planes.count
      }
    }
  }

  /// What the network is trained on is what it is later asked about: without changes, the crop of serving.
  @Test func withoutChangesItIsTheCropOfServing() throws {
    let turned = FaceFrame(centre: Point(x: 53, y: 58), eyeMouthDistance: 30, roll: 0.3)
    let upright = InputSpecification(height: 96, width: 96, cropSide: 2.4, cropRaise: 0.3, alignment: .upright)
    let tall = InputSpecification(height: 120, width: 96, cropSide: 3.0)
    let wide = InputSpecification(height: 60, width: 96, cropSide: 2.5)
    for (frame, input) in [(Self.square, Self.input), (turned, upright), (Self.square, tall), (turned, wide)] {
      let crop = input.crop(Image(width: Self.pixels, height: Self.pixels, pixels: Self.picture), frame)
      Self.expectAlike(Self.planes(try Self.recipe(), seed: 1, frame: frame, input: input), crop)
    }
  }

  static func expectAlike(_ planes: [Float], _ crop: Image) {
    for channel in 0..<3 {
      for index in 0..<crop.height * crop.width {
        let served = (Float(crop.pixels[3 * index + channel]) - 127.5) / 128
        #expect(abs(planes[channel * crop.height * crop.width + index] - served) <= 1.01 / 128)
      }
    }
  }

  @Test func aMirroredPictureIsTheOtherWayRound() throws {
    let plain = Self.planes(try Self.recipe(), seed: 1)
    let mirrored = try (0..<20).map { Self.planes(try Self.recipe { $0.mirror = true }, seed: UInt64($0)) }
    let turned = (0..<plain.count).map { (index: Int) -> Float in
      let column = index % 96
      return plain[index - column + 95 - column]
    }
    for planes in mirrored {
      let differences = [plain, turned].map { other in zip(planes, other).map { abs($0 - $1) }.max() ?? 1 }
      #expect(min(differences[0], differences[1]) < 1e-4)
      #expect(max(differences[0], differences[1]) > 0.1)
    }
    #expect(Set(mirrored.map { $0[0] > 0 }).count == 2 || mirrored.contains { $0 != mirrored[0] })
  }

  @Test func contrastAndBrightnessStayWithinTheRecipe() throws {
    let plain = Self.planes(try Self.recipe(), seed: 1)
    var (slopes, lifts): ([Float], [Float]) = ([], [])
    for seed in 0..<20 {
      let changed = Self.planes(
        try Self.recipe {
          $0.contrast = 0.25
          $0.brightness = 15
        }, seed: UInt64(seed))
      // A linear change: its slope between the darkest and the brightest value is the contrast.
      let (low, high) = (plain.indices.min { plain[$0] < plain[$1] }!, plain.indices.max { plain[$0] < plain[$1] }!)
      let slope = (changed[high] - changed[low]) / (plain[high] - plain[low])
      #expect((0.75...1.25).contains(slope))
      let middle = changed[low] - slope * plain[low]
      #expect(abs(middle) <= 15.0 / 128 + 1e-4)
      slopes.append(slope)
      lifts.append(middle)
    }
    // They take their whole range, both ways.
    #expect(slopes.min()! < 0.9 && slopes.max()! > 1.1)
    #expect(lifts.min()! < -5.0 / 128 && lifts.max()! > 5.0 / 128)
  }

  @Test func shiftsMoveThePictureAndStayInside() throws {
    let plain = Self.planes(try Self.recipe(), seed: 1)
    var moves: [Float] = []
    for seed in 0..<20 {
      let shifted = Self.planes(try Self.recipe { $0.shift = 3 }, seed: UInt64(seed))
      // Red rises by two a source pixel along a row: its change at the centre says the shift.
      let centre = 48 * 96 + 48
      let pixels = (shifted[centre] - plain[centre]) * 128 / 2 / Float(Double(Self.pixels) * 3.0 / 3.7 / 96)
      #expect(abs(pixels) <= 3.01)
      moves.append(pixels)
    }
    #expect(moves.min()! < -1 && moves.max()! > 1)
  }

  @Test func blurKeepsTheMeanAndSmooths() throws {
    let plain = Self.planes(try Self.recipe(), seed: 1)
    let blurred = Self.planes(try Self.recipe { $0.blur = 1 }, seed: 1)
    #expect(plain != blurred)
    // A smooth picture hardly changes.
    #expect((zip(plain, blurred).map { abs($0 - $1) }.max() ?? 1) < 0.02)
  }

  /// `light` takes the place of contrast, brightness and blur, and with nothing to do leaves the picture as it is.
  @Test func lightInPlaceOfContrast() throws {
    let nothing = Photometry(contrast: 0, brightness: 0, colour: 0, grey: 0, blur: 0, noise: 0, noiseLevel: 0)
    func planes(_ light: Photometry, seed: UInt64 = 1) throws -> [Float] {
      Self.planes(
        try Self.recipe {
          $0.light = light
          $0.contrast = 0.9
          $0.blur = 1
        }, seed: seed)
    }
    let plain = Self.planes(try Self.recipe(), seed: 1)
    #expect((zip(try planes(nothing), plain).map { abs($0 - $1) }.max() ?? 1) < 1e-5)
    var grey = nothing
    grey.grey = 1
    let colourless = try planes(grey)
    #expect(colourless[..<(96 * 96)] == colourless[(96 * 96)..<(2 * 96 * 96)] && colourless != plain)
    var bright = nothing
    bright.brightness = 15
    for seed in 0..<20 {
      // One number for the whole picture, of 15 at most; bytes end at 0 and 255.
      let changes = zip(try planes(bright, seed: UInt64(seed)), plain).map { abs($0 - $1) * 128 }
      #expect((changes.max() ?? 16) <= 15.001)
    }
    #expect(try planes(bright, seed: 3) != plain)
  }

  /// A rectangle of one colour, and everything else as it would be without: it is drawn after all that was there before.
  @Test func occlusionCoversARectangleAndNothingElse() throws {
    var areas: [Int] = []
    for seed in 0..<40 {
      let change = { (recipe: inout Recipe.Augmentation) in
        recipe.shift = 3
        recipe.contrast = 0.25
        recipe.blur = 0.5
      }
      let plain = Self.planes(try Self.recipe(change), seed: UInt64(seed))
      let covered = Self.planes(
        try Self.recipe {
          change(&$0)
          $0.occlusion = 1
        }, seed: UInt64(seed))
      let changed = (0..<96 * 96).filter { plain[$0] != covered[$0] }
      let (rows, columns) = (changed.map { $0 / 96 }, changed.map { $0 % 96 })
      let (top, bottom) = (try #require(rows.min()), try #require(rows.max()))
      let (left, right) = (try #require(columns.min()), try #require(columns.max()))
      for channel in 0..<3 {
        let inside = (top...bottom).flatMap { row in
          (left...right).map { covered[channel * 96 * 96 + row * 96 + $0] }
        }
        // A pixel may happen to have had the colour; all of the rectangle has it now.
        #expect(Set(inside).count == 1)
      }
      areas.append((bottom - top + 1) * (right - left + 1))
    }
    #expect(areas.allSatisfy { (150...2900).contains($0) })
    #expect(Set(areas).count > 20)
  }

  @Test func occlusionTakesItsShare() throws {
    let plain = Self.planes(try Self.recipe(), seed: 1)
    let covered = try (0..<100).count { seed in
      Self.planes(try Self.recipe { $0.occlusion = 0.3 }, seed: UInt64(seed)) != plain
    }
    #expect((15...45).contains(covered))
  }
}
