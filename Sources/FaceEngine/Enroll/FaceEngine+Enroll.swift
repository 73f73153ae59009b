internal import Crypto
internal import FaceDetection
internal import FaceNet
internal import FaceStore
internal import FaceTypes
internal import Images

extension FaceEngine {
  /// decode → detect → crop → embed → one synced batch → visible → reply.
  ///
  /// - Throws: `NO_FACE`, `SEVERAL_FACES`, `LOW_QUALITY`, `NOT_AN_IMAGE`, `IMAGE_TOO_LARGE`, `IMAGE_DAMAGED`, `GALLERY_NOT_FOUND`,
  ///   `IDENTITY_NOT_FOUND`, `FACE_DELETED_SINCE`, `BUSY` and others; for a vector `MODEL_MISMATCH`, `INVALID_VECTOR`; and the
  ///   reason of a finding where the gallery refuses it.
  public func enroll(_ request: EnrollRequest) async throws(EngineError) -> EnrollResult {
    try Self.check(request)
    let policy = try requireGallery(request.gallery).policy
    return try await gate.shared { [self] () async throws(EngineError) in
      let models = currentView().models
      return try await commit(try await judged(request, models, policy), request, models)
    }
  }

  /// The same without keeping anything: it throws what the enrolment would.
  public func preview(_ request: EnrollRequest) async throws(EngineError) -> EnrollPreview {
    try Self.check(request)
    let policy = try requireGallery(request.gallery).policy
    let models = [currentView().active]
    let prepared = try await judged(request, models, policy)
    return EnrollPreview(
      identity: try known(request), faces: prepared.seen, alreadyEnrolled: try isEnrolled(prepared, request),
      warnings: prepared.warnings, findings: prepared.findings)
  }

  private static func check(_ request: EnrollRequest) throws(EngineError) {
    guard let id = request.requestID, id.utf8.count > RequestLimits.requestIDBytes else { return }
    throw EngineError(
      .invalidArgument, .invalidArgument, "a request id has at most \(RequestLimits.requestIDBytes) bytes")
  }

  private struct Prepared: Sendable {
    var enrolments: [Enrolment] = []
    /// For each model what it takes of each face that is not embedded yet.
    var views: [[FaceViews]] = []
    var seen: [DetectedFace] = []
    var warnings: [PhotoWarning] = []
    var findings: [EnrolmentFinding] = []
  }

  /// The identity that the request names, where it is there.
  ///
  /// - Throws: `IDENTITY_NOT_FOUND` for a number that nobody has.
  private func known(_ request: EnrollRequest) throws(EngineError) -> IdentityRecord? {
    switch request.identity {
    case .id: try requireIdentity(request.gallery, request.identity)
    case .named(let name): try translating { () throws(StoreError) in try store.identity(request.gallery, named: name) }
    }
  }

  /// Whether the identity has the photograph's faces already.
  private func isEnrolled(_ prepared: Prepared, _ request: EnrollRequest) throws(EngineError) -> Bool {
    guard let own = try known(request), let digest = prepared.enrolments.first?.photograph else { return false }
    return try translating { () throws(StoreError) in
      try !store.faces(request.gallery, of: own.id, photograph: digest).isEmpty
    }
  }

  /// The enrolments of a photograph's selected faces, embedded under every model of the view, and what is to be said of them.
  private func judged(
    _ request: EnrollRequest, _ models: [ServingModel], _ policy: EnrolmentPolicy
  ) async throws(EngineError) -> Prepared {
    var prepared = try await pool.run(bytes: request.photo.count) { [self] () throws(EngineError) in
      try prepare(request, models)
    }
    for (model, views) in zip(models, prepared.views) {
      let embeddings = try await embeddings(of: views, model)
      for (face, embedding) in embeddings.enumerated() {
        prepared.enrolments[face].embeddings.append((model.id, embedding))
      }
    }
    guard policy != .allow else { return prepared }
    return try await pool.finish { [self, prepared] () throws(EngineError) in
      try judged(prepared, request, models[0], policy)
    }
  }

