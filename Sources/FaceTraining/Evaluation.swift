internal import FaceNet
internal import FaceTypes
internal import Images

/// Runs a representation over a list of pairs.
public enum Evaluation {
  /// - Parameters:
  ///   - images: the folder that the pairs' and landmarks' paths lie in.
  public static func run(
    _ representation: some FaceRepresentation, images: String, landmarks: LandmarkTable, pairs: PairList
  ) throws -> VerificationReport {
    var places: [String: Int] = [:]
    var files: [String] = []
    for pair in pairs.folds.joined() {
      for file in [pair.first, pair.second] where places[file] == nil {
        places[file] = files.count
        files.append(file)
      }
    }
    let embeddings = try embeddings(of: files, representation, images: images, landmarks: landmarks)
    return VerificationReport(
      folds: pairs.folds.map { fold in
        fold.map { pair in
          let (a, b) = (embeddings[places[pair.first] ?? 0], embeddings[places[pair.second] ?? 0])
          return (distance: a.squaredDistance(to: b), same: pair.same)
        }
      })
  }

  /// The pictures' embeddings, in order; read in small groups so that the pictures are never all in memory.
  static func embeddings(
    of files: [String], _ representation: some FaceRepresentation, images: String, landmarks: LandmarkTable
  ) throws -> [Embedding] {
    var embeddings: [Embedding] = []
    for start in stride(from: 0, to: files.count, by: 64) {
      let crops = try files[start..<min(start + 64, files.count)].map { file in
        guard let place = landmarks.places[file] else {
          throw TrainingError(.badData, "'\(file)' has no landmarks: is this the right landmarks file?")
        }
        let picture = try PictureReader.decode("\(images)/\(file)")
        return representation.input.crop(picture, representation.input.frame(landmarks.landmarks[place]))
      }
      embeddings += try representation.embeddings(of: crops)
    }
    return embeddings
  }
}
