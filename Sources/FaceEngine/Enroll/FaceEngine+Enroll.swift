internal import Crypto
internal import FaceDetection
internal import FaceNet
public import FaceStore
public import FaceTypes
internal import Images

/// A photograph to enroll and whom it shows.
public struct EnrollRequest: Sendable {
  public var gallery: GalleryID
  public var identity: IdentityReference
  public var photo: [UInt8]
  /// In place of the photograph.
  public var vector: OutsideVector?
  public var selection: FaceSelection
  /// A retry with the same id enrolls nothing twice; at most 56 bytes.
  public var requestID: String?
  /// What the client calls the photograph; at most 300 bytes.
  public var source: String?
  /// Enroll the photograph also when it was enrolled under the identity and deleted since.
  public var again: Bool

  public static let maximumRequestIDBytes = 56

  public init(
    gallery: GalleryID, identity: IdentityReference, photo: [UInt8], selection: FaceSelection = .single,
    requestID: String? = nil, source: String? = nil, again: Bool = false
  ) {
    self.gallery = gallery
    self.identity = identity
    self.photo = photo
    self.selection = selection
    self.requestID = requestID
    self.source = source
    self.again = again
  }
}

public struct EnrollResult: Sendable {
  public let identity: IdentityRecord
  public let faces: [FaceRecord]
  public let createdIdentity: Bool
  /// The request id was known: these are the faces of the first call.
  public let replayed: Bool
  /// The identity has the photograph's faces already: these are they.
  public let alreadyEnrolled: Bool
  public let warnings: [PhotoWarning]
}

extension FaceEngine {
  /// decode → detect → crop → embed → one synced batch → visible → reply.
  ///
  /// - Throws: `NO_FACE`, `SEVERAL_FACES`, `LOW_QUALITY`, `NOT_AN_IMAGE`, `IMAGE_TOO_LARGE`, `IMAGE_DAMAGED`, `GALLERY_NOT_FOUND`,
  ///   `IDENTITY_NOT_FOUND`, `FACE_DELETED_SINCE`, `BUSY` and others; for a vector `MODEL_MISMATCH`, `INVALID_VECTOR`.
  public func enroll(_ request: EnrollRequest) async throws(EngineError) -> EnrollResult {
    if let id = request.requestID, id.utf8.count > EnrollRequest.maximumRequestIDBytes {
      throw EngineError(
        .invalidArgument, "INVALID_ARGUMENT",
        "a request id has at most \(EnrollRequest.maximumRequestIDBytes) bytes")
    }
    _ = try requireGallery(request.gallery)
    return try await gate.shared { [self] () async throws(EngineError) in
      let models = currentView().models
      var prepared = try await pool.run(bytes: request.photo.count) { [self] () throws(EngineError) in
        try prepare(request, models)
      }
      for (model, views) in zip(models, prepared.views) {
        let embeddings = try await embeddings(of: views, model)
        for (face, embedding) in embeddings.enumerated() {
          prepared.enrolments[face].embeddings.append((model.id, embedding))
        }
      }
      return try await commit(prepared, request, models)
    }
  }

  private struct Prepared: Sendable {
    var enrolments: [Enrolment]
    /// For each model what it takes of each face that is not embedded yet.
    var views: [[FaceViews]] = []
    let warnings: [PhotoWarning]
  }

  /// The enrolments of a photograph's selected faces, and what every model of the view takes of them.
  ///
  /// What is embedded is the crop as it was encoded, so that a reindex, which has nothing else, comes to the same
  /// embedding.
  private func prepare(_ request: EnrollRequest, _ models: [ServingModel]) throws(EngineError) -> Prepared {
    if let vector = request.vector { return try prepare(vector, request, models[0]) }
    let digest = Array(SHA256.hash(data: request.photo))
    return try selected(request, models[0]) { (photo) throws(EngineError) in
      var prepared = Prepared(enrolments: [], views: models.map { _ in [] }, warnings: photo.warnings)
      for face in photo.faces {
        let quality = photos.quality(of: face, in: photo.image)
        try require(quality)
        let (square, landmarks) = PhotoPipeline.canonicalCrop(of: face, in: photo.image)
        let crop = try PhotoPipeline.encode(square)
        for (place, model) in models.enumerated() {
          prepared.views[place].append(try Reembedding.input(crop, landmarks, model.embedder))
        }
        prepared.enrolments.append(
          Enrolment(
            gallery: request.gallery, identity: request.identity.selector,
            requestID: request.requestID, photograph: digest, again: request.again, crop: crop,
            source: request.source, box: photo.turn.original(face.box, in: photo.image), score: face.score,
            quality: quality.overall, landmarks: landmarks, embeddings: []))
      }
      return prepared
    }
  }