  /// With what is to be said of the faces; it searches the gallery.
  private func judged(
    _ prepared: Prepared, _ request: EnrollRequest, _ model: ServingModel, _ policy: EnrolmentPolicy
  ) throws(EngineError) -> Prepared {
    var prepared = prepared
    let own = try known(request)
    for (place, enrolment) in prepared.enrolments.enumerated() {
      let quality = place < prepared.seen.count ? prepared.seen[place].quality : nil
      prepared.findings += try judge(
        enrolment, quality, own, request, model, refuses: policy == .refuse && !request.force)
    }
    prepared.findings.sort { $0.kind < $1.kind }
    guard policy == .refuse, !request.force, let error = EngineError(refusing: prepared.findings) else {
      return prepared
    }
    // Asking for it once more is not enrolling it once more.
    guard try isEnrolled(prepared, request) else { throw error }
    return prepared
  }

  /// The enrolments of a photograph's selected faces, and what every model of the view takes of them.
  ///
  /// What is embedded is the crop as it was encoded, so that a reindex, which has nothing else, comes to the same
  /// embedding.
  private func prepare(_ request: EnrollRequest, _ models: [ServingModel]) throws(EngineError) -> Prepared {
    if let vector = request.vector { return try prepare(vector, request, models[0]) }
    let digest = Array(SHA256.hash(data: request.photo))
    return try selected(request, models[0]) { (photo) throws(EngineError) in
      var prepared = Prepared(views: models.map { _ in [] }, warnings: photo.warnings)
      for portrait in try photos.portraits(photo) {
        let seen = seen(of: portrait, photo)
        try require(seen.quality)
        prepared.seen.append(seen)
        let (square, landmarks) = PhotoPipeline.canonicalCrop(of: portrait)
        let crop = try PhotoPipeline.encode(square)
        for (place, model) in models.enumerated() {
          prepared.views[place].append(try Reembedding.input(crop, landmarks, model.embedder))
        }
        prepared.enrolments.append(
          Enrolment(
            gallery: request.gallery, identity: request.identity,
            requestID: request.requestID, photograph: digest, again: request.again, crop: crop, source: request.source,
            box: seen.box, score: seen.score, quality: seen.quality.overall, landmarks: landmarks, embeddings: []))
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
      gallery: request.gallery, identity: request.identity, requestID: request.requestID,
      photograph: Embedding.digest(of: vector.values), again: request.again, source: request.source, box: .none,
      score: 0, embeddings: [(model.id, embedding)])
    return Prepared(enrolments: [enrolment])
  }

  /// - Throws: `LOW_QUALITY`, naming the part that is too weak.
  private func require(_ quality: FaceQuality) throws(EngineError) {
    guard quality.overall < options.minimumQuality else { return }
    let advice =
      switch quality.weakest {
      case .size: "it is too small: use a larger photograph, or one taken from closer"
      case .sharpness: "it is blurred: use one that is in focus and held still"
      case .brightness: "it is too dark or too light: use one in even light"
      case .pose: "it looks away: use one that looks into the camera"
      case .confidence: "the detector is not sure that it is a face: use a clearer one"
      }
    throw EngineError(
      .invalidArgument, .lowQuality,
      "the face's \(quality.weakest.rawValue) is \(Self.rounded(quality.overall)), and "
        + "\(Self.rounded(options.minimumQuality)) is asked for; \(advice)")
  }

  private static func rounded(_ value: Double) -> String { String((value * 100).rounded() / 100) }

  private func commit(
    _ prepared: Prepared, _ request: EnrollRequest, _ models: [ServingModel]
  ) async throws(EngineError) -> EnrollResult {
    let enrolments = prepared.enrolments
    let start = ContinuousClock.now
    let enrolled = try await translating { () async throws(StoreError) in try await store.enroll(together: enrolments) }
    Stage.store.note(since: start)
    let isNew = !enrolled.contains(where: \.replayed)
    if isNew { try show(enrolled, enrolments, models) }
    var records: [FaceRecord] = []
    for face in enrolled {
      let record = try translating { () throws(StoreError) in try store.face(request.gallery, face.face) }
      if let record { records.append(record) }
    }
    guard !records.isEmpty else {
      throw EngineError(
        .failedPrecondition, .faceDeletedSince,
        "this photograph was enrolled under this identity and deleted since; set enroll_again (`--again`) "
          + "to enroll it once more")
    }
    return EnrollResult(
      identity: try requireIdentity(request.gallery, .id(records[0].identity)), faces: records,
      createdIdentity: isNew && enrolled.contains(where: \.createdIdentity),
      replayed: !isNew && !enrolled.contains(where: \.isKnownPhotograph),
      alreadyEnrolled: enrolled.contains(where: \.isKnownPhotograph), warnings: prepared.warnings,
      findings: isNew ? prepared.findings : [])
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
