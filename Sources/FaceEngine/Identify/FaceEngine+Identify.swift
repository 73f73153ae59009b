internal import FaceDetection
internal import FaceNet
public import FaceStore
public import FaceTypes
internal import Images

/// Who is this?
public struct IdentifyRequest: Sendable {
  /// What is asked about.
  public enum Probe: Sendable {
    /// Each selected face of a photograph.
    case photo([UInt8], FaceSelection)
    /// One person, by the selected face of each photograph; `.all` is refused.
    case person([[UInt8]], FaceSelection)
    /// Embeddings that the model made elsewhere, each answered as a face.
    case vectors([[Float]], ModelID)
    /// An enrolled face: who else looks like it?
    case face(FaceID)
  }

  /// The gallery that is searched; it must exist.
  public var gallery: GalleryID
  /// What is searched for.
  public var probe: Probe
  /// For each face, 1 to `RequestLimits.candidates`.
  public var maximumCandidates: Int
  /// Nil means the daemon's own rate.
  public var threshold: ThresholdWish?
  /// Whom to search; an empty list means all.
  public var only: [IdentityReference] = []
  /// Search those alone that have these labels.
  public var labels = IdentityLabels.none
  /// Whom to leave out.
  public var except: [IdentityReference] = []
  /// The smallest face that photographs are searched for; nil means the daemon's own.
  public var minimumFace: MinimumFace?

  /// What the request's photographs take while it waits for a worker.
  var photoBytes: Int {
    switch probe {
    case .photo(let photo, _): photo.count
    case .person(let photos, _): photos.reduce(0) { $0 + $1.count }
    case .vectors, .face: 0
    }
  }

  /// Photographs of one person in one request.
  public static let photoLimit = 21
  /// Vectors in one request.
  public static let vectorLimit = 1_000

  /// A search of the whole gallery; set `only`, `labels` or `except` to narrow it.
  public init(gallery: GalleryID, probe: Probe, maximumCandidates: Int = 5, threshold: ThresholdWish? = nil) {
    self.gallery = gallery
    self.probe = probe
    self.maximumCandidates = maximumCandidates
    self.threshold = threshold
  }
}

/// An identity that a probe may show.
public struct Candidate: Sendable {
  /// As the store has it now.
  public let identity: IdentityRecord
  /// Its face nearest to the probe.
  public let face: FaceID
  /// Squared L2 from the probe to the identity's template, in [0, 4].
  public let distance: Float
}

/// One face of a probe with its answer.
public struct IdentifiedFace: Sendable {
  /// Where the face is and how good; nil for a probe that is not a photograph.
  public let seen: DetectedFace?
  /// Identified, unknown or ambiguous.
  public let decision: DecisionOutcome
  /// The rates and margins behind the decision.
  public let basis: DecisionBasis
  /// Nearest first, one for each identity.
  public let candidates: [Candidate]
  /// The squared distance up to which a candidate counts as identified.
  public let threshold: Float
  /// How sure it is that no nearer face was missed.
  public let certainty: SearchCertainty
}

/// The answers of one request, all under one model.
public struct IdentifyResult: Sendable {
  /// Largest first; vectors in their order.
  public let faces: [IdentifiedFace]
  /// The model that made and searched the embeddings.
  public let model: ModelID
  /// What was odd about the photographs but did not keep them from being read.
  public let warnings: [PhotoWarning]
}

