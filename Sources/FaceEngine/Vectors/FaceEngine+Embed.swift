internal import FaceDetection
public import FaceTypes

/// A face of a photograph with its embedding.
public struct EmbeddedFace: Sendable {
  /// Where the face is and how good.
  public let seen: DetectedFace
  /// Of length 1, under the active model.
  public let embedding: Embedding
}

/// The embeddings of a photograph's faces.
public struct EmbedResult: Sendable {
  /// Largest first.
  public let faces: [EmbeddedFace]
  /// The model that made the embeddings.
  public let model: ModelID
  /// What was odd about the photograph but did not keep it from being read.
  public let warnings: [PhotoWarning]
}

extension FaceEngine {
  /// decode → detect → crop → embed. Nothing is searched or kept.
  ///
  /// - Throws: `NOT_AN_IMAGE`, `IMAGE_TOO_LARGE`, `IMAGE_DAMAGED`, `BUSY`; `NO_FACE` and `SEVERAL_FACES` unless the
  ///   selection is `.all`.
  public func embed(
    _ photo: [UInt8], _ selection: FaceSelection, from smallest: MinimumFace? = nil
  ) async throws(EngineError) -> EmbedResult {
    let model = currentView().active
    let minimum = try minimumFace(smallest)
    let found = try await pool.run(bytes: photo.count) { [self] () throws(EngineError) -> Sighted in
      func cut(_ photo: PhotoPipeline.Photo) throws(EngineError) -> Sighted { try sighted(in: photo, model) }
      return selection == .all
        ? try photos.everyFace(in: photo, from: minimum, cut)
        : try photos.faces(in: photo, from: minimum, selection, cut)
    }
    let embeddings = try await embeddings(of: found.views, model)
    return EmbedResult(
      faces: zip(found.seen, embeddings).map { EmbeddedFace(seen: $0, embedding: $1) }, model: model.id,
      warnings: found.warnings)
  }
}
