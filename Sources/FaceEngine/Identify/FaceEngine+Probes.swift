internal import FaceDetection
internal import FaceNet
internal import FaceStore
internal import FaceTypes
internal import Images

// What a search is asked about, as embeddings under the model.
extension FaceEngine {
  /// The embeddings of a photograph's selected faces, straight from its pixels.
  func embed(_ photo: PhotoPipeline.Photo, _ model: ServingModel) throws(EngineError) -> [Embedding] {
    let inputs = photo.faces.map {
      model.embedder.input(from: photo.image, landmarks: $0.landmarks, frame: $0.frame)
    }
    return try Reembedding.embed(inputs: inputs, model.embedder)
  }

  /// What is asked about.
  struct Probes {
    /// Each with what was seen of it in a photograph.
    var faces: [(seen: DetectedFace?, probe: Embedding)]
    var warnings: [PhotoWarning] = []
  }

  /// The probes of a request.
  func probes(_ request: IdentifyRequest, _ model: ServingModel) throws(EngineError) -> Probes {
    switch request.probe {
    case .photo(let bytes, let selection):
      let photo = try photos.faces(in: bytes, selection)
      let probes = try embed(photo, model)
      return Probes(faces: zip(photo.faces, probes).map { (seen(of: $0, photo), $1) }, warnings: photo.warnings)
    case .person(let bytes, let selection): return try person(bytes, selection, model)
    case .vectors(let vectors, let id):
      try require(id, model)
      guard (1...IdentifyRequest.vectorLimit).contains(vectors.count) else {
        throw EngineError(
          .invalidArgument, "INVALID_ARGUMENT", "send 1 to \(IdentifyRequest.vectorLimit) vectors in a call",
          field: "vectors")
      }
      var probes: [(seen: DetectedFace?, probe: Embedding)] = []
      for values in vectors { probes.append((nil, try Embedding(from: values, dimension: model.dimension))) }
      return Probes(faces: probes)
    case .face(let face):
      let known = try translating { () throws(StoreError) in
        try store.embedding(request.gallery, model: model.id, face: face)
      }
      guard let known else {
        throw EngineError(
          .notFound, "FACE_NOT_FOUND",
          "gallery '\(request.gallery)' has no face \(face) under the active model; `facectl face list` shows them")
      }
      return Probes(faces: [(nil, known)])
    }
  }

  func seen(of face: Detection, _ photo: PhotoPipeline.Photo) -> DetectedFace {
    DetectedFace(
      box: photo.turn.original(face.box, in: photo.image), score: face.score,
      landmarks: face.landmarks.map { photo.turn.original($0, in: photo.image) },
      quality: photos.quality(of: face, in: photo.image))
  }

  /// One probe from several photographs; what was seen is the first one's.
  private func person(
    _ bytes: [[UInt8]], _ selection: FaceSelection, _ model: ServingModel
  ) throws(EngineError) -> Probes {
    guard selection != .all, (1...IdentifyRequest.photoLimit).contains(bytes.count) else {
      throw EngineError(
        .invalidArgument, "INVALID_ARGUMENT",
        "several photographs of one person are at most \(IdentifyRequest.photoLimit), and one face is taken of each: single "
          + "or largest")
    }
    var found: [(seen: DetectedFace?, probe: Embedding)] = []
    var warnings: [PhotoWarning] = []
    for photo in bytes {
      let photo = try photos.faces(in: photo, selection)
      warnings += photo.warnings
      found.append((seen(of: photo.faces[0], photo), try embed(photo, model)[0]))
    }
    guard let mean = Embedding(meanOf: found.map(\.probe)) else {
      throw EngineError(
        .invalidArgument, "INVALID_ARGUMENT", "the faces of these photographs have nothing in common; use others",
        field: "more_photos")
    }
    return Probes(faces: [(found[0].seen, mean)], warnings: warnings)
  }

  /// The faces that a search is restricted to; nil for all.
  func subset(_ request: IdentifyRequest) throws(EngineError) -> GalleryIndex.Subset? {
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
      .failedPrecondition, "MODEL_MISMATCH",
      "the vectors are of model \(id.short), and model \(model.id.short) answers here; embed them again with it")
  }
}
