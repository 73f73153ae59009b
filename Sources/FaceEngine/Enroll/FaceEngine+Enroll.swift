internal import FaceDetection
public import FaceStore
public import FaceTypes
internal import Images

/// A photograph to enroll and whom it shows.
public struct EnrollRequest: Sendable {
  public var gallery: GalleryID
  public var identity: IdentityReference
  public var photo: [UInt8]
  public var selection: FaceSelection
  /// A retry with the same id enrolls nothing twice; at most 56 bytes.
  public var requestID: String?
  /// What the client calls the photograph; at most 300 bytes.
  public var source: String?

  public static let maximumRequestIDBytes = 56

  public init(
    gallery: GalleryID, identity: IdentityReference, photo: [UInt8], selection: FaceSelection = .single,
    requestID: String? = nil, source: String? = nil
  ) {
    self.gallery = gallery
    self.identity = identity
    self.photo = photo
    self.selection = selection
    self.requestID = requestID
    self.source = source
  }
}

public struct EnrollResult: Sendable {
  public let identity: IdentityRecord
  public let faces: [FaceRecord]
  public let createdIdentity: Bool
  /// The request id was known: these are the faces of the first call.
  public let replayed: Bool
}

extension FaceEngine {
  /// decode → detect → crop → embed → one synced batch → visible → reply.
  ///
  /// - Throws: `NO_FACE`, `SEVERAL_FACES`, `LOW_QUALITY`, `NOT_AN_IMAGE`, `IMAGE_TOO_LARGE`, `IMAGE_DAMAGED`, `GALLERY_NOT_FOUND`,
  ///   `IDENTITY_NOT_FOUND`, `FACE_DELETED_SINCE`, `BUSY` and others.
  public func enroll(_ request: EnrollRequest) async throws(EngineError) -> EnrollResult {
    if let id = request.requestID, id.utf8.count > EnrollRequest.maximumRequestIDBytes {
      throw EngineError(
        .invalidArgument, "INVALID_ARGUMENT",
        "a request id has at most \(EnrollRequest.maximumRequestIDBytes) bytes")
    }
    _ = try requireGallery(request.gallery)
    return try await gate.shared { [self] () async throws(EngineError) in
      let models = currentView().models
      let prepared = try await pool.run { [self] () throws(EngineError) in try prepare(request, models) }
      return try await commit(prepared, request, models)
    }
  }

  /// The enrolments of a photograph's selected faces, embedded under every model of the view.
  ///
  /// What is embedded is the crop as it was encoded, so that a reindex, which has nothing else, comes to the same
  /// embedding.
  private func prepare(_ request: EnrollRequest, _ models: [ServingModel]) throws(EngineError) -> [Enrolment] {
    let photo = try photos.faces(in: request.photo, request.selection)
    var enrolments: [Enrolment] = []
    for (number, face) in photo.faces.enumerated() {
      let quality = photos.quality(of: face, in: photo.image)
      try require(quality)
      let (square, landmarks) = PhotoPipeline.canonicalCrop(of: face, in: photo.image)
      let crop = try PhotoPipeline.encode(square)
      var embeddings: [(ModelID, Embedding)] = []
      for model in models {
        let input = try Reembedding.input(crop, landmarks, model.embedder)
        embeddings.append((model.id, try Reembedding.embed(inputs: [input], model.embedder)[0]))
      }
      enrolments.append(
        Enrolment(
          gallery: request.gallery, identity: request.identity.selector,
          requestID: request.requestID.map { number == 0 ? $0 : "\($0)#\(number)" }, crop: crop,
          source: request.source, box: face.box, score: face.score, quality: quality.overall, landmarks: landmarks,
          embeddings: embeddings))
    }
    return enrolments
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
    _ enrolments: [Enrolment], _ request: EnrollRequest, _ models: [ServingModel]
  ) async throws(EngineError) -> EnrollResult {
    var committed: [EnrolledFace] = []
    var records: [FaceRecord] = []
    var failure: EngineError?
    for (result, enrolment) in zip(await store.enroll(enrolments), enrolments) {
      // What is durable becomes visible, also where another face of the same photograph was refused.
      switch result {
      case .failure(let error): failure = failure ?? EngineError(error)
      case .success(let enrolled):
        committed.append(enrolled)
        let record = try translating { () throws(StoreError) in try store.face(request.gallery, enrolled.face) }
        guard let record else {
          throw EngineError(
            .failedPrecondition, "FACE_DELETED_SINCE",
            "this photograph was enrolled under this request id and deleted since; use another id to enroll it again")
        }
        records.append(record)
        guard !enrolled.replayed else { continue }
        for (model, embedding) in zip(models, enrolment.embeddings) {
          try model.index(of: request.gallery).add(enrolled.face, of: enrolled.identity, embedding.1)
        }
      }
    }
    if let failure { throw failure }
    let owner = try requireIdentity(request.gallery, .id(committed[0].identity))
    return EnrollResult(
      identity: owner, faces: records, createdIdentity: committed.contains(where: \.createdIdentity),
      replayed: committed.allSatisfy(\.replayed))
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
