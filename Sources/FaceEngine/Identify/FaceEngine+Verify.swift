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
  public var isVerified: Bool { distance <= threshold }
}

extension FaceEngine {
  /// - Throws: as `enroll`; `IDENTITY_HAS_NO_FACES` where there is nothing to compare with.
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
      let probe = try embed(try photos.faces(in: request.photo, request.selection), model)[0]
      let known = try references(request, model)
      // Faces that cancel have no template; the nearest one then stands for them, as in a search.
      let distance =
        IdentityTemplate(known, dimension: probe.dimension).squaredDistance(to: probe)
        ?? known.map(probe.squaredDistance).min() ?? 4
      return VerifyResult(
        distance: distance, threshold: model.calibration.threshold(falseAcceptRate: rate), model: model.id)
    }
  }

  /// What the claim says the probe should be near to; at least one.
  private func references(_ request: VerifyRequest, _ model: ServingModel) throws(EngineError) -> [Embedding] {
    switch request.claim {
    case .photo(let bytes):
      return [try embed(try photos.faces(in: bytes, request.selection), model)[0]]
    case .identity(let gallery, let reference):
      let identity = try requireIdentity(gallery, reference)
      let embeddings = try translating { () throws(StoreError) in
        var embeddings: [Embedding] = []
        var last: FaceID?
        while true {
          let page = try store.faces(gallery, identity: identity.id, after: last, limit: 256)
          for face in page {
            if let embedding = try store.embedding(gallery, model: model.id, face: face.id) {
              embeddings.append(embedding)
            }
          }
          guard page.count == 256 else { return embeddings }
          last = page.last?.id
        }
      }
      guard !embeddings.isEmpty else {
        throw EngineError(
          .failedPrecondition, "IDENTITY_HAS_NO_FACES",
          "'\(identity.name)' has no face under the active model; enroll one first")
      }
      return embeddings
    }
  }
}
