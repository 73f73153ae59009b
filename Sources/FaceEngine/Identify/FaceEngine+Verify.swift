internal import FaceNet
internal import FaceStore
public import FaceTypes

/// Is this the one they claim to be?
public struct VerifyRequest: Sendable {
  /// Whom the photograph is held against.
  public enum Claim: Sendable {
    case identity(GalleryID, IdentityReference)
    case photo([UInt8])
  }

  /// The file's bytes. Empty where `vector` is given.
  public var photo: [UInt8]
  /// In place of the photograph.
  public var vector: OutsideVector?
  /// An enrolled identity, or another photograph.
  public var claim: Claim
  /// `.all` is refused: a claim is about one face.
  public var selection: FaceSelection
  /// The share of wrong claims accepted (FAR), in (0, 1); nil means the daemon's own.
  public var falseAcceptRate: Double?
  /// The smallest face that photographs are searched for; nil means the daemon's own.
  public var minimumFace: MinimumFace?

  /// A verification at the daemon's own rate unless one is given.
  public init(photo: [UInt8], claim: Claim, selection: FaceSelection = .single, falseAcceptRate: Double? = nil) {
    self.photo = photo
    self.claim = claim
    self.selection = selection
    self.falseAcceptRate = falseAcceptRate
  }

  /// In the order in which they are looked at: the probe's, then the claim's.
  fileprivate var photographs: [[UInt8]] {
    var photographs = vector == nil ? [photo] : []
    if case .photo(let claimed) = claim { photographs.append(claimed) }
    return photographs
  }
}

/// The distance to the claim and the threshold that decided.
public struct VerifyResult: Sendable {
  /// Squared L2 to the claim's template, in [0, 4].
  public let distance: Float
  /// The greatest squared distance at which the claim is accepted, in [0, 4].
  public let threshold: Float
  /// The model that made the embeddings.
  public let model: ModelID
  /// What was odd about the photographs but did not keep them from being read.
  public let warnings: [PhotoWarning]
  /// Whether the claim is accepted.
  public var isVerified: Bool { distance <= threshold }
}

extension FaceEngine {
  /// - Throws: as `enroll`, for vectors too; `IDENTITY_HAS_NO_FACES` where there is nothing to compare with.
  public func verify(_ request: VerifyRequest) async throws(EngineError) -> VerifyResult {
    guard request.selection != .all else {
      throw EngineError(
        .invalidArgument, .invalidArgument, "a verification uses one face: choose SINGLE or LARGEST", field: "selection"
      )
    }
    let rate = request.falseAcceptRate ?? options.falsePositiveRate
    guard rate > 0, rate < 1 else {
      throw EngineError(
        .invalidArgument, .invalidArgument, "a false accept rate must be between 0 and 1", field: "false_accept_rate")
    }
    let model = currentView().active
    let photographs = request.photographs
    guard !photographs.isEmpty else {
      return try await pool.run { [self] () throws(EngineError) in try answer(request, Sighted(), [], rate, model) }
    }
    let bytes = photographs.reduce(0) { $0 + $1.count }
    let minimum = try minimumFace(request.minimumFace)
    let found = try await pool.run(bytes: bytes) { [self] () throws(EngineError) -> Sighted in
      try sighted(in: photographs, from: minimum, request.selection, model)
    }
    let embeddings = try await embeddings(of: found.views, model)
    return try await pool.finish { [self] () throws(EngineError) in
      try answer(request, found, embeddings[...], rate, model)
    }
  }

  /// - Parameter embeddings: of the request's photographs.
  private func answer(
    _ request: VerifyRequest, _ sighted: Sighted, _ embeddings: ArraySlice<Embedding>, _ rate: Double,
    _ model: ServingModel
  ) throws(EngineError) -> VerifyResult {
    var embeddings = embeddings
    let probe: Embedding
    if let vector = request.vector {
      try require(vector.model, model)
      probe = try Embedding(from: vector.values, dimension: model.dimension)
    } else {
      probe = embeddings.removeFirst()
    }
    let known =
      switch request.claim {
      case .photo: Array(embeddings)
      case .identity(let gallery, let reference): try references(reference, gallery, model)
      }
    // Faces that cancel have no template; the nearest one then stands for them, as in a search.
    let distance =
      IdentityTemplate(known, dimension: probe.dimension).squaredDistance(to: probe)
      ?? known.map(probe.squaredDistance).min() ?? 4
    // Of two photographs the pairs' table tells; a template may be of many faces, and strangers lie nearer to it.
    var threshold = model.calibration.threshold(falseAcceptRate: rate)
    if case .identity(let gallery, _) = request.claim {
      let table = try searchCalibration(gallery, model).table
      threshold = DecisionRule(table, .falsePositiveRate(rate), TemplateCounts([known.count: 1])).threshold
    }
    return VerifyResult(distance: distance, threshold: threshold, model: model.id, warnings: sighted.warnings)
  }

  /// What the probe should be near to; at least one.
  private func references(
    _ reference: IdentityReference, _ gallery: GalleryID, _ model: ServingModel
  ) throws(EngineError) -> [Embedding] {
    let identity = try requireIdentity(gallery, reference)
    let embeddings = try embeddings(of: identity.id, in: gallery, model)
    guard !embeddings.isEmpty else {
      throw EngineError(
        .failedPrecondition, .identityHasNoFaces,
        "'\(identity.name)' has no face under the active model; enroll one first")
    }
    return embeddings
  }
}
