internal import FaceDetection
internal import FaceNet
public import FaceStore
public import FaceTypes
internal import Images

/// Who is in this photograph?
public struct IdentifyRequest: Sendable {
  /// How the distance up to which a candidate counts as identified is found.
  public enum Threshold: Hashable, Sendable {
    /// The daemon's own rate.
    case standard
    /// The share of strangers taken for somebody (FPIR), in (0, 1).
    case falsePositiveRate(Double)
    /// A squared L2 distance in [0, 4].
    case distance(Double)
  }

  public var gallery: GalleryID
  public var photo: [UInt8]
  public var selection: FaceSelection
  /// 1 to 100 for each face.
  public var maximumCandidates: Int
  public var threshold: Threshold

  public static let candidateLimit = 100

  public init(
    gallery: GalleryID, photo: [UInt8], selection: FaceSelection = .all, maximumCandidates: Int = 5,
    threshold: Threshold = .standard
  ) {
    self.gallery = gallery
    self.photo = photo
    self.selection = selection
    self.maximumCandidates = maximumCandidates
    self.threshold = threshold
  }
}

public struct Candidate: Sendable {
  public let identity: IdentityRecord
  /// Its face nearest to the probe.
  public let face: FaceID
  /// Squared L2 from the probe to the identity's template, in [0, 4].
  public let distance: Float
}

public struct IdentifiedFace: Sendable {
  public let box: Box
  public let score: Double
  /// Nearest first, one for each identity.
  public let candidates: [Candidate]
  /// The squared distance up to which a candidate counts as identified.
  public let threshold: Float
  /// Every face of the gallery was compared.
  public let isExact: Bool
  public let quality: FaceQuality

  /// The first candidate, if it is near enough; nil is the honest "unknown".
  public var identified: Candidate? { candidates.first.flatMap { $0.distance <= threshold ? $0 : nil } }
}

public struct IdentifyResult: Sendable {
  /// Largest first.
  public let faces: [IdentifiedFace]
  public let model: ModelID
}

extension FaceEngine {
  /// decode → detect → crop → embed → search → group by identity → decide.
  ///
  /// - Throws: as `enroll`, less what belongs to identities.
  public func identify(_ request: IdentifyRequest) async throws(EngineError) -> IdentifyResult {
    guard (1...IdentifyRequest.candidateLimit).contains(request.maximumCandidates) else {
      throw EngineError(
        .invalidArgument, "INVALID_ARGUMENT", "ask for 1 to \(IdentifyRequest.candidateLimit) candidates")
    }
    try Self.check(request.threshold)
    _ = try requireGallery(request.gallery)
    let model = currentView().active
    return try await pool.run { [self] () throws(EngineError) in
      let photo = try photos.faces(in: request.photo, request.selection)
      let probes = try embed(photo, model)
      let index = model.index(of: request.gallery)
      var faces: [IdentifiedFace] = []
      for (face, probe) in zip(photo.faces, probes) {
        let answer = try index.search(probe, count: request.maximumCandidates)
        faces.append(
          IdentifiedFace(
            box: face.box, score: face.score, candidates: try candidates(answer, request.gallery),
            threshold: threshold(request.threshold, model, comparisons: answer.comparisons), isExact: answer.isExact,
            quality: photos.quality(of: face, in: photo.image)))
      }
      return IdentifyResult(faces: faces, model: model.id)
    }
  }

  /// The embeddings of a photograph's selected faces, straight from its pixels.
  func embed(_ photo: PhotoPipeline.Photo, _ model: ServingModel) throws(EngineError) -> [Embedding] {
    let inputs = photo.faces.map {
      model.embedder.input(from: photo.image, landmarks: $0.landmarks, frame: $0.frame)
    }
    return try Reembedding.embed(inputs: inputs, model.embedder)
  }

  /// With the identities' names; one that was deleted since the search is left out.
  private func candidates(_ answer: GalleryIndex.Answer, _ gallery: GalleryID) throws(EngineError) -> [Candidate] {
    var candidates: [Candidate] = []
    for near in answer.identities {
      let record = try translating { () throws(StoreError) in try store.identity(gallery, near.identity) }
      guard let record else { continue }
      candidates.append(Candidate(identity: record, face: near.face, distance: near.distance))
    }
    return candidates
  }

  private func threshold(_ wish: IdentifyRequest.Threshold, _ model: ServingModel, comparisons: Int) -> Float {
    let rate: Double
    switch wish {
    case .distance(let distance): return Float(distance)
    case .falsePositiveRate(let wanted): rate = wanted
    case .standard: rate = options.falsePositiveRate
    }
    return model.calibration.threshold(
      falseAcceptRate: Decision.falseAcceptRate(falsePositiveRate: rate, comparisons: comparisons))
  }

  private static func check(_ threshold: IdentifyRequest.Threshold) throws(EngineError) {
    switch threshold {
    case .falsePositiveRate(let rate) where !(rate > 0 && rate < 1):
      throw EngineError(.invalidArgument, "INVALID_ARGUMENT", "a false positive rate lies between 0 and 1")
    case .distance(let distance) where !(distance >= 0 && distance <= 4):
      throw EngineError(.invalidArgument, "INVALID_ARGUMENT", "a squared distance of unit vectors lies in 0 to 4")
    default: break
    }
  }
}
