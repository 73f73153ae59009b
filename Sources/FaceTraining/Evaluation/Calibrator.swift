package import FaceNet
internal import FaceTypes

/// Measures a model's distance → FAR tables, of pairs and of searches, on the identities that its training kept for validation.
package enum Calibrator {
  /// How the detector's frames scatter about those of the landmarks.
  package struct Detector: Hashable, Sendable {
    /// Standard deviation of the centre on either axis, as a share of the crop's side.
    package var shift: Double
    /// Standard deviation of the crop's side, relative.
    package var scale: Double
    /// Whether it finds landmarks, so that upright crops can be cut.
    package var hasLandmarks: Bool
    /// Standard deviation of the roll that they say, in radians.
    package var roll: Double

    package init(shift: Double = 0.03, scale: Double = 0.09, hasLandmarks: Bool = true, roll: Double = 0) {
      self.shift = shift
      self.scale = scale
      self.hasLandmarks = hasLandmarks
      self.roll = roll
    }
  }

  /// - Parameters:
  ///   - recipe: the recipe that the model was trained with: its seed decides who was kept.
  ///   - variants: how often every picture is cut, each time scattered anew.
  package static func calibrate(
    _ model: ModelFile, recipe: Recipe, data: FaceDataset, detector: Detector, variants: Int = 2
  ) throws -> ModelFile {
    let split = IdentitySplit(identity: data.identity, share: recipe.pictures.validationShare, seed: recipe.seed)
    let pictures = ValidationPictures(data: data, split: split)
    let jitter = ValidationPictures.Jitter(
      shift: detector.shift, scale: detector.scale, hasLandmarks: detector.hasLandmarks, roll: detector.roll)
    let embedder = try Embedder(model)
    let (embeddings, identity, picture) = try pictures.embeddings(
      embedder, jitter: jitter, variants: variants, seed: recipe.seed)
    let enrolled = try ValidationPictures(data: data, people: split.training)
      .embeddings(embedder, jitter: jitter, seed: recipe.seed + 1)
    var people = [[Embedding]](repeating: [], count: split.training.count)
    for (embedding, person) in zip(enrolled.embeddings, enrolled.identity) { people[person].append(embedding) }
    let scores = PairScores(embeddings: embeddings, identity: identity, picture: picture)
    var scatter = "\(detector.shift) of the side and \(detector.scale) in size"
    if detector.roll > 0 { scatter += " and \(detector.roll) radians" }
    var metadata = model.metadata
    metadata.calibration = try table(
      scores, searches: SearchTables.measure(strangers: embeddings, people: people, seed: recipe.seed),
      measuredOn: "\(split.validation.count) identities and \(pictures.pictures.count) pictures kept from training, "
        + "each cut \(variants) times\(detector.hasLandmarks ? "" : ", without landmarks"); frames scattered by \(scatter)"
    )
    return try ModelFile(metadata: metadata, tensors: model.tensors, storage: model.storage)
  }

  /// The table: ten rates a decade from 1e-6 to 1e-1, starting where at least ten pairs of different people are
  /// accepted.
  package static func table(
    _ scores: PairScores, searches: [SearchCalibration.Table] = [], measuredOn: String
  ) throws -> Calibration {
    let lowest = max(1e-6, 10 / Double(max(1, scores.different.count)))
    var points: [Calibration.Point] = []
    for rate in rates where rate >= lowest {
      let threshold = scores.threshold(falseAcceptRate: rate)
      let point = Calibration.Point(
        squaredDistance: threshold, falseAcceptRate: scores.falseAcceptRate(at: threshold),
        validationRate: scores.validationRate(at: threshold))
      let last = points.last ?? Calibration.Point(squaredDistance: -1, falseAcceptRate: 0, validationRate: 0)
      guard point.squaredDistance > last.squaredDistance, point.falseAcceptRate > last.falseAcceptRate else { continue }
      points.append(point)
    }
    guard !points.isEmpty else {
      throw TrainingError(
        .badData,
        "\(scores.different.count) pairs of different people are too few to calibrate: keep more identities for "
          + "validation")
    }
    return try Calibration(
      points: points, differentPairs: scores.different.count, samePairs: scores.same.count, measuredOn: measuredOn,
      templates: searches)
  }

  /// 1e-6, 1.26e-6, …, 1e-1.
  private static let rates: [Double] = {
    let steps = [1, 1.2589, 1.5849, 1.9953, 2.5119, 3.1623, 3.9811, 5.0119, 6.3096, 7.9433]
    let decades = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2]
    return decades.flatMap { decade in steps.map { $0 * decade } } + [0.1]
  }()
}
