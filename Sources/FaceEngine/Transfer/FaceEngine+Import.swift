internal import Crypto
internal import FaceNet
internal import FaceStore
internal import FaceTypes
internal import Images

extension FaceEngine {
  /// Faces that one worker prepares at a time.
  private static let slice = 32

  /// Adds faces that come from elsewhere: vectors of the model as they are, crops embedded anew where the model is another;
  /// then one synced batch, visible, answered. A face that is there already is not added again.
  ///
  /// - Returns: what became of each, in their order.
  /// - Throws: `GALLERY_NOT_FOUND`, `INVALID_ARGUMENT` for too many faces, `BUSY`.
  public func importFaces(_ request: ImportRequest) async throws(EngineError) -> [ImportOutcome] {
    guard request.faces.count <= RequestLimits.importedFaces else {
      throw EngineError(
        .invalidArgument, .invalidArgument,
        "a message has at most \(RequestLimits.importedFaces) faces, not \(request.faces.count)", field: "faces")
    }
    _ = try requireGallery(request.gallery)
    return try await gate.shared { [self] () async throws(EngineError) in
      let models = currentView().models
      let prepared = try await prepare(request, models)
      return await commit(prepared, request.gallery, models)
    }
  }

  private struct PreparedFace: Sendable {
    let enrolment: Enrolment
    let embeddedAnew: Bool
  }

  private func prepare(
    _ request: ImportRequest, _ models: [ServingModel]
  ) async throws(EngineError) -> [Result<PreparedFace, EngineError>] {
    let starts = stride(from: 0, to: request.faces.count, by: Self.slice)
    let slices = await withTaskGroup(of: (Int, Result<[Result<PreparedFace, EngineError>], EngineError>).self) {
      group in
      for start in starts {
        let faces = request.faces[start..<min(start + Self.slice, request.faces.count)]
        group.addTask { [self] in
          do throws(EngineError) {
            let bytes = faces.reduce(0) { $0 + ($1.crop?.count ?? 0) }
            let some = try await pool.run(bytes: bytes) { [self] () throws(EngineError) in
              faces.map { face in attempt(face, request, models) }
            }
            return (start, .success(some))
          } catch {
            return (start, .failure(error))
          }
        }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    var prepared: [Result<PreparedFace, EngineError>] = []
    for start in starts { prepared += try slices[start]?.get() ?? [] }
    return prepared
  }

  private func attempt(
    _ face: ImportedFace, _ request: ImportRequest, _ models: [ServingModel]
  ) -> Result<PreparedFace, EngineError> {
    do throws(EngineError) {
      return .success(try prepare(face, request, models))
    } catch {
      return .failure(error)
    }
  }

  private func prepare(
    _ face: ImportedFace, _ request: ImportRequest, _ models: [ServingModel]
  ) throws(EngineError) -> PreparedFace {
    let image = try face.crop.map { crop throws(EngineError) in try Self.image(ofCrop: crop) }
    var embeddings: [(ModelID, Embedding)] = []
    var embeddedAnew = false
    for model in models {
      if let vector = face.vector, model.id == request.model {
        embeddings.append((model.id, try Embedding(kept: vector, dimension: model.dimension)))
      } else if let image {
        let input = model.embedder.input(fromCanonicalCrop: image, landmarks: face.landmarks)
        embeddings.append((model.id, try Reembedding.embed(inputs: [input], model.embedder)[0]))
        embeddedAnew = true
      } else if model.id == models[0].id {
        throw Self.unusable(face, request.model, model.id)
      }
    }
    let digest =
      face.photograph ?? face.crop.map { Array(SHA256.hash(data: $0)) } ?? face.vector.map(Embedding.digest(of:))
    var enrolment = Enrolment(
      gallery: request.gallery, identity: .named(face.name),
      photograph: digest, again: request.again, crop: face.crop, source: face.source, box: face.box ?? .none,
      score: face.score, quality: face.quality, landmarks: face.landmarks, embeddings: embeddings)
    enrolment.isCopy = true
    enrolment.createdAt = face.createdAt
    return PreparedFace(enrolment: enrolment, embeddedAnew: embeddedAnew)
  }

  private static func unusable(_ face: ImportedFace, _ model: ModelID?, _ active: ModelID) -> EngineError {
    guard face.vector != nil, let model else {
      return EngineError(
        .invalidArgument, .nothingToCompare, "the face has neither a crop nor a vector with its model; give one")
    }
    return EngineError(
      .failedPrecondition, .modelMismatch,
      "the vector is of model \(model.short), model \(active.short) is active here, and there is no crop to embed again"
    )
  }

  private static func image(ofCrop crop: [UInt8]) throws(EngineError) -> Image {
    guard crop.count <= StoreLimits.cropBytes, crop.starts(with: [0xff, 0xd8]) else {
      throw EngineError(.invalidArgument, .cropUnusable, "a crop is a JPEG of at most \(StoreLimits.cropBytes) bytes")
    }
    let image: Image
    do throws(ImageError) {
      image = try ImageDecoder.decode(crop)
    } catch {
      throw EngineError(.invalidArgument, .cropUnusable, "a crop cannot be decoded: \(error.message)")
    }
    guard image.width == CanonicalCrop.pixels, image.height == CanonicalCrop.pixels else {
      throw EngineError(
        .invalidArgument, .cropUnusable,
        "a crop has \(CanonicalCrop.pixels) × \(CanonicalCrop.pixels) pixels, not \(image.width) × \(image.height); enroll "
          + "photographs with `facectl enroll`")
    }
    return image
  }

  private func commit(
    _ prepared: [Result<PreparedFace, EngineError>], _ gallery: GalleryID, _ models: [ServingModel]
  ) async -> [ImportOutcome] {
    var good: [PreparedFace] = []
    for case .success(let face) in prepared { good.append(face) }
    var results = await store.enroll(good.map(\.enrolment))[...]
    return prepared.map { face in
      do throws(EngineError) {
        let face = try face.get()
        guard let result = results.popFirst() else { return .known }
        let enrolled = try translating { () throws(StoreError) in try result.get() }
        guard !enrolled.replayed else { return .known }
        try show(enrolled, face.enrolment, models)
        return .added(embeddedAnew: face.embeddedAnew, createdIdentity: enrolled.createdIdentity)
      } catch {
        return .refused(error)
      }
    }
  }

  /// What is durable becomes visible under each model that the face is known under.
  func show(
    _ enrolled: EnrolledFace, _ enrolment: Enrolment, _ models: [ServingModel]
  ) throws(EngineError) {
    if store.isShared { return try settle(enrolled.face, enrolment, models) }
    for model in models {
      guard let embedding = enrolment.embeddings.first(where: { $0.0 == model.id })?.1 else { continue }
      try model.index(of: enrolment.gallery).add(enrolled.face, of: enrolled.identity, embedding)
    }
  }
}