  /// The enrolment of a vector, which only its own model knows.
  private func prepare(
    _ vector: OutsideVector, _ request: EnrollRequest, _ model: ServingModel
  ) throws(EngineError) -> Prepared {
    try require(vector.model, model)
    let embedding = try Embedding(kept: vector.values, dimension: model.dimension)
    let enrolment = Enrolment(
      gallery: request.gallery, identity: request.identity.selector, requestID: request.requestID,
      photograph: Embedding.digest(of: vector.values), again: request.again, source: request.source, box: .none,
      score: 0, embeddings: [(model.id, embedding)])
    return Prepared(enrolments: [enrolment], warnings: [])
  }

  /// - Throws: `LOW_QUALITY`, naming the part that is too weak.
  private func require(_ quality: FaceQuality) throws(EngineError) {
    guard quality.overall < options.minimumQuality else { return }
    let advice =
      switch quality.weakest {
      case .size: "it is too small: use a larger photograph, or one from nearer"
      case .sharpness: "it is blurred: use one that is in focus and held still"
      case .brightness: "it is too dark or too light: use one in even light"
      case .pose: "it looks away: use one that looks into the camera"
      case .confidence: "the detector is not sure that it is a face: use a clearer one"
      }
    throw EngineError(
      .invalidArgument, "LOW_QUALITY",
      "the face's \(quality.weakest.rawValue) is \(Self.rounded(quality.overall)), and "
        + "\(Self.rounded(options.minimumQuality)) is asked for; \(advice)")
  }

  private static func rounded(_ value: Double) -> String { String((value * 100).rounded() / 100) }

  private func commit(
    _ prepared: Prepared, _ request: EnrollRequest, _ models: [ServingModel]
  ) async throws(EngineError) -> EnrollResult {
    let enrolments = prepared.enrolments
    let enrolled = try await translating { () async throws(StoreError) in try await store.enroll(together: enrolments) }
    let isNew = !enrolled.contains(where: \.replayed)
    if isNew { try show(enrolled, enrolments, models) }
    var records: [FaceRecord] = []
    for face in enrolled {
      let record = try translating { () throws(StoreError) in try store.face(request.gallery, face.face) }
      if let record { records.append(record) }
    }
    guard !records.isEmpty else {
      throw EngineError(
        .failedPrecondition, "FACE_DELETED_SINCE",
        "this photograph was enrolled under this identity and deleted since; say that it is wanted again to enroll it "
          + "anew")
    }
    return EnrollResult(
      identity: try requireIdentity(request.gallery, .id(records[0].identity)), faces: records,
      createdIdentity: isNew && enrolled.contains(where: \.createdIdentity),
      replayed: !isNew && !enrolled.contains(where: \.isKnownPhotograph),
      alreadyEnrolled: enrolled.contains(where: \.isKnownPhotograph), warnings: prepared.warnings)
  }

  /// What is durable becomes visible: every face is tried before a failure is reported.
  private func show(
    _ enrolled: [EnrolledFace], _ enrolments: [Enrolment], _ models: [ServingModel]
  ) throws(EngineError) {
    var failure: EngineError?
    for (face, enrolment) in zip(enrolled, enrolments) {
      do throws(EngineError) { try show(face, enrolment, models) } catch { failure = failure ?? error }
    }
    if let failure { throw failure }
  }
}

extension IdentityReference {
  var selector: IdentitySelector {
    switch self {
    case .id(let id): .id(id)
    case .named(let name): .named(name)
    }
  }
}
