package import FaceDetection
internal import FaceNet
package import FaceTypes
internal import Images

/// Squares about faces with their landmarks, and about what is taken for faces, decoded once.
package struct AlignerPictures: Sendable {
  /// Width and height in pixels.
  let pixels: Int
  /// `pixels` × `pixels` interleaved RGB each.
  private(set) var bytes: [UInt8]
  private(set) var landmarks: [Landmarks]
  /// Places to train on, and those of identities that are kept from training.
  let training: [Int]
  let validation: [Int]
  /// Places of faces in whole photographs, and of what is no face, whose landmarks are a frame's.
  private(set) var scenes: [Int] = []
  private(set) var others: [Int] = []

  package var counts: (training: Int, validation: Int) { (training.count, validation.count) }

  package init(
    pixels: Int, bytes: [UInt8], landmarks: [Landmarks], training: [Int], validation: [Int], scenes: [Int] = [],
    others: [Int] = []
  ) {
    (self.pixels, self.bytes, self.landmarks) = (pixels, bytes, landmarks)
    (self.training, self.validation, self.scenes, self.others) = (training, validation, scenes, others)
  }

  /// Reads the pictures of people that the recipe names, and of its photographs the faces and what `detector` takes for some.
  package init(
    folder: String, recipe: AlignerRecipe, detector: PyramidDetector, progress: (String) -> Void = { _ in }
  ) throws(TrainingError) {
    try self.init(folder: folder, recipe: recipe, progress: progress)
    let plan = recipe.others
    let photographs = try Photographs(folder: folder, plan.photographs)
    for entry in photographs.scenes + photographs.backgrounds where !entry.isKept {
      let picture = try PictureReader.decode(entry.path)
      for face in entry.faces where face.size >= Lookalikes.smallestVerified {
        if append(picture, face.landmarks, side: recipe.pictures.side) { scenes.append(landmarks.count - 1) }
      }
      try Lookalikes(plan: plan, detector: detector).find(in: picture, faces: entry.faces) { picture, frame in
        let points = FaceTemplate.landmarks.map { frame.point(right: $0.x, down: $0.y) }
        if append(picture, points, side: recipe.pictures.side) { others.append(landmarks.count - 1) }
      }
    }
    progress("\(scenes.count) faces of photographs, \(others.count) places that look like some")
    guard !scenes.isEmpty, !others.isEmpty else {
      throw TrainingError(.badData, "'\(folder)' has no photographs in which the detector finds what is no face")
    }
  }

  private mutating func append(_ picture: Image, _ points: Landmarks, side: Double) -> Bool {
    guard let square = PictureReader.square(picture, points, side: side, pixels: pixels) else { return false }
    bytes.append(contentsOf: square.picture.pixels)
    landmarks.append(square.landmarks)
    return true
  }

  /// Reads the folders that the recipe names.
  /// - Parameter validationOnly: leave out what is trained on.
  package init(
    folder: String, recipe: AlignerRecipe, validationOnly: Bool = false, progress: (String) -> Void = { _ in }
  ) throws(TrainingError) {
    let pixels = recipe.pictures.pixels
    var bytes: [UInt8] = []
    var landmarks: [Landmarks] = []
    var (training, validation): ([Int], [Int]) = ([], [])
    for (index, name) in recipe.pictures.folders.prefix(validationOnly ? 1 : .max).enumerated() {
      let path = "\(folder)/\(name)"
      let table = try LandmarkTable(path: "\(path).landmarks.csv")
      if !validationOnly { bytes.reserveCapacity(bytes.count + table.files.count * pixels * pixels * 3) }
      for (row, file) in table.files.enumerated() {
        let isKept = index == 0 && HeldOut.contains(file.prefix { $0 != "/" }, share: recipe.pictures.validationShare)
        if validationOnly && !isKept { continue }
        let read = try PictureReader.read(
          "\(path)/\(file)", landmarks: table.landmarks[row], side: recipe.pictures.side, pixels: pixels)
        guard let points = read.landmarks else { continue }
        if isKept { validation.append(landmarks.count) } else { training.append(landmarks.count) }
        bytes.append(contentsOf: read.picture.pixels)
        landmarks.append(points)
        if row % 10_000 == 9_999 { progress("\(name): \(row + 1) of \(table.files.count) pictures read") }
      }
    }
    guard validationOnly || training.count >= recipe.batch, !validation.isEmpty else {
      throw TrainingError(.badData, "'\(folder)' has too few pictures to train an aligner and to validate it")
    }
    self.init(pixels: pixels, bytes: bytes, landmarks: landmarks, training: training, validation: validation)
  }

  /// A picture by itself.
  func picture(_ place: Int) -> Image {
    let size = 3 * pixels * pixels
    return Image(width: pixels, height: pixels, pixels: Array(bytes[place * size..<(place + 1) * size]))
  }
}
