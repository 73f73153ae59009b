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
    let photographs = try Photographs(folder: folder, recipe.pictures.photographs)
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
