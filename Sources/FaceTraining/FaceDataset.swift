internal import FaceNet
internal import FaceTypes
internal import Images

/// Pictures of faces in memory: each a square about the face, decoded once.
public struct FaceDataset: Sendable {
  /// Width and height of every picture, in pixels.
  public let pixels: Int
  /// The pictures' side as a multiple of the eye–mouth distance.
  public let side: Double
  /// The pictures, each `pixels` × `pixels` interleaved RGB, one after the other.
  let bytes: [UInt8]
  /// Per picture its identity, counted from 0 in the order of the folders' names; −1 without a label.
  public let identity: [Int]
  /// Per picture its target vector, row by row; empty where the recipe wants none.
  let targets: [Float]
  public let targetSize: Int

  public var count: Int { identity.count }
  public var identities: Int { (identity.max() ?? -1) + 1 }

  /// A data set from pictures that are in memory already.
  ///
  /// - Parameter bytes: `identity.count` pictures of `pixels` × `pixels` interleaved RGB.
  public init(pixels: Int, side: Double, bytes: [UInt8], identity: [Int], targets: [Float] = [], targetSize: Int = 0) {
    precondition(bytes.count == identity.count * pixels * pixels * 3 && targets.count == identity.count * targetSize)
    self.pixels = pixels
    self.side = side
    self.bytes = bytes
    self.identity = identity
    self.targets = targets
    self.targetSize = targetSize
  }

  /// Reads the folders that the recipe names below `folder`. A folder `x` may have `x.landmarks.csv` beside it, which
  /// then lists its pictures and says where to cut; without it the pictures must be squares of `recipe.pictures.side`
  /// already. With a target weight it must have `x.teacher.f32`, one vector a line of the CSV.
  public init(
    folder: String, recipe: Recipe, targetSize: Int, progress: (String) -> Void = { _ in }
  ) throws(TrainingError) {
    let pixels = recipe.pictures.pixels
    var bytes: [UInt8] = []
    var identity: [Int] = []
    var targets: [Float] = []
    var numbers: [String: Int] = [:]
    for (index, name) in ([recipe.pictures.labelled] + recipe.pictures.unlabelled).enumerated() {
      let path = "\(folder)/\(name)"
      let table = Folder.exists("\(path).landmarks.csv") ? try LandmarkTable(path: "\(path).landmarks.csv") : nil
      let files: [String]
      if let table { files = table.files } else { files = try Folder.pictures(path) }
      guard !files.isEmpty else {
        throw TrainingError(.badData, "'\(path)' has no pictures: it must have one sub-folder per identity")
      }
      if recipe.targetWeight > 0 {
        targets += try Self.readTargets("\(path).teacher.f32", rows: files.count, size: targetSize)
      }
      bytes.reserveCapacity(bytes.count + files.count * pixels * pixels * 3)
      for (row, file) in files.enumerated() {
        let picture = try PictureReader.read(
          "\(path)/\(file)", landmarks: table?.landmarks[row], side: recipe.pictures.side, pixels: pixels)
        bytes.append(contentsOf: picture.pixels)
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
      targetSize: recipe.targetWeight > 0 ? targetSize : 0)
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