extension FaceEngine {
  /// decode → detect → crop → embed → search → group by identity → decide.
  ///
  /// - Throws: as `enroll`, less what belongs to identities; `MODEL_MISMATCH` for vectors of another model.
  public func identify(_ request: IdentifyRequest) async throws(EngineError) -> IdentifyResult {
    guard (1...RequestLimits.candidates).contains(request.maximumCandidates) else {
      throw EngineError(
        .invalidArgument, .invalidArgument, "ask for 1 to \(RequestLimits.candidates) candidates",
        field: "max_candidates")
    }
    let wish = request.threshold ?? .falsePositiveRate(options.falsePositiveRate)
    try Self.check(wish)
    _ = try requireGallery(request.gallery)
    let model = currentView().active
    switch request.probe {
    case .photo(let photo, let selection):
      let asked = try await probes([photo], selection, asOnePerson: false, request, model)
      return try await pool.finish { [self] () throws(EngineError) in try answer(request, asked, wish, model) }
    case .person(let photographs, let selection):
      guard selection != .all, (1...IdentifyRequest.photoLimit).contains(photographs.count) else {
        throw EngineError(
          .invalidArgument, .invalidArgument,
          "one person takes at most \(IdentifyRequest.photoLimit) photographs, with one face from each: set the face "
            + "selection to SINGLE or LARGEST")
      }
      let asked = try await probes(photographs, selection, asOnePerson: true, request, model)
      return try await pool.finish { [self] () throws(EngineError) in try answer(request, asked, wish, model) }
    case .vectors(let vectors, let id):
      return try await pool.run { [self] () throws(EngineError) in
        try answer(request, try probes(vectors, of: id, model), wish, model)
      }
    case .face(let face):
      return try await pool.run { [self] () throws(EngineError) in
        try answer(request, try probes(face, in: request.gallery, model), wish, model, excluding: face)
      }
    }
  }

  /// search → group by identity → decide.
  private func answer(
    _ request: IdentifyRequest, _ asked: Probes, _ wish: ThresholdWish, _ model: ServingModel,
    excluding excluded: FaceID? = nil
  ) throws(EngineError) -> IdentifyResult {
    let subset = try subset(request)
    let index = model.index(of: request.gallery)
    let (table, source) = try searchCalibration(request.gallery, model)
    var faces: [IdentifiedFace] = []
    for (seen, probe) in asked.faces {
      // One more than asked for: the margin needs a second.
      let wanted = max(2, request.maximumCandidates)
      let answer = try Stage.search.measure { () throws(EngineError) in
        try index.search(probe, count: wanted, excluding: excluded, subset: subset)
      }
      let candidates = try candidates(answer, request.gallery)
      let rule = DecisionRule(table, wish, answer.templates)
      let distances = candidates.map(\.distance)
      let areApart = try areApart(candidates, within: rule.threshold, request.gallery)
      faces.append(
        IdentifiedFace(
          seen: seen, decision: rule.decide(distances, areApart: areApart),
          basis: DecisionBasis(rule, distances, areApart: areApart, source: source),
          candidates: Array(candidates.prefix(request.maximumCandidates)), threshold: rule.threshold,
          certainty: answer.certainty))
    }
    return IdentifyResult(faces: faces, model: model.id, warnings: asked.warnings)
  }

  /// With the identities' names; one that was deleted since the search is left out.
  private func candidates(_ answer: NearestIdentities, _ gallery: GalleryID) throws(EngineError) -> [Candidate] {
    let records = try translating { () throws(StoreError) in
      try store.identities(gallery, answer.identities.map(\.identity))
    }
    var candidates: [Candidate] = []
    for near in answer.identities {
      guard let record = records[near.identity] else { continue }
      candidates.append(Candidate(identity: record, face: near.face, distance: near.distance))
    }
    return candidates
  }

  /// Whether the first two are noted as different people; only asked where both are near enough.
  private func areApart(
    _ candidates: [Candidate], within threshold: Float, _ gallery: GalleryID
  ) throws(EngineError) -> Bool {
    guard candidates.count > 1, candidates[1].distance <= threshold else { return false }
    return try translating { () throws(StoreError) in
      try store.apart(gallery, from: candidates[0].identity.id).contains(candidates[1].identity.id)
    }
  }

  private static func check(_ threshold: ThresholdWish) throws(EngineError) {
    switch threshold {
    case .falsePositiveRate(let rate) where !(rate > 0 && rate < 1):
      throw EngineError(
        .invalidArgument, .invalidArgument, "a false positive rate must be between 0 and 1",
        field: "false_positive_rate"
      )
    case .distance(let distance) where !(distance >= 0 && distance <= 4):
      throw EngineError(
        .invalidArgument, .invalidArgument, "a squared distance between unit vectors is 0 to 4", field: "threshold")
    default: break
    }
  }
}
