internal import FaceNet
internal import FaceTypes
internal import Images

/// Runs a representation over pictures on disk.
package enum Evaluation {
  /// The pairs' squared distances, fold by fold.
  ///
  /// - Parameters:
  ///   - images: the folder that the pairs' and landmarks' paths lie in.
  package static func folds(
    _ representation: some FaceRepresentation, images: String, landmarks: LandmarkTable, pairs: PairList
  ) throws -> [[(distance: Float, same: Bool)]] {
    let (embeddings, places) = try embeddings(representation, images: images, landmarks: landmarks, pairs: pairs)
    return pairs.folds.map { fold in
      fold.map { pair in
        let (a, b) = (embeddings[places[pair.first] ?? 0], embeddings[places[pair.second] ?? 0])
        return (distance: a.squaredDistance(to: b), same: pair.same)
      }
    }
  }

  /// The embeddings of the pictures that pairs name, and where each picture's lies.
  static func embeddings(
    _ representation: some FaceRepresentation, images: String, landmarks: LandmarkTable, pairs: PairList
  ) throws -> (embeddings: [Embedding], places: [String: Int]) {
    var places: [String: Int] = [:]
    var files: [String] = []
    for pair in pairs.folds.joined() {
      for file in [pair.first, pair.second] where places[file] == nil {
        places[file] = files.count
        files.append(file)
      }
    }
    let embeddings = try embeddings(of: files, representation) { file in
      guard let place = landmarks.places[file] else {
        throw TrainingError(.badData, "'\(file)' has no landmarks: is this the right landmarks file?")
      }
      return (try PictureReader.decode("\(images)/\(file)"), representation.input.frame(landmarks.landmarks[place]))
    }
    return (embeddings, places)
  }

  /// LFW's protocol over a list of pairs.
  package static func run(
    _ representation: some FaceRepresentation, images: String, landmarks: LandmarkTable, pairs: PairList
  ) throws -> VerificationReport {
    VerificationReport(folds: try folds(representation, images: images, landmarks: landmarks, pairs: pairs))
  }

  /// Identification within a folder of one sub-folder per person.
  ///
  /// - Parameters:
  ///   - side: of pictures without landmarks, see `embeddings(_:folder:side:)`.
  ///   - rate: the false positive identification rate at which the false negative one is asked.
  package static func identification(
    _ representation: some FaceRepresentation, folder: PictureFolder, side: Double, split: IdentificationSplit,
    falsePositiveRate rate: Double
  ) throws -> IdentificationReport {
    try IdentificationReport(
      embeddings: try embeddings(representation, folder: folder, side: side), split: split, falsePositiveRate: rate)
  }

  /// The embeddings of a folder's pictures as a file of target vectors: little-endian 32-bit floats, one vector for every
  /// picture in the order of the folder.
  package static func targets(
    _ representation: some FaceRepresentation, folder: PictureFolder, side: Double
  ) throws -> [UInt8] {
    FloatBytes.encode(try embeddings(representation, folder: folder, side: side).flatMap(\.values))
  }

  /// The embeddings of a folder's pictures, in order.
  ///
  /// - Parameter side: of pictures without landmarks, which must be squares about the face, as a multiple of its eye–mouth
  ///   distance.
  static func embeddings(
    _ representation: some FaceRepresentation, folder: PictureFolder, side: Double
  ) throws -> [Embedding] {
    let places = Dictionary(uniqueKeysWithValues: folder.files.enumerated().map { ($0.element, $0.offset) })
    return try embeddings(of: folder.files, representation) { file in
      let picture = try PictureReader.decode("\(folder.path)/\(file)")
      return (
        picture, try frame(of: picture, folder, place: places[file] ?? 0, side: side, input: representation.input)
      )
    }
  }

  /// Where the face is in a folder's picture.
  static func frame(
    of picture: Image, _ folder: PictureFolder, place: Int, side: Double, input: InputSpecification
  ) throws(TrainingError) -> FaceFrame {
    if let table = folder.table { return input.frame(table.landmarks[place]) }
    guard picture.width == picture.height, input.alignment == .none else {
      throw TrainingError(
        .badData,
        "'\(folder.files[place])' has no landmarks; without them pictures must be square, and the model's crops not turned"
      )
    }
    let middle = Double(picture.width) / 2
    return FaceFrame(centre: Point(x: middle, y: middle), eyeMouthDistance: Double(picture.width) / side)
  }

  /// The pictures' embeddings, in order; read in small groups so that the pictures are never all in memory.
  private static func embeddings(
    of files: [String], _ representation: some FaceRepresentation, read: (String) throws -> (Image, FaceFrame)
  ) throws -> [Embedding] {
    var embeddings: [Embedding] = []
    for start in stride(from: 0, to: files.count, by: 64) {
      let faces = try files[start..<min(start + 64, files.count)].map { file in
        let (picture, frame) = try read(file)
        return representation.input.views(picture, frame)
      }
      embeddings += try representation.embeddings(of: faces)
    }
    return embeddings
  }
}
