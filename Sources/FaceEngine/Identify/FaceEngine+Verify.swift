internal import FaceNet
internal import FaceStore
public import FaceTypes

/// Is this the one they claim to be?
public struct VerifyRequest: Sendable {
  public enum Claim: Sendable {
    case identity(GalleryID, IdentityReference)
    case photo([UInt8])
  }

  public var photo: [UInt8]
  /// In place of the photograph.
  public var vector: OutsideVector?
  public var claim: Claim
  /// `.all` is refused: a claim is about one face.
  public var selection: FaceSelection
  /// The share of wrong claims accepted (FAR), in (0, 1); nil means the daemon's own.
  public var falseAcceptRate: Double?

  public init(photo: [UInt8], claim: Claim, selection: FaceSelection = .single, falseAcceptRate: Double? = nil) {
    self.photo = photo
    self.claim = claim
    self.selection = selection
    self.falseAcceptRate = falseAcceptRate
  }
}

public struct VerifyResult: Sendable {
  /// Squared L2 to the claim's template, in [0, 4].
  public let distance: Float
  public let threshold: Float
  public let model: ModelID
  public let warnings: [PhotoWarning]
  public var isVerified: Bool { distance <= threshold }
}

extension FaceEngine {
  /// - Throws: as `enroll`, for vectors too; `IDENTITY_HAS_NO_FACES` where there is nothing to compare with.
  public func verify(_ request: VerifyRequest) async throws(EngineError) -> VerifyResult {
    guard request.selection != .all else {
      throw EngineError(
        .invalidArgument, "INVALID_ARGUMENT", "a verification takes one face: single or largest", field: "selection")
    }
    let rate = request.falseAcceptRate ?? options.falsePositiveRate
    guard rate > 0, rate < 1 else {
      throw EngineError(
        .invalidArgument, "INVALID_ARGUMENT", "a false accept rate lies between 0 and 1", field: "false_accept_rate")
    }
    let model = currentView().active
    return try await pool.run(bytes: request.photo.count) { [self] () throws(EngineError) in
      var warnings: [PhotoWarning] = []
      let probe = try probe(of: request, model, &warnings)
      let known = try references(request, model, &warnings)
      // Faces that cancel have no template; the nearest one then stands for them, as in a search.
      let distance =
        IdentityTemplate(known, dimension: probe.dimension).squaredDistance(to: probe)
        ?? known.map(probe.squaredDistance).min() ?? 4
      return VerifyResult(
        distance: distance, threshold: model.calibration.threshold(falseAcceptRate: rate), model: model.id,
        warnings: warnings)
    }
  }

  private func probe(
    of request: VerifyRequest, _ model: ServingModel, _ warnings: inout [PhotoWarning]
  ) throws(EngineError) -> Embedding {
    if let vector = request.vector {
      try require(vector.model, model)
      return try Embedding(from: vector.values, dimension: model.dimension)
    }
    let photo = try photos.faces(in: request.photo, request.selection)
    warnings += photo.warnings
    return try embed(photo, model)[0]
  }

  /// What the claim says the probe should be near to; at least one.
  private func references(
    _ request: VerifyRequest, _ model: ServingModel, _ warnings: inout [PhotoWarning]
  ) throws(EngineError) -> [Embedding] {
    switch request.claim {
    case .photo(let bytes):
      let photo = try photos.faces(in: bytes, request.selection)
      warnings += photo.warnings
      return [try embed(photo, model)[0]]
    case .identity(let gallery, let reference):
      let identity = try requireIdentity(gallery, reference)
      let embeddings = try embeddings(of: identity.id, in: gallery, model)
      guard !embeddings.isEmpty else {
        throw EngineError(
          .failedPrecondition, "IDENTITY_HAS_NO_FACES",
          "'\(identity.name)' has no face under the active model; enroll one first")
      }
      return embeddings
    }
  }
}
