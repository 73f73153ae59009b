internal import FaceNet
package import FaceTypes
internal import Images

/// Pictures of faces in memory: each a square about the face, decoded once.
package struct FaceDataset: Sendable {
  /// Width and height of every picture, in pixels.
  package let pixels: Int
  /// The pictures' side as a multiple of the eye–mouth distance.
  package let side: Double
  /// The pictures, each `pixels` × `pixels` interleaved RGB, one after the other.
  let bytes: [UInt8]
  /// Per picture its identity, counted from 0 in the order of the folders' names; −1 without a label.
  package let identity: [Int]
  /// Per picture its target vector, row by row; empty where the recipe wants none.
  let targets: [Float]
  package let targetSize: Int
  /// Per picture its landmarks, in its own pixels; empty where some picture has none.
  let landmarks: [Landmarks]

  package var count: Int { identity.count }
  package var identities: Int { (identity.max() ?? -1) + 1 }

  /// A data set from pictures that are in memory already.
  ///
  /// - Parameters:
  ///   - bytes: `identity.count` pictures of `pixels` × `pixels` interleaved RGB.
  ///   - landmarks: of every picture, or of none.
  package init(
    pixels: Int, side: Double, bytes: [UInt8], identity: [Int], targets: [Float] = [], targetSize: Int = 0,
    landmarks: [Landmarks] = []
  ) {
    precondition(bytes.count == identity.count * pixels * pixels * 3 && targets.count == identity.count * targetSize)
    precondition(landmarks.isEmpty || landmarks.count == identity.count)
    self.pixels = pixels
    self.side = side
    self.bytes = bytes
    self.identity = identity
    self.targets = targets
    self.targetSize = targetSize
    self.landmarks = landmarks
  }

  /// Where the face is in every picture, for a network with this input.
  ///
  /// - Throws: `.badData` when the network wants upright crops and there are pictures without landmarks.
  func frames(_ input: InputSpecification) throws(TrainingError) -> [FaceFrame] {
    guard input.alignment == .upright else { return [FaceFrame](repeating: squareFrame, count: count) }
    guard landmarks.count == count else {
      throw TrainingError(
        .badData,
        "upright crops need landmarks: put a .landmarks.csv beside every folder of pictures, or set "
          + "'alignment' to 'none'")
    }
    return landmarks.map(input.frame)
  }

  /// The frame by which every picture was cut, not turned.
  var squareFrame: FaceFrame {
    let middle = Double(pixels) / 2
    return FaceFrame(centre: Point(x: middle, y: middle), eyeMouthDistance: Double(pixels) / side)
  }

  /// The embeddings of pictures as they are, in order.
  func embeddings(of places: [Int], frames: [FaceFrame], _ embedder: Embedder) throws -> [Embedding] {
    var embeddings: [Embedding] = []
    for start in stride(from: 0, to: places.count, by: Embedder.maximumBatch) {
      let part = places[start..<min(start + Embedder.maximumBatch, places.count)]
      embeddings += try embedder.embed(part.map { embedder.metadata.input.views(picture($0), frames[$0]) })
    }
    return embeddings
  }

  /// A picture by itself.
  func picture(_ place: Int) -> Image {
    let size = 3 * pixels * pixels
    return Image(width: pixels, height: pixels, pixels: Array(bytes[place * size..<(place + 1) * size]))
  }

  /// Reads the folders that the recipe names below `folder`. A folder `x` may have `x.landmarks.csv` beside it, which
  /// then lists its pictures and says where to cut; without it the pictures must be squares of `recipe.pictures.side`
  /// already. With a target weight it must have its target vectors beside it, one for every picture in their order.
  package init(
    folder: String, recipe: Recipe, targetSize: Int, progress: (String) -> Void = { _ in }
  ) throws(TrainingError) {
    let pixels = recipe.pictures.pixels
    let names = [recipe.pictures.labelled] + recipe.pictures.unlabelled
    let folders = try names.map { name throws(TrainingError) in try PictureFolder(path: "\(folder)/\(name)") }
    var bytes: [UInt8] = []
    // At once: growing would hold the pictures twice for a moment.
    bytes.reserveCapacity(folders.reduce(0) { $0 + $1.files.count } * pixels * pixels * 3)
    var identity: [Int] = []
    var targets: [Float] = []
    var landmarks: [Landmarks] = []
    var numbers: [String: Int] = [:]
    for (index, (name, folder)) in zip(names, folders).enumerated() {
      let (path, files) = (folder.path, folder.files)
      if recipe.hasFixedTargets {
        targets += try Self.readTargets(
          "\(path).\(recipe.pictures.targets ?? "teacher").f32", rows: files.count, size: targetSize)
      }
      for (row, file) in files.enumerated() {
        let read = try PictureReader.read(
          "\(path)/\(file)", landmarks: folder.table?.landmarks[row], side: recipe.pictures.side, pixels: pixels)
        bytes.append(contentsOf: read.picture.pixels)
        if let points = read.landmarks { landmarks.append(points) }
        if index == 0 {
          let person = String(file.prefix { $0 != "/" })
          identity.append(numbers[person] ?? numbers.count)
          numbers[person] = identity[identity.count - 1]
        } else {
          identity.append(-1)
        }
        if row % 5000 == 4999 { progress("\(name): \(row + 1) of \(files.count) pictures read") }
      }
    }
    self.init(
      pixels: pixels, side: recipe.pictures.side, bytes: bytes, identity: identity, targets: targets,
      targetSize: recipe.hasFixedTargets ? targetSize : 0,
      landmarks: landmarks.count == identity.count ? landmarks : [])
  }

  private static func readTargets(_ path: String, rows: Int, size: Int) throws(TrainingError) -> [Float] {
    let bytes: [UInt8]
    do {
      bytes = try FileBytes.read(path, limit: 4 << 30)
    } catch {
      throw TrainingError(.unreadable, "the recipe weighs target vectors, but \(error)")
    }
    guard bytes.count == 4 * rows * size else {
      throw TrainingError(
        .badData, "'\(path)' has \(bytes.count) bytes; \(rows) pictures of \(size) components have \(4 * rows * size)")
    }
    let values = FloatBytes.decode(bytes)
    guard values.allSatisfy(\.isFinite) else {
      throw TrainingError(.badData, "'\(path)' has values that are not finite")
    }
    return values
  }
}
