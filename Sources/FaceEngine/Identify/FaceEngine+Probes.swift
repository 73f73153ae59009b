internal import FaceDetection
internal import FaceNet
internal import FaceStore
internal import FaceTypes
internal import Images

// What a search is asked about, as embeddings under the model.
extension FaceEngine {
  /// The selected faces of photographs, cut out; the photographs themselves are gone.
  struct Sighted: Sendable {
    var seen: [DetectedFace] = []
    /// What the model takes of each.
    var views: [FaceViews] = []
    var warnings: [PhotoWarning] = []

    mutating func append(_ other: Sighted) {
      seen += other.seen
      views += other.views
      warnings += other.warnings
    }
  }

  /// A photograph's selected faces, straight from its pixels.
  func sighted(in photo: PhotoPipeline.Photo, _ model: ServingModel) throws(EngineError) -> Sighted {
    let portraits = try photos.portraits(photo)
    return Sighted(
      seen: portraits.map { seen(of: $0, photo) }, views: Self.views(portraits, model), warnings: photo.warnings)
  }

  static func views(_ portraits: [PhotoPipeline.Portrait], _ model: ServingModel) -> [FaceViews] {
    portraits.map { model.embedder.input(from: $0.image, landmarks: $0.place.landmarks, frame: $0.place.frame) }
  }

  /// The selected faces of several photographs, one after the other.
  func sighted(
    in photographs: [[UInt8]], from minimum: MinimumFace?, _ selection: FaceSelection, _ model: ServingModel
  ) throws(EngineError) -> Sighted {
    var all = Sighted()
    for bytes in photographs {
      all.append(
        try photos.faces(in: bytes, from: minimum, selection) { (photo) throws(EngineError) in
          try sighted(in: photo, model)
        })
    }
    return all
  }

  /// The request's smallest face, or the engine's own.
  /// - Throws: `INVALID_ARGUMENT`.
  func minimumFace(_ wish: MinimumFace?) throws(EngineError) -> MinimumFace? {
    guard let wish else { return options.minimumFace }
    guard wish.isWidth else {
      throw EngineError(
        .invalidArgument, .invalidArgument,
        "the smallest face is given in pixels, 1 or more, or as a share of the photograph's longer side, between 0 and 1",
        field: "minimum_face")
    }
    return wish
  }

  /// What is asked about.
  struct Probes: Sendable {
    /// Each with what was seen of it in a photograph.
    var faces: [(seen: DetectedFace?, probe: Embedding)]
    var warnings: [PhotoWarning] = []
  }

  /// The probes of a request with photographs.
  func probes(
    _ photographs: [[UInt8]], _ selection: FaceSelection, asOnePerson: Bool, _ request: IdentifyRequest,
    _ model: ServingModel
  ) async throws(EngineError) -> Probes {
    let minimum = try minimumFace(request.minimumFace)
    let found = try await pool.run(bytes: request.photoBytes) { [self] () throws(EngineError) -> Sighted in
      try sighted(in: photographs, from: minimum, selection, model)
    }
    let embeddings = try await embeddings(of: found.views, model)
    guard asOnePerson else {
      return Probes(faces: zip(found.seen, embeddings).map { ($0, $1) }, warnings: found.warnings)
    }
    guard let mean = Embedding(meanOf: embeddings) else {
      throw EngineError(
        .invalidArgument, .invalidArgument, "the faces of these photographs have nothing in common; use others",
        field: "more_photos")
    }
    // What was seen is the first photograph's.
    return Probes(faces: [(found.seen[0], mean)], warnings: found.warnings)
  }

  /// The probes of a request with vectors.
  func probes(_ vectors: [[Float]], of id: ModelID, _ model: ServingModel) throws(EngineError) -> Probes {
    try require(id, model)
    guard (1...IdentifyRequest.vectorLimit).contains(vectors.count) else {
      throw EngineError(
        .invalidArgument, .invalidArgument, "send 1 to \(IdentifyRequest.vectorLimit) vectors in a call",
        field: "vectors")
    }
    var probes: [(seen: DetectedFace?, probe: Embedding)] = []
    for values in vectors { probes.append((nil, try Embedding(from: values, dimension: model.dimension))) }
    return Probes(faces: probes)
  }

  /// The probe of a request with an enrolled face.
  func probes(_ face: FaceID, in gallery: GalleryID, _ model: ServingModel) throws(EngineError) -> Probes {
    let known = try translating { () throws(StoreError) in
      try store.embedding(gallery, model: model.id, orElse: model.stand, face: face)
    }
    guard let known else {
      throw EngineError(
        .notFound, .faceNotFound,
        "gallery '\(gallery)' has no face \(face) under the active model; `facectl face list` shows them")
    }
    return Probes(faces: [(nil, known)])
  }

  func seen(of portrait: PhotoPipeline.Portrait, _ photo: PhotoPipeline.Photo) -> DetectedFace {
    let face = portrait.face
    return DetectedFace(
      box: photo.turn.original(face.box, in: photo.size), score: face.score,
      landmarks: face.landmarks.map { photo.turn.original($0, in: photo.size) },
      quality: photos.quality(of: portrait))
  }

  /// The faces that a search is restricted to; nil for all.
  func subset(_ request: IdentifyRequest) throws(EngineError) -> IdentitySubset? {
    if request.only.isEmpty && request.except.isEmpty && request.labels == .none { return nil }
    var except: Set<IdentityID> = []
    for reference in request.except { except.insert(try requireIdentity(request.gallery, reference).id) }
    var only: Set<IdentityID> = []
    for reference in request.only { only.insert(try requireIdentity(request.gallery, reference).id) }
    if request.labels != .none {
      let labelled = try translating { () throws(StoreError) in
        try store.identities(request.gallery, having: request.labels)
      }
      only = request.only.isEmpty ? Set(labelled) : only.intersection(labelled)
    } else if request.only.isEmpty {
      return .except(except)
    }
    return .only(only.subtracting(except))
  }

  /// - Throws: `MODEL_MISMATCH`.
  func require(_ id: ModelID, _ model: ServingModel) throws(EngineError) {
    guard id != model.id else { return }
    throw EngineError(
      .failedPrecondition, .modelMismatch,
      "the vectors are of model \(id.short), and model \(model.id.short) is active here; embed them again with it")
  }
}
