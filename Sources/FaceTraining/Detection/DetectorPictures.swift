internal import FaceNet
package import FaceTypes
package import Images

/// Everything that a detector is trained on, decoded once: photographs with and without faces, and squares about faces.
package struct DetectorPictures: Sendable {
  var pictures = MipPictures()
  /// Per picture its faces.
  var faces: [[SceneFace]] = []
  /// Places of photographs with faces, of those without, and of the harder ones among the latter.
  var scenes: [Int] = []
  var backgrounds: [Int] = []
  var hard: [Int] = []
  /// Faces that can be made a size that the network should find: picture and number.
  var targets: [(picture: Int, face: Int)] = []
  /// Places of squares, each with one face.
  var squares: [Int] = []

  /// - Parameters:
  ///   - scenes: photographs with their faces.
  ///   - backgrounds: photographs without any; they count as hard ones too.
  ///   - squares: about one face each, with its landmarks.
  package init(
    scenes: [(picture: Image, faces: [SceneFace])], backgrounds: [Image],
    squares: [(picture: Image, landmarks: Landmarks)]
  ) {
    for scene in scenes {
      self.scenes.append(pictures.count)
      for number in scene.faces.indices { targets.append((pictures.count, number)) }
      append(scene.picture, scene.faces)
    }
    for picture in backgrounds {
      self.backgrounds.append(pictures.count)
      append(picture, [])
    }
    hard = self.backgrounds
    for square in squares {
      self.squares.append(pictures.count)
      append(
        square.picture,
        [SceneFace(box: FaceBox.of(FaceFrame(fitting: square.landmarks)), landmarks: square.landmarks)])
    }
  }

  package init(
    folder: String, recipe: DetectorRecipe, progress: (String) -> Void = { _ in }
  ) throws(TrainingError) {
    let plan = recipe.pictures
    let photographs = try Photographs(folder: folder, recipe: recipe)
    for entry in photographs.scenes where !entry.isKept {
      scenes.append(pictures.count)
      for (number, face) in entry.faces.enumerated()
      where face.size >= max(recipe.sizes.unverified, recipe.sizes.smallest / recipe.crops.enlargement) {
        targets.append((pictures.count, number))
      }
      append(try PictureReader.decode(entry.path), entry.faces)
    }
    for entry in photographs.backgrounds where !entry.isKept {
      if entry.isHard { hard.append(pictures.count) } else { backgrounds.append(pictures.count) }
      append(try PictureReader.decode(entry.path), [])
    }
    progress("\(scenes.count) photographs with faces, \(backgrounds.count) + \(hard.count) without")
    for name in plan.faces {
      let table = try LandmarkTable(path: "\(folder)/\(name).landmarks.csv")
      for row in stride(from: 0, to: table.files.count, by: plan.every) {
        let read = try PictureReader.read(
          "\(folder)/\(name)/\(table.files[row])", landmarks: table.landmarks[row], side: plan.side,
          pixels: plan.pixels)
        guard let landmarks = read.landmarks else { continue }
        squares.append(pictures.count)
        append(read.picture, [SceneFace(box: FaceBox.of(FaceFrame(fitting: landmarks)), landmarks: landmarks)])
      }
      progress("\(squares.count) squares read")
    }
    guard !scenes.isEmpty, !targets.isEmpty, !backgrounds.isEmpty, !hard.isEmpty, !squares.isEmpty else {
      throw TrainingError(.badData, "'\(folder)' lacks photographs with faces, without faces, hard ones or squares")
    }
  }

  mutating func append(_ picture: Image, _ faces: [SceneFace]) {
    pictures.append(picture)
    self.faces.append(faces)
  }
}

/// The photographs that a detector's recipe names, and which of them are kept from training.
package struct Photographs: Sendable {
  package struct Entry: Sendable {
    package var path: String
    package var faces: [SceneFace]
    package var isHard: Bool
    package var isKept: Bool
  }

  package private(set) var scenes: [Entry] = []
  package private(set) var backgrounds: [Entry] = []

  package init(folder: String, recipe: DetectorRecipe) throws(TrainingError) {
    let plan = recipe.pictures
    let table = try SceneTable(path: "\(folder)/\(plan.scenes).faces.csv")
    for file in try Folder.pictures("\(folder)/\(plan.scenes)") {
      scenes.append(
        Entry(
          path: "\(folder)/\(plan.scenes)/\(file)", faces: table.faces[file] ?? [], isHard: false,
          isKept: HeldOut.contains(file, share: plan.validationShare)))
    }
    let path = "\(folder)/\(plan.backgrounds)"
    for file in try Folder.names(path) where file.hasSuffix(".jpg") || file.hasSuffix(".png") {
      backgrounds.append(
        Entry(
          path: "\(path)/\(file)", faces: [], isHard: false,
          isKept: HeldOut.contains(file, share: plan.validationShare)))
    }
    for file in try Folder.pictures(path) where file.hasPrefix("hard/") {
      backgrounds.append(
        Entry(
          path: "\(path)/\(file)", faces: [], isHard: true,
          isKept: HeldOut.contains(file, share: plan.validationShare)))
    }
  }
}

/// The box that goes with a frame.
enum FaceBox {
  /// By medians over 1,246 upright faces whose boxes and landmarks another detector (YuNet) gave: 2.00 eye–mouth
  /// distances wide, 2.71 high, 0.18 above the frame's centre.
  static let (width, height, raise) = (2.0, 2.71, 0.18)

  /// The box about the ellipse of that size, turned as the face is.
  static func of(_ frame: FaceFrame) -> Box {
    let upright = Box(
      x: 0, y: 0, width: width * frame.eyeMouthDistance, height: height * frame.eyeMouthDistance)
    let centre = frame.point(right: 0, down: -raise)
    return turned(upright, by: frame.roll, about: centre)
  }

  /// The box about the ellipse in another box after a turn, at a new centre.
  static func turned(_ box: Box, by angle: Double, about centre: Point) -> Box {
    let (cosine, sine) = (Turn.cosine(angle), Turn.sine(angle))
    let (a, b) = (box.width * cosine, box.height * sine)
    let (c, d) = (box.width * sine, box.height * cosine)
    let (width, height) = ((a * a + b * b).squareRoot(), (c * c + d * d).squareRoot())
    return Box(x: centre.x - width / 2, y: centre.y - height / 2, width: width, height: height)
  }
}
