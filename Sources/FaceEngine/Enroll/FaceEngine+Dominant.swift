internal import FaceDetection
internal import FaceNet
internal import FaceStore
internal import FaceTypes

extension FaceEngine {
  /// The false accept rate at which a face counts as like an identity's other pictures.
  private static let likenessRate = 1e-3

  /// Calls `body` with the faces of the photograph that the request selects.
  func selected<Value>(
    _ request: EnrollRequest, _ model: ServingModel, _ body: (PhotoPipeline.Photo) throws(EngineError) -> Value
  ) throws(EngineError) -> Value {
    let minimum = try minimumFace(request.minimumFace)
    if let box = request.box {
      return try photos.faces(in: request.photo, from: minimum, .all) { (photo) throws(EngineError) in
        try body(photo.selecting([try face(at: box, of: photo)]))
      }
    }
    guard request.selection == .dominant else {
      return try photos.faces(in: request.photo, from: minimum, request.selection) { (photo) throws(EngineError) in
        // A photograph shows a person once: all of its faces under one name would make one person of several.
        guard photo.faces.count == 1 || request.force else {
          throw PhotoPipeline.severalFaces(photo.faces.count, request.selection)
        }
        return try body(photo)
      }
    }
    return try photos.faces(in: request.photo, from: minimum, .all) { (photo) throws(EngineError) in
      if let face = Dominance.face(in: photo) { return try body(photo.selecting([face])) }
      guard let face = try alike(photo, request, model) else {
        throw PhotoPipeline.severalFaces(photo.faces.count, .dominant)
      }
      return try body(photo.selecting([face]))
    }
  }

  /// - Throws: `FACE_NOT_THERE`.
  private func face(at box: Box, of photo: PhotoPipeline.Photo) throws(EngineError) -> Detection {
    let overlaps = photo.faces.map { face in
      (face: face, share: photo.turn.original(face.box, in: photo.size).overlap(box))
    }
    guard let best = overlaps.max(by: { $0.share < $1.share }), best.share >= 0.5 else {
      throw EngineError(
        .invalidArgument, .faceNotThere,
        "no face of this photograph lies in the box; give a box as detect or embed gave it for this very file",
        field: "box")
    }
    return best.face
  }

  /// The face that is like the identity's enrolled faces; nil where none is, or another is about as like.
  private func alike(
    _ photo: PhotoPipeline.Photo, _ request: EnrollRequest, _ model: ServingModel
  ) throws(EngineError) -> Detection? {
    guard let identity = try? requireIdentity(request.gallery, request.identity) else { return nil }
    let known = try embeddings(of: identity.id, in: request.gallery, model)
    guard !known.isEmpty else { return nil }
    let template = IdentityTemplate(known, dimension: model.dimension)
    let limit = model.calibration.threshold(falseAcceptRate: Self.likenessRate)
    // Two faces whose distances differ by less than the step that doubles the rate cannot be told apart by it.
    let step = model.calibration.threshold(falseAcceptRate: 2 * Self.likenessRate) - limit
    let views = Self.views(try photos.portraits(photo), model)
    let ordered = zip(photo.faces, try Reembedding.embed(inputs: views, model.embedder))
      .map { face, probe in (face: face, distance: template.squaredDistance(to: probe) ?? 4) }
      .sorted { $0.distance < $1.distance }
    guard let nearest = ordered.first, nearest.distance <= limit else { return nil }
    guard ordered.count > 1 else { return nearest.face }
    return ordered[1].distance - nearest.distance > step ? nearest.face : nil
  }

  /// Of all the identity's faces under the model.
  func embeddings(
    of identity: IdentityID, in gallery: GalleryID, _ model: ServingModel
  ) throws(EngineError) -> [Embedding] {
    try translating { () throws(StoreError) in
      var embeddings: [Embedding] = []
      var last: FaceID?
      while true {
        let page = try store.faces(gallery, identity: identity, after: last, limit: 256)
        for face in page {
          if let embedding = try store.embedding(gallery, model: model.id, orElse: model.stand, face: face.id) {
            embeddings.append(embedding)
          }
        }
        guard page.count == 256 else { return embeddings }
        last = page.last?.id
      }
    }
  }
}
